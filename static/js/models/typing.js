/** Who is typing now. Somebody whose browser dies is dropped when their last word has expired. */
export class Typing extends EventTarget {
  #timers = new Map()
  #names = new Map()
  #expires

  /** @param {number} expires milliseconds */
  constructor(expires) {
    super()
    this.#expires = expires
  }

  /** @param {{user: number, name: string, active: boolean}} event */
  hear({ user, name, active }) {
    clearTimeout(this.#timers.get(user))
    if (active) {
      this.#names.set(user, name)
      this.#timers.set(user, setTimeout(() => this.hear({ user, name, active: false }), this.#expires))
    } else if (!this.#names.delete(user)) return
    this.dispatchEvent(new Event("change"))
  }

  /** @returns {string[]} in the order in which they began */
  get names() { return [...this.#names.values()] }
}
