/** Above the timeline: how much is unread further up, while its line has not been seen. */
import { emit, on, one } from "chat/helpers/dom.js"
import { ngettext, t } from "chat/helpers/i18n.js"

export class UnreadBarController {
  #bar
  #session
  #room
  #read
  #done

  /** @param {HTMLElement} bar @param {import("../models/session.js").Session} session */
  constructor(bar, session) {
    this.#bar = bar
    this.#session = session
    this.#room = session.room
    this.#read = this.#room.tracker.read
    this.#done = (session.boot.room.last ?? 0) <= this.#read
    one("#unread-jump").addEventListener("click", () => this.#jump())
    one("#unread-read").addEventListener("click", () => emit("caught-up"))
    this.#room.viewport.addEventListener("move", () => this.#look())
    for (const name of ["sent", "caught-up"]) on(name, () => this.#finish())
    this.#look()
  }

  #look() {
    if (this.#done) return
    const marked = this.#room.rows.divided
    const edge = this.#room.viewport.box.getBoundingClientRect()
    if (marked) {
      const { top } = marked.article.getBoundingClientRect()
      if (top > edge.top && top < edge.bottom) return this.#finish()
      if (top >= edge.bottom) return this.#show("")
    }
    const rows = this.#room.window.rows.filter((row) => row.seq > this.#read && !this.#room.decorator.isOwn(row) && row.kind !== "system")
    if (!marked && !rows.length) return this.#show("")
    this.#show(marked ? ngettext("%(count)s unread message", "%(count)s unread messages", rows.length) : t("Unread messages further up"))
  }

  #show(text) {
    this.#bar.hidden = !text
    if (text) one("#unread-text").textContent = text
  }

  #finish() {
    this.#done = true
    this.#bar.hidden = true
  }

  async #jump() {
    if (!this.#room.rows.divided) {
      await this.#room.load({ around: this.#read + 1 }).catch(() => emit("toast", { failed: true }))
      emit("loaded")
    }
    const marked = this.#room.rows.divided
    if (!marked) return
    this.#room.viewport.show(marked.article, 0.3)
    emit("focus-row", { row: marked })
    this.#finish()
  }
}
