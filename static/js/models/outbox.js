/**
 * What was sent and is not yet known to be stored, per person, across reloads.
 *
 * The same `client_id` goes out on every repeat, so that sending twice, even from two tabs, stores one message.
 * An item belongs to the tab that wrote it; another tab adopts it once its owner has stopped breathing.
 */
import { uuid } from "chat/helpers/ids.js"
import { keep, load } from "chat/helpers/storage.js"

const BREATH_EVERY = 5_000
/** Timers of hidden tabs run once a minute, so silence for less proves nothing. */
const DEAD_AFTER = 70_000

/** @typedef {{id: string, room: number, text: string, replyTo: number | null, at: string, owner: string,
 *   uploads: {id: string | null, name: string, size: number, type: string, ready: boolean}[], lost?: boolean,
 *   state: "uploading" | "pending" | "unconfirmed" | "queued" | "failed", reason: string, retryAt: number}} Item
 *   `lost`: files of it went with the page that had them */

const STATES = ["uploading", "pending", "unconfirmed", "queued", "failed"]

export class Outbox extends EventTarget {
  #key
  #breathKey
  #owner
  #storage
  #own = new Map()
  #closed = false

  /** @param {number} user @param {string} owner this tab's name, the same after a reload @param {Storage} storage */
  constructor(user, owner, storage = localStorage) {
    super()
    this.#key = `chat:${user}:outbox`
    this.#breathKey = `chat:${user}:tabs`
    this.#owner = owner
    this.#storage = storage
    this.#breathe()
    this.adopt()
  }

  /** Keeps this tab's claim alive; call it once. */
  start() {
    setInterval(() => {
      this.#breathe()
      this.adopt()
    }, BREATH_EVERY)
  }

  /** The page goes away: whoever comes next need not wait to take over. */
  rest() {
    if (this.#closed) return
    const breaths = this.#breaths()
    delete breaths[this.#owner]
    keep(this.#storage, this.#breathKey, breaths)
  }

  /** @returns {Item} written down before anything else happens to it */
  add({ room, text, replyTo = null, uploads = [] }) {
    const item = { id: uuid(), room, text, replyTo, uploads, at: new Date().toISOString(), owner: this.#owner,
      state: uploads.every(({ ready }) => ready) ? "pending" : "uploading", reason: "", retryAt: 0 }
    this.#own.set(item.id, item)
    this.#save()
    return item
  }

  /** @param {string} id @param {Partial<Item>} change */
  mark(id, change) {
    const item = this.#own.get(id)
    if (!item) return
    const before = JSON.stringify(item)
    Object.assign(item, change)
    if (JSON.stringify(item) === before) return
    this.#save(item)
  }

  /** Stored, or given up by the person. @returns {Item | undefined} */
  remove(id) {
    const item = this.#own.get(id)
    this.#own.delete(id)
    if (item) this.#save({ ...item, removed: true })
    return item
  }

  get(id) { return this.#own.get(id) }

  /** This tab's items, in the order they were written. @param {number} [room] */
  items(room) {
    return [...this.#own.values()].filter((item) => room === undefined || item.room === room)
  }

  /** Rooms with something unsent, from any tab. @returns {Map<number, number>} */
  unsent() {
    const rooms = new Map()
    for (const { room } of this.#load()) rooms.set(room, (rooms.get(room) ?? 0) + 1)
    return rooms
  }

  /** Takes over what a tab left behind that is gone. */
  adopt() {
    const breaths = this.#breaths()
    const alive = (owner) => Date.now() - (breaths[owner] ?? 0) < DEAD_AFTER
    const orphans = this.#load().filter((item) => !this.#own.has(item.id) && (item.owner === this.#owner || !alive(item.owner)))
    for (const item of orphans) this.#own.set(item.id, { ...withoutPage(item), owner: this.#owner })
    if (orphans.length) this.#save()
  }

  /** Signed out: nothing of this person stays on the device. */
  wipe() {
    this.#closed = true
    this.#own.clear()
    this.#storage.removeItem(this.#key)
    this.#storage.removeItem(this.#breathKey)
  }

  #load() { return load(this.#storage, this.#key, []).filter(isItem) }
  #breaths() { return load(this.#storage, this.#breathKey, {}) }

  #breathe() {
    if (this.#closed) return
    const fresh = Object.entries(this.#breaths()).filter(([, at]) => Date.now() - at < DEAD_AFTER)
    keep(this.#storage, this.#breathKey, { ...Object.fromEntries(fresh), [this.#owner]: Date.now() })
  }

  // Other tabs' items are kept as they stand; only what is ours is written.
  #save(changed) {
    if (this.#closed) return
    const others = this.#load().filter((item) => item.owner !== this.#owner && !this.#own.has(item.id))
    const items = [...others, ...this.#own.values()].sort((a, b) => (a.at < b.at ? -1 : 1))
    keep(this.#storage, this.#key, items)
    this.dispatchEvent(new CustomEvent("change", { detail: { item: changed } }))
  }
}

// A file that had not arrived went with its page: that is for the author to know.
function withoutPage(item) {
  const { uploads = [] } = item
  return uploads.every(({ ready }) => ready) ? { ...item, uploads } : { ...item, state: "failed", lost: true }
}

// What lies on the device may be of another version, or somebody's play.
function isItem(value) {
  return Number.isSafeInteger(value?.room) && [value.id, value.text, value.owner].every((word) => typeof word === "string")
    && Date.parse(value.at) > 0 && STATES.includes(value.state) && Array.isArray(value.uploads ?? [])
}
