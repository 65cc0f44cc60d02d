/** Files that were brought, and files that are opened: who takes them. Loaded with the first one. */
import { make, one } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"

export class DeskController {
  #box
  #session
  #overlay = null
  #tray = null
  #lightbox = null
  #excerpts = null

  /** @param {HTMLElement} box the timeline @param {import("../models/session.js").Session} session */
  constructor(box, session) {
    this.#box = box
    this.#session = session
    addEventListener("dragleave", ({ relatedTarget }) => { if (!relatedTarget) this.#clear() })
    addEventListener("drop", () => this.#clear())
    // Capturing: the field's own Escape must not follow.
    addEventListener("keydown", (event) => this.#key(event), true)
  }

  /** @param {File[]} files for the next message; none: takes up what was there before a reload */
  async add(files) {
    this.#clear()
    this.#tray ??= this.#open()
    const tray = await this.#tray
    if (files.length) tray.add(files)
  }

  /** Files are held over the window: says where they would go. */
  hover() {
    if (this.#overlay) return
    this.#overlay = make("div", { class: "drop", role: "status" },
      make("p", {}, t("Drop files here to send them to %(room)s", { room: one("#room-title").textContent })))
    one("#main").append(this.#overlay)
  }

  /** @param {HTMLAnchorElement} link of a picture, or to the text of a file */
  async open(link) {
    if (link.matches(".file__look")) return (await (this.#excerpts ??= this.#loadExcerpts())).toggle(link)
    this.#lightbox ??= import("chat/controllers/lightbox.js").then(({ LightboxController }) => new LightboxController(this.#session))
    ;(await this.#lightbox).open(link)
  }

  async #loadExcerpts() {
    const { ExcerptsController } = await import("chat/controllers/excerpts.js")
    return new ExcerptsController(this.#session)
  }

  async #open() {
    const [{ TrayController }, { FreightController }] = await Promise.all([import("chat/controllers/tray.js"), import("chat/controllers/freight.js")])
    new FreightController(this.#box, this.#session)
    return new TrayController(one("#composer"), this.#session)
  }

  #clear() {
    this.#overlay?.remove()
    this.#overlay = null
  }

  #key(event) {
    if (event.key !== "Escape" || !this.#overlay) return
    this.#clear()
    event.stopPropagation()
  }
}
