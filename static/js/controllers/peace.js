/** People whom the reader hides: their rows are folded, and unfold one by one. */
import { make, on } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"

export class PeaceController {
  #session
  #opened = new Set()

  /** @param {HTMLElement} box the timeline @param {import("../models/session.js").Session} session */
  constructor(box, session) {
    this.#session = session
    on("rows", ({ added, changed }) => this.#fold([...added, ...changed]))
    box.addEventListener("click", (event) => this.#open(event.target.closest(".fold")))
    session.socket.addEventListener("frame", ({ detail }) => { if (detail.type === "settings.updated" && detail.hidden) this.#change(detail.hidden) })
    this.#fold(session.room.window.rows)
  }

  #change(people) {
    this.#session.hidden.clear()
    for (const person of people) this.#session.hidden.add(person)
    this.#fold(this.#session.room.window.rows)
    this.#session.room.rows.refresh()
  }

  #fold(rows) {
    for (const { article, author, id, deleted, kind } of rows) {
      const folded = this.#session.hidden.has(author) && !this.#opened.has(id) && !deleted && kind !== "system"
      article.toggleAttribute("data-folded", folded)
      if (!folded) article.querySelector(":scope > .fold")?.remove()
      else if (!article.querySelector(":scope > .fold")) article.append(make("button", { type: "button", class: "fold" }, t("A message of somebody you hide. Show it")))
    }
  }

  #open(button) {
    const row = button && this.#session.room.rows.of(button)
    if (!row) return
    this.#opened.add(row.id)
    this.#fold([row])
    row.article.focus({ preventScroll: true })
  }
}
