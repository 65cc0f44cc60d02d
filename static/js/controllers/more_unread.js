/** At the edge of the list of rooms: that something unread lies beyond it, and the way there. */
import { all, on, one } from "chat/helpers/dom.js"
import { perFrame } from "chat/helpers/time.js"

export class MoreUnreadController {
  #scroller
  #buttons

  /** @param {HTMLElement} scroller @param {import("../models/session.js").Session} session */
  constructor(scroller, session) {
    this.#scroller = scroller
    this.#buttons = { above: one("#unread-above"), below: one("#unread-below") }
    const look = perFrame(() => this.#look())
    scroller.addEventListener("scroll", look, { passive: true })
    addEventListener("resize", look)
    session.unread.addEventListener("change", look)
    on("sidebar-drawn", look)
    for (const [side, button] of Object.entries(this.#buttons)) button.addEventListener("click", () => this.#go(side))
    look()
  }

  // The nearest on each side; the lists are short enough to measure.
  #beyond(side) {
    const edge = this.#scroller.getBoundingClientRect()
    const unread = all(".room-link[data-unread]", this.#scroller).filter((link) => link.checkVisibility())
    if (side === "above") return unread.filter((link) => link.getBoundingClientRect().bottom <= edge.top).at(-1)
    return unread.find((link) => link.getBoundingClientRect().top >= edge.bottom)
  }

  #look() {
    for (const [side, button] of Object.entries(this.#buttons)) button.hidden = !this.#beyond(side)
  }

  #go(side) {
    const link = this.#beyond(side)
    link?.scrollIntoView({ block: "center" })
    link?.focus({ preventScroll: true })
  }
}
