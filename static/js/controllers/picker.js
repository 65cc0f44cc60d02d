/** Choosing an emoji by search, arrows or pointer. Loaded when somebody first wants one. */
import { all, emit, make, one, setAttribute } from "chat/helpers/dom.js"
import { post } from "chat/helpers/http.js"
import { ngettext, t } from "chat/helpers/i18n.js"
import { allEmoji, drawn, inTone, search, skins, usual, used } from "chat/models/emoji.js"

const MOST = 96

export class PickerController {
  #picker
  #session
  #field = one("#picker-search")
  #list = one("#picker-list")
  #emoji = []
  #shown = []
  #active = 0
  #chosen = () => {}
  #from = null

  /** @param {HTMLElement} picker @param {import("../models/session.js").Session} session */
  constructor(picker, session) {
    this.#picker = picker
    this.#session = session
    this.#field.addEventListener("input", () => this.#draw())
    this.#field.addEventListener("keydown", (event) => this.#key(event))
    this.#list.addEventListener("click", ({ target }) => this.#pick(this.#shown[all("button", this.#list).indexOf(target.closest("button"))]))
    picker.addEventListener("toggle", ({ newState }) => { if (newState === "closed" && document.activeElement === document.body) this.#from?.focus() })
    one("#picker-skins").append(...skins.map((hand, skin) => this.#skin(hand, skin)))
  }

  /** @param {{source: HTMLElement, chosen: (emoji: string) => void}} wish `source`: the button that was used */
  async open({ source, chosen }) {
    this.#chosen = chosen
    this.#from = source
    this.#field.value = ""
    this.#picker.showPopover({ source })
    this.#field.focus()
    try {
      this.#emoji = await allEmoji(this.#session.urls)
      this.#draw()
    } catch {
      this.#picker.hidePopover()
      emit("toast", { failed: true })
    }
  }

  #draw() {
    const query = this.#field.value
    this.#shown = query.trim() ? search(this.#emoji, query, MOST) : usual(this.#emoji)
    this.#list.replaceChildren(...this.#shown.map((each, place) => this.#option(each, place)))
    one("#picker-none").hidden = this.#shown.length > 0
    this.#choose(0)
    if (query.trim()) emit("say", { text: ngettext("%(count)s result", "%(count)s results", this.#shown.length) })
  }

  #option(each, place) {
    return make("button", { type: "button", class: "menu__emoji", role: "option", id: `emoji-${place}`, tabindex: -1, title: `:${each.code}:`,
      "aria-label": each.code.replaceAll("_", " "), "aria-selected": "false" }, drawn(each, this.#session.preferences.skin))
  }

  #choose(place) {
    const options = all("button", this.#list)
    this.#active = Math.max(0, Math.min(options.length - 1, place))
    options.forEach((each, at) => setAttribute(each, "aria-selected", String(at === this.#active)))
    setAttribute(this.#field, "aria-activedescendant", options[this.#active]?.id)
    options[this.#active]?.scrollIntoView({ block: "nearest" })
  }

  #key(event) {
    if (event.isComposing) return
    const sideways = document.dir === "rtl" ? -1 : 1
    const moves = { ArrowRight: sideways, ArrowLeft: -sideways, ArrowDown: this.#columns, ArrowUp: -this.#columns }
    // In a query that is being written, sideways is the caret's.
    const isCaret = this.#field.value && (event.key === "ArrowLeft" || event.key === "ArrowRight")
    if (event.key in moves && !isCaret) this.#choose(this.#active + moves[event.key])
    else if (event.key === "Enter") this.#pick(this.#shown[this.#active])
    else return
    event.preventDefault()
  }

  get #columns() {
    const [first, ...others] = all("button", this.#list)
    const row = others.findIndex((each) => each.offsetTop !== first.offsetTop)
    return row < 0 ? others.length + 1 : row + 1
  }

  #pick(each) {
    if (!each) return
    used(each)
    this.#picker.hidePopover()
    this.#chosen(inTone(each, this.#session.preferences.skin))
  }

  #skin(hand, skin) {
    const { preferences } = this.#session
    const radio = make("input", { type: "radio", name: "picker-skin", class: "unseen", value: skin, checked: preferences.skin === skin, "aria-label": t("Skin tone %(number)s", { number: skin }) })
    radio.addEventListener("change", () => this.#keepSkin(skin))
    return make("label", {}, radio, hand)
  }

  #keepSkin(skin) {
    const { preferences, urls } = this.#session
    preferences.skin = skin
    this.#draw()
    const flags = ["send_with_ctrl", "letter_keys", "type_anywhere"].filter((name) => preferences[name]).map((name) => [name, "on"])
    post(urls.keyboard, { ...Object.fromEntries(flags), skin }).catch(() => emit("toast", { failed: true }))
  }
}
