/** Texts that are shown under their files. Loaded when somebody first opens one. */
import { emit } from "chat/helpers/dom.js"
import { parseOne } from "chat/helpers/html.js"
import { getText } from "chat/helpers/http.js"

export class ExcerptsController {
  #viewport

  /** @param {import("../models/session.js").Session} session */
  constructor(session) {
    this.#viewport = session.room.viewport
  }

  /** Shows the text, or takes it away again. @param {HTMLAnchorElement} link under whose file it stands */
  async toggle(link) {
    const shown = link.nextElementSibling
    const html = shown ? "" : await getText(link.href).catch(() => null)
    if (html === null) return emit("toast", { failed: true })
    // Pressed twice, or drawn anew meanwhile.
    if (!link.isConnected || link.nextElementSibling !== shown) return
    this.#viewport.keep(() => (shown ? shown.remove() : link.after(parseOne(html))))
    link.setAttribute("aria-expanded", String(!shown))
  }
}
