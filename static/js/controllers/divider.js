/** The unread line: it stays where it was when the room was opened, until the person has dealt with it. */
import { isAttended, on } from "chat/helpers/dom.js"

export class DividerController {
  #room
  #leftAt = null

  /** @param {HTMLElement} _box @param {import("../models/session.js").Session} session */
  constructor(_box, session) {
    this.#room = session.room
    on("sent", () => this.#divide(null))
    on("caught-up", () => this.#divide(null))
    addEventListener("blur", () => this.#leave())
    addEventListener("focus", () => { this.#leftAt = null })
    document.addEventListener("visibilitychange", () => this.#leave())
    on("rows", ({ added }) => this.#arrive(added))
    this.#room.feed.addEventListener("reset", () => this.#divide(this.#room.tracker.read))
  }

  // Who turns away at the end finds a line before the first row that came then.
  #leave() {
    if (!isAttended() && this.#leftAt === null && this.#room.viewport.following) this.#leftAt = this.#room.window.last?.seq ?? 0
  }

  #arrive(added) {
    if (this.#leftAt === null || !added.some(({ seq }) => seq > this.#leftAt)) return
    this.#divide(this.#leftAt)
    this.#leftAt = null
  }

  #divide(after) {
    this.#room.viewport.keep(() => this.#room.rows.divide(after))
  }
}
