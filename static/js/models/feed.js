/**
 * One open room on the wire: opens it on every new link, asks for what was missed, and hands on what to show.
 *
 * `items` events carry upserts in order: `items` [{message, html}], `live` whether they happen now, or are being
 * caught up. `reset` asks for the last page to be loaded afresh; `resume` with its head when that is done.
 */
import { Sequence } from "chat/models/sequence.js"

const RETRY = 3_000

export class Feed extends EventTarget {
  #socket
  #room
  #sequence

  /** @param {import("../socket.js").Socket} socket @param {number} room @param {number} cursor */
  constructor(socket, room, cursor) {
    super()
    this.#socket = socket
    this.#room = room
    this.#sequence = new Sequence(cursor)
    this.#sequence.stop()
  }

  get cursor() { return this.#sequence.cursor }

  /** A new link has said hello. */
  open() {
    this.#sequence.stop()
    return this.#ask("room.open")
  }

  /** Every frame of this room that carries a number, and `room.more`. */
  receive(frame) {
    if (frame.type === "room.more") return this.#take(this.#sequence.answer(frame), false)
    this.#take(this.#sequence.receive(frame), true)
  }

  /** Asks for the room's present facts, and whatever else was missed. */
  refresh() {
    if (!this.#sequence.syncing) this.#ask("room.sync")
  }

  /** The last page is loaded. @param {number} head as the page gave it */
  resume(head) {
    this.#take(this.#sequence.restart(head), true)
  }

  async #ask(type) {
    try {
      const frame = await this.#socket.request(type, { room: this.#room, after: this.#sequence.start() })
      this.#take(this.#sequence.answer(frame), false)
      this.dispatchEvent(new CustomEvent("opened", { detail: frame }))
    } catch (error) {
      if (error.code === "not_found" || error.code === "forbidden") this.dispatchEvent(new Event("gone"))
      else if (this.#socket.isOnline) setTimeout(() => this.#ask(type), (error.retryAfter ?? 0) * 1000 || RETRY)
    }
  }

  #take({ apply, hole, reset }, live) {
    const items = apply.filter((item) => item.message)
    if (items.length) this.dispatchEvent(new CustomEvent("items", { detail: { items, live } }))
    if (reset) this.dispatchEvent(new Event("reset"))
    else if (hole) this.#ask("room.sync")
  }
}
