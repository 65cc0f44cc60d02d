/** The room's panel: what it shows is fetched, and drawn, when it is first opened; without script its button is a link. */
import { one } from "chat/helpers/dom.js"

export class PanelController {
  #pages = null

  /** @param {HTMLElement} panel @param {import("../models/session.js").Session} session */
  constructor(panel, session) {
    const toggle = one("#panel-toggle")
    toggle?.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      this.#pages ??= import("chat/controllers/panel_pages.js").then(({ PanelPagesController }) => new PanelPagesController(panel, session, toggle))
      this.#pages.then((pages) => pages.toggle()).catch(() => location.assign(toggle.href))
    })
  }
}
