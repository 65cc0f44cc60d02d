/** Reporting, and the card of a person: fragments in one dialog; without script they are pages. */
import { emit, on } from "chat/helpers/dom.js"
import { fill } from "chat/helpers/http.js"

export class ReportingController {
  #dialog
  #session
  #card = null

  /** @param {HTMLDialogElement} dialog @param {import("../models/session.js").Session} session */
  constructor(dialog, session) {
    this.#dialog = dialog
    this.#session = session
    on("report", ({ row }) => this.#show(fill(session.urls.report, { room: session.room.id, message: row.id }), row.article))
    on("person", ({ row }) => this.#showPerson(row))
    document.addEventListener("click", (event) => this.#click(event))
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
    try {
      this.#card ??= import("chat/controllers/card.js").then(({ CardController }) => new CardController(this.#dialog))
      await (await this.#card).show(url, source)
    } catch {
      this.#card = null
      emit("toast", { failed: true })
    }
  }
}
