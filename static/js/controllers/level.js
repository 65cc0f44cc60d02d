/** The bell of the room: names what one hears of from here, and changes it at once. */
import { all, emit, icon, one, setAttribute } from "chat/helpers/dom.js"
import { fill, post } from "chat/helpers/http.js"
import { t } from "chat/helpers/i18n.js"
import { roves } from "chat/helpers/menus.js"

const NAMES = { all: () => t("All messages"), mentions: () => t("Mentions"), nothing: () => t("Nothing"), hidden: () => t("Nothing, and no mark in the list") }

export class LevelController {
  #bell
  #menu = one("#level-menu")
  #session
  #level

  /** @param {HTMLElement} bell @param {import("../models/session.js").Session} session */
  constructor(bell, session) {
    this.#bell = bell
    this.#session = session
    this.#menu.addEventListener("click", ({ target }) => this.#choose(target.closest("[data-level]")))
    this.#menu.addEventListener("keydown", (event) => roves(event, this.#items))
    this.#menu.addEventListener("toggle", ({ newState }) => { if (newState === "open") this.#items.find((each) => each.ariaChecked === "true")?.focus() })
    session.news.addEventListener("frame", ({ detail }) => {
      if (detail.type === "settings.updated" && detail.room === session.room.id && detail.level) this.#draw(detail.level)
    })
    this.#draw(session.room.facts.level)
  }

  get #items() { return all("[data-level]", this.#menu) }

  #choose(item) {
    if (!item) return
    const before = this.#level
    this.#menu.hidePopover()
    this.#bell.focus()
    this.#save(item.dataset.level, () => emit("toast", { text: t("You hear of: %(level)s", { level: NAMES[this.#level]() }), label: t("Undo"), act: () => this.#save(before) }))
  }

  async #save(level, done = () => {}) {
    try {
      await post(fill(this.#session.urls.level, { room: this.#session.room.id }), { level })
      this.#draw(level)
      done()
    } catch {
      emit("toast", { failed: true })
    }
  }

  #draw(level) {
    this.#level = level
    this.#bell.replaceChildren(level === "nothing" || level === "hidden" ? icon("mute") : icon("bell"))
    setAttribute(this.#bell, "aria-label", t("You hear of: %(level)s", { level: NAMES[level]() }))
    for (const item of this.#items) setAttribute(item, "aria-checked", String(item.dataset.level === level))
  }
}
