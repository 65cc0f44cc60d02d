/** Stocks the larder while there is a network, and serves from it while there is none. */
import { workerUrl } from "chat/helpers/html.js"
import { emit } from "chat/helpers/dom.js"
import { keep, load } from "chat/helpers/storage.js"

const OWNER = "chat:owner"
const LAST = 200
/** As many as the server gives at once. */
const PAGE = 100

export class LarderController {
  #session
  #wasOnline = false

  /** @param {HTMLElement} _root @param {import("../models/session.js").Session} session */
  constructor(_root, session) {
    this.#session = session
    this.#claim()
    const { socket, room } = session
    session.news.addEventListener("frame", ({ detail }) => this.#hear(detail))
    socket.addEventListener("state", ({ detail }) => { if (detail.state === "offline") this.#serve() })
    room?.feed.addEventListener("items", ({ detail }) => {
      session.larder.keep(room.id, detail.items)
      this.#amend(room.id, detail.items)
    })
    // Too much changed to be told: nothing that is kept of it can be trusted.
    room?.feed.addEventListener("reset", () => session.larder.forget(room.id))
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
    else if (frame.type === "room.left") this.#session.larder.forget(frame.room)
    else if (frame.room === this.#session.room?.id) return
    else if (frame.type === "room.more") this.#renew(frame.room, frame)
    else if (frame.events || frame.message) this.#amend(frame.room, frame.events ?? [frame])
  }

  // What was said otherwise at first must not be read in what is kept.
  async #amend(id, items) {
    const changed = items.filter(({ message }) => message.deleted || message.edited_at)
    if (changed.length) await this.#session.larder.amend(id, changed)
  }

  // Rooms that are not open here have changed while nobody listened: what was deleted then is kept no longer.
  async #catchUp(heads) {
    const { larder, room, socket } = this.#session
    for (const [id, upto] of await larder.tops()) {
      if (id === room?.id || !(heads.get(id) > upto)) continue
      const answer = await socket.request("room.sync", { room: id, after: upto }).catch(() => null)
      if (answer?.reset) await larder.forget(id)
      else if (answer) await this.#renew(id, answer)
    }
  }

  async #renew(id, { items, upto }) {
    if (id === this.#session.room?.id) return
    await this.#amend(id, items)
    await this.#session.larder.keep(id, items, upto)
    emit("renewed", { items })
  }

  /** @param {Map<number, number>} heads of the rooms that may be read */
  async #stock(heads) {
    const { larder, room } = this.#session
    await larder.retain([...heads.keys()])
    await this.#catchUp(heads)
    if (!room || this.#wasOnline) return
    this.#wasOnline = true
    let before
    for (let count = 0; count < LAST; count += PAGE) {
      const page = await room.page({ limit: PAGE, ...before }).catch(() => null)
      if (!page) return
      await larder.keep(room.id, [...page.items, ...page.late])
      if (!page.older) return
      before = { before: page.items[0].message.seq }
    }
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
