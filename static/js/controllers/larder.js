/** Stocks the larder while there is a network, and serves from it while there is none. */
import { workerUrl } from "chat/helpers/html.js"
import { emit } from "chat/helpers/dom.js"
import { keep, load } from "chat/helpers/storage.js"

const OWNER = "chat:owner"
const LAST = 200
/** Each writing writes all that is kept of a room. */
const WRITE_EVERY = 1_000
/** As many as the server gives at once. */
const PAGE = 100

export class LarderController {
  #session
  #wasOnline = false
  #kept = new Map()
  #gathered = new Map()
  #timer = 0
  #cursor

  /** @param {HTMLElement} _root @param {import("../models/session.js").Session} session */
  constructor(_root, session) {
    this.#session = session
    this.#claim()
    const { socket, room } = session
    this.#cursor = room?.feed.cursor
    session.news.addEventListener("frame", ({ detail }) => this.#hear(detail))
    socket.addEventListener("state", ({ detail }) => { if (detail.state === "offline") this.#serve() })
    room?.feed.addEventListener("items", ({ detail }) => {
      this.#gather(room.id, detail.items, this.#cursor, room.feed.cursor)
      this.#cursor = room.feed.cursor
      this.#amend(room.id, detail.items)
    })
    // Too much changed to be told: nothing that is kept of it can be trusted.
    room?.feed.addEventListener("reset", () => this.#forget(room.id))
    addEventListener("pagehide", () => this.#write())
    const { serviceWorker } = navigator
    if (serviceWorker) serviceWorker.register(workerUrl(`/service-worker.js?build=${session.boot.build}`)).catch(console.warn)
  }

  // What somebody else left here when they did not sign out.
  #claim() {
    const { user } = this.#session
    if (load(localStorage, OWNER, user.id) !== user.id) globalThis.caches?.delete("chat-pages")
    keep(localStorage, OWNER, user.id)
  }

  #hear(frame) {
    if (frame.type === "hello") this.#stock(new Map(frame.rooms))
    else if (frame.type === "room.left") this.#forget(frame.room)
    else if (frame.room === this.#session.room?.id) return
    else if (frame.type === "room.more") this.#renew(frame.room, frame)
    else if (frame.events || frame.message) {
      const items = frame.events ?? [frame]
      this.#amend(frame.room, items)
      // One tab is enough, and one that is looked at is the likely one to open that room.
      if (this.#gathered.has(frame.room) || (this.#kept.has(frame.room) && !document.hidden)) this.#gather(frame.room, items, frame.from ?? frame.seq - 1, frame.upto ?? frame.seq)
    }
  }

  // What happens now is written once in a while.
  #gather(id, items, from, upto) {
    const known = this.#gathered.get(id)
    if (known && from <= known.upto) Object.assign(known, { items: [...known.items, ...items], upto: Math.max(known.upto, upto) })
    else this.#gathered.set(id, { items: [...(known?.items ?? []), ...items], from, upto })
    this.#timer ||= setTimeout(() => this.#write(), WRITE_EVERY)
  }

  #write() {
    clearTimeout(this.#timer)
    this.#timer = 0
    for (const [id, { items, ...reach }] of this.#gathered) this.#session.larder.keep(id, items.filter(({ message }) => message), reach)
    this.#gathered.clear()
  }

  #forget(id) {
    this.#kept.delete(id)
    this.#gathered.delete(id)
    return this.#session.larder.forget(id)
  }

  // What was said otherwise at first must not be read in what is kept.
  async #amend(id, items) {
    const changed = items.filter(({ message }) => message.deleted || message.edited_at)
    if (changed.length) await this.#session.larder.amend(id, changed)
  }

  // Rooms that are not open here have changed while nobody listened: what was deleted then is kept no longer.
  async #catchUp(heads) {
    const { room, socket } = this.#session
    for (const [id, { upto }] of this.#kept) {
      if (id === room?.id || !(heads.get(id) > upto)) continue
      const answer = await socket.request("room.sync", { room: id, after: upto }).catch(() => null)
      if (answer?.reset) await this.#forget(id)
      else if (answer) await this.#renew(id, { from: upto, ...answer })
    }
  }

  async #renew(id, { items, from = 0, upto }) {
    if (id === this.#session.room?.id) return
    await this.#amend(id, items)
    await this.#session.larder.keep(id, items, { from, upto })
    emit("renewed", { items })
  }

  /** @param {Map<number, number>} heads of the rooms that may be read */
  async #stock(heads) {
    const { larder, room } = this.#session
    this.#gathered.clear()
    await larder.retain([...heads.keys()])
    this.#kept = await larder.tops()
    await this.#catchUp(heads)
    if (!room || this.#wasOnline) return
    this.#wasOnline = true
    const { whole, upto } = this.#kept.get(room.id) ?? {}
    // Nothing happened since: what the feed brings continues what is kept.
    if (whole && upto >= this.#session.boot.room.seq && upto <= heads.get(room.id)) return
    await this.#fill(room)
  }

  async #fill(room) {
    const { larder } = this.#session
    const items = []
    let page
    let query = { limit: PAGE }
    do {
      page = await room.page(query).catch(() => null)
      if (!page) return
      items.unshift(...page.items, ...page.late)
      query = { limit: PAGE, before: page.items[0]?.message.seq }
    } while (page.older && items.length < LAST)
    await larder.keep(room.id, items, { from: 0, upto: room.feed.cursor, whole: true })
  }

  // Opened without a network: the page is as old as it is, what came after it is in the larder.
  async #serve() {
    const { larder, room } = this.#session
    if (this.#wasOnline || !room || navigator.onLine) return
    const items = await larder.items(room.id)
    const { rows, viewport, window } = room
    const newer = items.filter(({ message }) => message.seq > (window.last?.seq ?? 0) || window.find(message))
    if (!newer.length || this.#wasOnline) return
    const result = viewport.keep(() => rows.apply(newer))
    emit("rows", { ...result, live: false })
  }
}
