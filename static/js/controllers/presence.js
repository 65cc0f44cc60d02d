/** Who is here: others by a mark and a word, oneself by telling the server when the page is left alone. */
import { all } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"

const IDLE = 5 * 60_000
const INPUT = ["pointerdown", "keydown", "wheel", "touchstart"]

export class PresenceController {
  #session
  #active = null
  #timer = 0
  #states = new Map()

  /** @param {HTMLElement} root @param {import("../models/session.js").Session} session */
  constructor(root, session) {
    this.#session = session
    session.socket.addEventListener("frame", ({ detail }) => this.#hear(detail))
    document.addEventListener("visibilitychange", () => this.#look())
    for (const name of INPUT) addEventListener(name, () => this.#look(), { passive: true, capture: true })
    document.addEventListener("chat:sidebar-drawn", () => this.#drawAll())
    document.addEventListener("chat:panel-drawn", () => this.#drawAll())
  }

  #hear({ type, people }) {
    if (type === "hello") {
      this.#active = null
      this.#look()
    } else if (type === "presence") {
      for (const [user, state] of people) {
        this.#states.set(user, state)
        this.#draw(user, state)
      }
    }
  }

  #look() {
    clearTimeout(this.#timer)
    this.#tell(!document.hidden)
    if (!document.hidden) this.#timer = setTimeout(() => this.#tell(false), IDLE)
  }

  #tell(active) {
    if (active !== this.#active && this.#session.socket.send("presence.beat", { active })) this.#active = active
  }

  #drawAll() {
    for (const [user, state] of this.#states) this.#draw(user, state)
  }

  #draw(user, state) {
    const words = { online: t("online"), away: t("away"), offline: t("offline") }
    for (const mark of all(`[data-presence="${user}"]`)) mark.dataset.is = state
    for (const place of all(`[data-presence-text="${user}"]`)) place.textContent = `, ${words[state] ?? state}`
  }
}
