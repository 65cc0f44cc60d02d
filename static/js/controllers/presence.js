/** Who is here: others by a mark and a word, oneself by telling the server when the page is left alone. */
import { all } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"

const INPUT = ["pointerdown", "keydown", "wheel", "touchstart"]

export class PresenceController {
  #session
  #told = ""
  #timer = 0
  #touchedAt = Date.now()
  #states = new Map()

  /** @param {HTMLElement} root @param {import("../models/session.js").Session} session */
  constructor(root, session) {
    this.#session = session
    session.socket.addEventListener("frame", ({ detail }) => this.#hear(detail))
    document.addEventListener("visibilitychange", () => this.#touched())
    for (const name of INPUT) addEventListener(name, () => this.#touched(), { passive: true, capture: true })
    session.news.addEventListener("frame", ({ detail }) => { if (detail.type === "settings.updated") this.#look() })
    document.addEventListener("chat:sidebar-drawn", () => this.#drawAll())
    document.addEventListener("chat:panel-drawn", () => this.#drawAll())
  }

  #hear({ type, people }) {
    if (type === "hello") {
      this.#told = ""
      this.#look()
    } else if (type === "presence") {
      for (const [user, state] of people) {
        this.#states.set(user, state)
        this.#draw(user, state)
      }
    }
  }

  #touched() {
    this.#touchedAt = Date.now()
    this.#look()
  }

  #look() {
    clearTimeout(this.#timer)
    const left = this.#touchedAt + this.#session.constants.IDLE_MS - Date.now()
    const active = !document.hidden && left > 0
    this.#tell(active)
    if (active) this.#timer = setTimeout(() => this.#look(), left)
  }

  #tell(active) {
    const { hide_presence, paused_until } = this.#session.preferences
    const mood = hide_presence ? "hidden" : new Date(paused_until || 0) > new Date() ? "busy" : ""
    const word = `${active} ${mood}`
    if (word !== this.#told && this.#session.socket.send("presence.beat", { active, mood })) this.#told = word
  }

  #drawAll() {
    for (const [user, state] of this.#states) this.#draw(user, state)
  }

  #draw(user, state) {
    const words = { online: t("online"), away: t("away"), busy: t("do not disturb"), offline: t("offline") }
    for (const mark of all(`[data-presence="${user}"]`)) mark.dataset.is = state
    for (const place of all(`[data-presence-text="${user}"]`)) place.textContent = `, ${words[state] ?? state}`
  }
}
