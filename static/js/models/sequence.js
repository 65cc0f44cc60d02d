/**
 * Where this client stands in one room's stream of changes: a cursor, and a buffer while it catches up.
 *
 * Everything with a number up to the cursor has been applied. Live events must continue it; one that leaves a
 * hole, or that arrives while catching up, waits in the buffer. The caller applies what it is handed, in order,
 * and sends `room.sync` where it is told to. Nothing else lives here, so that tests can mirror it.
 */
export class Sequence {
  #cursor
  #syncing = false
  #buffer = []

  /** @param {number} cursor the room's number when the rows on the page were read */
  constructor(cursor) {
    this.#cursor = cursor
  }

  get cursor() { return this.#cursor }
  get syncing() { return this.#syncing }

  /** A new link, or a hole. @returns {number} the `after` to ask for */
  start() {
    this.#syncing = true
    return this.#cursor
  }

  /** The link is gone: what waited belongs to it. */
  stop() {
    this.#syncing = true
    this.#buffer = []
  }

  /**
   * A live event, or a batch of everything that changed after `from` up to and with `upto`.
   * @returns {{apply: object[], hole: boolean}} `hole`: call `start` and ask for a sync
   */
  receive(event) {
    this.#buffer.push(event)
    if (this.#syncing) return { apply: [], hole: false }
    const apply = this.#drain()
    return { apply, hole: this.#buffer.length > 0 }
  }

  /**
   * An answer to `room.open` or `room.sync`, or a `room.more` after it.
   * @returns {{apply: object[], hole: boolean, reset: boolean}} `reset`: load the last page, then `restart`
   */
  answer(frame) {
    if (frame.reset) return { apply: [], hole: false, reset: true }
    const apply = [...(frame.items ?? [])]
    this.#cursor = Math.max(this.#cursor, frame.upto)
    if (frame.complete === false) return { apply, hole: false, reset: false }
    return { apply: [...apply, ...this.#settle()], hole: this.#buffer.length > 0, reset: false }
  }

  /** A page was loaded afresh. @param {number} head the room's number at that moment */
  restart(head) {
    return this.answer({ upto: head })
  }

  #settle() {
    this.#syncing = false
    return this.#drain()
  }

  #drain() {
    const apply = []
    this.#buffer.sort((a, b) => first(a) - first(b))
    while (this.#buffer.length && first(this.#buffer[0]) <= this.#cursor + 1) {
      const event = this.#buffer.shift()
      const events = event.events ?? [event]
      apply.push(...events.filter((each) => each.seq > this.#cursor))
      this.#cursor = Math.max(this.#cursor, event.upto ?? event.seq)
    }
    return apply
  }
}

const first = (event) => (event.from === undefined ? event.seq : event.from + 1)
