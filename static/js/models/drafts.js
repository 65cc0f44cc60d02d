/** Unsent text per person and room, kept on the device. */
import { keep, load } from "chat/helpers/storage.js"

const EMPTY = { text: "", replyTo: null }

export class Drafts extends EventTarget {
  #prefix
  #storage
  #closed = false

  /** @param {number} user @param {Storage} storage */
  constructor(user, storage = localStorage) {
    super()
    this.#prefix = `chat:${user}:draft:`
    this.#storage = storage
  }

  /** @param {number} room @returns {{text: string, replyTo: number | null}} */
  get(room) {
    const { text, replyTo } = load(this.#storage, this.#prefix + room, EMPTY)
    return { text: typeof text === "string" ? text : "", replyTo: Number.isSafeInteger(replyTo) ? replyTo : null }
  }

  /** An empty text without a reply removes the draft. */
  set(room, { text, replyTo = null }) {
    if (this.#closed) return
    const key = this.#prefix + room
    if (text.trim() === "" && !replyTo) this.#storage.removeItem(key)
    else keep(this.#storage, key, { text, replyTo })
    this.dispatchEvent(new CustomEvent("change", { detail: { room } }))
  }

  /** The room whose draft a storage event is about, or null. @param {string | null} key */
  roomOf(key) {
    return key?.startsWith(this.#prefix) ? Number(key.slice(this.#prefix.length)) : null
  }

  /** @returns {number[]} rooms with a text waiting */
  rooms() {
    return Object.keys(this.#storage).map((key) => this.roomOf(key)).filter((room) => room !== null && this.get(room).text.trim())
  }

  /** Signed out: nothing of this person stays on the device. */
  wipe() {
    this.#closed = true
    for (const key of Object.keys(this.#storage)) if (key.startsWith(this.#prefix)) this.#storage.removeItem(key)
  }
}
