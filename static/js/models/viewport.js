/**
 * The scrolling box of the timeline: it stays at the end for who is there, and at the row being read for others.
 *
 * Events: `move` after the person, or the layout, has moved it.
 */
import { measure, restore, toEnd } from "chat/helpers/anchor.js"
import { setAttribute } from "chat/helpers/dom.js"
import { perFrame } from "chat/helpers/time.js"

export class Viewport extends EventTarget {
  #box
  #rows
  #stick
  #atEnd
  #following = false
  #anchor = null
  #top = 0

  /**
   * @param {HTMLElement} box @param {import("./rows.js").Rows} rows
   * @param {{STICK_PX: number, AT_END_PX: number}} constants
   */
  constructor(box, rows, { STICK_PX, AT_END_PX }) {
    super()
    this.#box = box
    this.#rows = rows
    this.#stick = STICK_PX
    this.#atEnd = AT_END_PX
    box.addEventListener("scroll", perFrame(() => this.#settle()), { passive: true })
    const observer = new ResizeObserver(() => this.#resized())
    observer.observe(box)
    for (const child of box.children) observer.observe(child)
  }

  get box() { return this.#box }
  /** Whether new rows should be followed: the newest is loaded, and the person is at it. */
  get following() { return this.#following && !this.#rows.window.newer }
  get height() { return this.#box.clientHeight }
  get above() { return this.#box.scrollTop }
  get below() { return toEnd(this.#box) }

  /** Changes rows without moving what is being read. @template T @param {() => T} act @returns {T} */
  keep(act) {
    if (this.#wasMoved) this.#settle()
    const follows = this.following
    const anchor = follows ? null : measure(this.#box, this.#rows.articles)
    const result = act()
    if (follows) this.#box.scrollTop = this.#box.scrollHeight
    else restore(this.#box, anchor)
    this.#settle()
    return result
  }

  /** To the newest row, without motion. */
  toEnd() {
    this.#box.scrollTop = this.#box.scrollHeight
    this.#settle()
  }

  /** @param {Element} element @param {number} share of the height that is left above it */
  show(element, share) {
    const top = element.getBoundingClientRect().top - this.#box.getBoundingClientRect().top
    this.#box.scrollTop += top - this.height * share
    this.#settle()
  }

  /** Whether an element's lower edge is in view. */
  endIsSeen(element) {
    const box = this.#box.getBoundingClientRect()
    const { bottom, height } = element.getBoundingClientRect()
    return height > 0 && bottom > box.top && bottom <= box.bottom + 1
  }

  // The person has scrolled, and the event that tells is still to come: what they want goes first. Where the browser
  // itself moved it, because there is less to scroll, it stands at the end.
  get #wasMoved() { return Math.abs(this.above - this.#top) > 0.5 && this.below > this.#atEnd }

  #resized() {
    if (this.#wasMoved) return this.#settle()
    if (this.following) this.#box.scrollTop = this.#box.scrollHeight
    else restore(this.#box, this.#anchor)
    this.#settle()
  }

  #settle() {
    const distance = this.below
    this.#top = this.above
    this.#following = distance <= this.#stick
    this.#anchor = this.following ? null : measure(this.#box, this.#rows.articles)
    setAttribute(this.#box, "data-at-end", distance <= this.#atEnd && !this.#rows.window.newer)
    setAttribute(this.#box, "data-has-older", this.#rows.window.older)
    setAttribute(this.#box, "data-has-newer", this.#rows.window.newer)
    this.dispatchEvent(new Event("move"))
  }
}
