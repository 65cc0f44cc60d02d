/** Loads the next page one screen before the reader gets to the edge of what is loaded. */
import { emit, one } from "chat/helpers/dom.js"

export class PagingController {
  #box
  #session
  #room
  #list
  #loading = false
  #failed = { older: null, newer: null }

  /** @param {HTMLElement} box @param {import("../models/session.js").Session} session */
  constructor(box, session) {
    this.#box = box
    this.#session = session
    this.#room = session.room
    this.#list = one(".timeline__list", box)
    this.#room.viewport.addEventListener("move", () => this.#look())
    this.#look()
  }

  #look() {
    const { viewport, window } = this.#room
    if (this.#loading || !window.size || !viewport.height) return
    if (window.older && !this.#failed.older && viewport.above < viewport.height) this.#load("older")
    else if (window.newer && !this.#failed.newer && viewport.below < viewport.height) this.#load("newer")
  }

  async #load(side) {
    const { window } = this.#room
    const edge = side === "older" ? { before: window.first.seq } : { after: window.last.seq }
    this.#busy(true)
    try {
      const page = await this.#room.page({ ...edge, limit: this.#session.constants.HISTORY_PAGE })
      this.#take(side, edge, page)
    } catch {
      this.#fail(side)
    } finally {
      this.#busy(false)
    }
    this.#look()
  }

  #take(side, edge, page) {
    const { rows, viewport, window } = this.#room
    // Something else has loaded another stretch meanwhile.
    if ((edge.before ?? window.first?.seq) !== window.first?.seq || (edge.after ?? window.last?.seq) !== window.last?.seq) return
    viewport.keep(() => {
      rows.extend(side, page)
      this.#trim(side)
      this.#begin()
    })
    emit("loaded")
  }

  #trim(side) {
    const { WINDOW_ROWS, WINDOW_SLACK } = this.#session.constants
    const { rows, window } = this.#room
    if (window.size <= WINDOW_ROWS + WINDOW_SLACK) return rows.window.newer || this.#room.pending.show(true)
    if (side === "older") rows.trimNewer(WINDOW_ROWS)
    else rows.trimOlder(WINDOW_ROWS)
  }

  // Above the first message stands what the room is.
  #begin() {
    const start = this.#list.querySelector('[data-row="start"]')
    if (this.#room.window.older) start?.remove()
    else if (!start) this.#list.prepend(one("#start-of-room")?.content.cloneNode(true) ?? "")
  }

  #fail(side) {
    const row = one("#history-failed").content.firstElementChild.cloneNode(true)
    row.querySelector("[data-act=retry]").addEventListener("click", () => {
      this.#failed[side] = null
      row.remove()
      this.#load(side)
    })
    this.#failed[side] = row
    this.#room.viewport.keep(() => { side === "older" ? this.#list.prepend(row) : this.#list.append(row) })
  }

  #busy(loading) {
    this.#loading = loading
    if (loading) this.#box.setAttribute("aria-busy", "true")
    else this.#box.removeAttribute("aria-busy")
  }
}
