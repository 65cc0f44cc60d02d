/** The members' panel: fetched when it is opened; without script its button is a link to a page. */
import { emit, one, on } from "chat/helpers/dom.js"
import { parse } from "chat/helpers/html.js"
import { fill, getText } from "chat/helpers/http.js"
import { debounce } from "chat/helpers/time.js"

export class PanelController {
  #panel
  #session
  #toggle = one("#panel-toggle")

  /** @param {HTMLElement} panel @param {import("../models/session.js").Session} session */
  constructor(panel, session) {
    this.#panel = panel
    this.#session = session
    const refetch = debounce(() => { if (!this.#panel.hidden) this.#fill() }, 200)
    this.#toggle?.addEventListener("click", (event) => this.#click(event))
    one("#panel-close")?.addEventListener("click", () => this.#close())
    panel.addEventListener("keydown", (event) => { if (event.key === "Escape") this.#close() })
    on("rows", ({ added }) => { if (added.some((row) => row.kind === "system")) refetch() })
  }

  #click(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    if (this.#panel.hidden) this.#openUp()
    else this.#close()
  }

  async #openUp() {
    if (!(await this.#fill())) return location.assign(this.#toggle.href)
    this.#panel.hidden = false
    this.#toggle.setAttribute("aria-expanded", "true")
    this.#panel.focus({ preventScroll: true })
  }

  async #fill() {
    const url = fill(this.#session.urls.panel, { room: this.#session.room.id })
    const html = await getText(url).catch(() => null)
    if (html === null) return false
    one("#panel-body").replaceChildren(parse(html))
    emit("panel-drawn")
    return true
  }

  #close() {
    this.#panel.hidden = true
    this.#toggle?.setAttribute("aria-expanded", "false")
    this.#toggle?.focus()
  }
}
