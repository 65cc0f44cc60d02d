/** The edge of the list of rooms: moved by pointer or arrows, in steps of one rem, remembered on this device. */
import { setAttribute } from "chat/helpers/dom.js"

export class SplitterController {
  #edge
  #narrowest
  #usual
  #widest

  /** @param {HTMLElement} edge @param {import("../models/session.js").Session} session */
  constructor(edge, { constants }) {
    this.#edge = edge
    this.#narrowest = constants.SIDE_NARROWEST
    this.#usual = constants.SIDE_USUAL
    this.#widest = constants.SIDE_WIDEST
    edge.addEventListener("pointerdown", ({ pointerId }) => edge.setPointerCapture(pointerId))
    edge.addEventListener("pointermove", (event) => { if (edge.hasPointerCapture(event.pointerId)) this.#set(this.#under(event)) })
    edge.addEventListener("dblclick", () => this.#set(this.#usual))
    edge.addEventListener("keydown", (event) => this.#key(event))
  }

  get #isMirrored() { return getComputedStyle(this.#edge).direction === "rtl" }

  #under({ clientX }) {
    const { left, right } = this.#edge.parentElement.getBoundingClientRect()
    return (this.#isMirrored ? right - clientX : clientX - left) / parseFloat(getComputedStyle(document.documentElement).fontSize)
  }

  #key(event) {
    const step = this.#isMirrored ? -1 : 1
    const now = Number(this.#edge.getAttribute("aria-valuenow"))
    const wish = { ArrowLeft: now - step, ArrowRight: now + step, Home: this.#narrowest, End: this.#widest, Enter: this.#usual }[event.key]
    if (wish === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    this.#set(wish)
  }

  #set(wish) {
    const width = Math.round(Math.min(Math.max(wish, this.#narrowest), this.#widest))
    document.documentElement.dataset.side = width
    setAttribute(this.#edge, "aria-valuenow", width)
    document.cookie = `side=${width}; path=/; max-age=31536000; samesite=lax`
  }
}
