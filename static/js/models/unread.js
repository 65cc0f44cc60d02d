/**
 * What waits in which room: the numbers behind the sidebar's marks and the page's title.
 */
/** @typedef {{seq: number, last: number, read: number, mentions: number, direct: boolean, quiet: boolean}} Room */

export class Unread extends EventTarget {
  #rooms = new Map()
  #user

  /** @param {number} user */
  constructor(user) {
    super()
    this.#user = user
  }

  /** @param {number} id @param {Partial<Room>} facts what the page or `hello` says; others stay */
  adopt(id, facts) {
    const known = this.#rooms.get(id) ?? { seq: 0, last: 0, read: 0, mentions: 0, direct: false, quiet: false }
    this.#rooms.set(id, { ...known, ...facts })
    this.#changed(id)
  }

  /** A message that was created. @param {{room: number, seq: number, author: number, mentions: number[]}} message */
  arrived(message) {
    const room = this.#rooms.get(message.room)
    if (!room || message.seq <= room.last) return
    const own = message.author === this.#user
    const concerns = !own && (message.mentions.includes(this.#user) || (room.direct && message.kind !== "system"))
    room.last = message.seq
    if (own) Object.assign(room, { read: message.seq, mentions: 0 })
    else if (concerns) room.mentions += 1
    this.#changed(message.room)
  }

  /** An edit named people. @param {{message: {room: number, seq: number}, newly_mentioned: number[]}} event */
  named({ message, newly_mentioned: people }) {
    const room = this.#rooms.get(message.room)
    if (!room || !people.includes(this.#user) || message.seq <= room.read) return
    room.mentions += 1
    this.#changed(message.room)
  }

  /** The server's word on how far this person has read. @param {{room: number, seq: number, unread: boolean, mentions: number}} event */
  read({ room: id, seq, unread, mentions }) {
    const room = this.#rooms.get(id)
    if (!room) return
    room.read = seq
    room.mentions = mentions
    if (!unread) room.last = Math.min(room.last, seq)
    this.#changed(id)
  }

  /** @param {number} id @returns {Room & {unread: boolean} | undefined} */
  get(id) {
    const room = this.#rooms.get(id)
    return room && { ...room, unread: room.last > room.read }
  }

  has(id) { return this.#rooms.has(id) }
  forget(id) { this.#rooms.delete(id) }

  /** Mentions and direct messages that wait, for the title. */
  get total() {
    return [...this.#rooms.values()].filter((room) => room.last > room.read).reduce((sum, room) => sum + room.mentions, 0)
  }

  #changed(id) {
    this.dispatchEvent(new CustomEvent("change", { detail: { room: id } }))
  }
}
