/**
 * Which rows of a room are loaded: one unbroken stretch, in the order of `seq`, each message once.
 *
 * Knows nothing of the DOM; a row is `{id, seq, changed, clientId, ...}` and stays the same object.
 */
export class Window {
  #rows = []
  #byId = new Map()
  #byClientId = new Map()
  /** Whether the room has rows before the first, or after the last, that are not loaded. */
  older = false
  newer = false

  /** @returns {readonly object[]} in order */
  get rows() { return this.#rows }
  get first() { return this.#rows[0] }
  get last() { return this.#rows.at(-1) }
  get size() { return this.#rows.length }

  /** The row of the same message, by its id or by the key its author gave it. */
  find({ id, clientId }) {
    return this.#byId.get(id) ?? (clientId ? this.#byClientId.get(clientId) : undefined)
  }

  /** Whether a message of this number belongs into the stretch, so that leaving it out would make a hole. */
  covers(seq) {
    if (!this.size) return !this.older && !this.newer
    if (seq < this.first.seq) return !this.older
    return seq < this.last.seq || !this.newer
  }

  /** @returns {number} where the row now stands */
  insert(row) {
    let place = this.#rows.length
    while (place > 0 && this.#rows[place - 1].seq > row.seq) place -= 1
    this.#rows.splice(place, 0, row)
    this.#byId.set(row.id, row)
    if (row.clientId) this.#byClientId.set(row.clientId, row)
    return place
  }

  /** @returns {object | undefined} the row before this one */
  before(row) { return this.#rows[this.indexOf(row) - 1] }
  after(row) { return this.#rows[this.indexOf(row) + 1] }

  indexOf(row) {
    let low = 0
    let high = this.#rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#rows[middle].seq < row.seq) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Forgets all but the newest `keep`. @returns {object[]} what went */
  trimOlder(keep) {
    const gone = this.#rows.splice(0, Math.max(0, this.size - keep))
    if (gone.length) this.older = true
    return this.#forget(gone)
  }

  /** Forgets all but the oldest `keep`. @returns {object[]} what went */
  trimNewer(keep) {
    const gone = this.#rows.splice(keep)
    if (gone.length) this.newer = true
    return this.#forget(gone)
  }

  /** @returns {object[]} what went */
  clear() {
    this.older = this.newer = false
    return this.#forget(this.#rows.splice(0))
  }

  #forget(rows) {
    for (const { id, clientId } of rows) {
      this.#byId.delete(id)
      if (clientId) this.#byClientId.delete(clientId)
    }
    return rows
  }
}
