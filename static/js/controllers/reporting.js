/** Reporting, and the card of a person: fragments in one dialog; without script they are pages. */
import { emit, on, one } from "chat/helpers/dom.js"
import { parse } from "chat/helpers/html.js"
import { fill, getText, post } from "chat/helpers/http.js"
import { t } from "chat/helpers/i18n.js"

export class ReportingController {
  #dialog
  #session
  #source = null

  /** @param {HTMLDialogElement} dialog @param {import("../models/session.js").Session} session */
  constructor(dialog, session) {
    this.#dialog = dialog
    this.#session = session
    on("report", ({ row }) => this.#show(fill(session.urls.report, { room: session.room.id, message: row.id }), row.article))
    on("person", ({ row }) => this.#showPerson(row))
    document.addEventListener("click", (event) => this.#click(event))
    dialog.addEventListener("submit", (event) => this.#submit(event))
    dialog.addEventListener("close", () => this.#closed())
  }

  #click(event) {
    const author = event.target.closest(".message__author")
    const row = author && this.#session.room?.rows.of(author)
    if (row) return this.#showPerson(row)
    const link = event.target.closest("a[data-card]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    this.#show(link.href, link)
  }

  #showPerson(row) { this.#show(fill(this.#session.urls.person, { user: row.author }), row.article) }

  async #show(url, source) {
    const html = await getText(url).catch(() => null)
    if (html === null) return emit("toast", { text: t("That is not here any more."), failed: true })
    this.#source = source
    one("[data-slot=body]", this.#dialog).replaceChildren(parse(html))
    const name = one("h2", this.#dialog)
    if (name) this.#dialog.setAttribute("aria-labelledby", name.id)
    if (!this.#dialog.open) this.#dialog.showModal()
  }

  // What it quoted may be deleted later: nothing of it stays in the page.
  #closed() {
    one("[data-slot=body]", this.#dialog).replaceChildren()
    this.#source?.focus?.({ preventScroll: true })
  }

  // Reports are sent from here; what leads elsewhere goes its own way.
  async #submit(event) {
    const form = event.target
    if (form.method === "dialog" || !form.querySelector("[name=reason]")) return
    event.preventDefault()
    try {
      await post(form.action, new FormData(form))
      this.#dialog.close()
      emit("toast", { text: t("Thank you. A moderator will look at it.") })
    } catch (error) {
      emit("toast", { text: error.message, failed: true })
    }
  }
}
