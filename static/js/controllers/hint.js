/** One word of advice at a time, below the list of rooms; what was seen once, on any device, does not come again. */
import { all } from "chat/helpers/dom.js"
import { post } from "chat/helpers/http.js"

const FITS = {
  notifications: () => globalThis.isSecureContext && globalThis.Notification?.permission === "default",
  keyboard: () => matchMedia("(pointer: fine)").matches,
}

export class HintController {
  #session

  /** @param {HTMLElement} box @param {import("../models/session.js").Session} session */
  constructor(box, session) {
    this.#session = session
    const next = all("[data-hint]", box).find(({ dataset }) => !session.preferences.hints_seen.includes(dataset.hint) && FITS[dataset.hint]())
    if (!next) return
    box.hidden = next.hidden = false
    next.addEventListener("click", ({ target }) => {
      if (!target.closest("a, button")) return
      box.hidden = true
      this.#dismiss(next.dataset.hint)
    })
  }

  #dismiss(name) {
    this.#session.preferences.hints_seen.push(name)
    post(this.#session.urls.hint, { name }).catch(() => {})
  }
}
