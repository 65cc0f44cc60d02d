/** How long to wait before the next attempt to connect. Milliseconds; no clock of its own. */
export class BackOff {
  #tries = 0
  #constants
  #random

  /**
   * @param {{FIRST_RETRY_MAX_MS: number, RETRY_BASE_MS: number, RETRY_CAP_MS: number, STABLE_AFTER_MS: number}} constants
   * @param {() => number} [random] 0 to 1
   */
  constructor(constants, random = Math.random) {
    this.#constants = constants
    this.#random = random
  }

  /** The first wait is any time up to its maximum, so that a restart does not bring everybody back at once. */
  next() {
    const { FIRST_RETRY_MAX_MS, RETRY_BASE_MS, RETRY_CAP_MS } = this.#constants
    const turn = this.#tries++
    if (turn === 0) return this.#random() * FIRST_RETRY_MAX_MS
    return Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(turn - 1, 20)) * (0.5 + this.#random() / 2)
  }

  /** @param {number} lasted how long the link that just ended was up: only a stable one starts afresh */
  ended(lasted) {
    if (lasted >= this.#constants.STABLE_AFTER_MS) this.#tries = 0
  }
}
