/**
 * How far a person has read a room: the newest row up to which every loaded row has been seen.
 *
 * The position never moves backwards by itself, and never over rows that are not loaded or were not looked at: following
 * a link into the middle marks nothing.
 */
export class ReadTracker {
  #read
  #seen = new Set()

  /** @param {number} read where the server says this person is */
  constructor(read) {
    this.#read = read
  }

  get read() { return this.#read }

  /** @param {number} seq of a row that was visible long enough */
  see(seq) {
    if (seq > this.#read) this.#seen.add(seq)
  }

  /** Another tab, or a message of one's own, has read this far. */
  reach(seq) {
    this.#read = Math.max(this.#read, seq)
    for (const each of this.#seen) if (each <= this.#read) this.#seen.delete(each)
  }

  /** The person has marked rows unread. @param {number} seq the last one that counts as read */
  rewind(seq) {
    this.#read = Math.min(this.#read, seq)
    this.#seen.clear()
  }

  /**
   * @param {{seq: number, own?: boolean}[]} rows all that are loaded, in order
   * @param {boolean} older whether rows before them exist that are not loaded
   * @returns {number | null} the new position, or null when it did not move
   */
  advance(rows, older) {
    if (older && (!rows.length || rows[0].seq > this.#read + 1)) return null
    let reached = this.#read
    for (const { seq, own } of rows) {
      if (seq <= reached) continue
      if (!own && !this.#seen.has(seq)) break
      reached = seq
    }
    if (reached === this.#read) return null
    this.reach(reached)
    return reached
  }
}
