/** Marks as read what stood in view long enough while somebody was there to look. */
import { emit, isAttended, on } from "chat/helpers/dom.js"
import { debounce } from "chat/helpers/time.js"

const SEND_AFTER = 300
const LOOK_EVERY = 100

export class ReaderController {
  #session
  #room
  #since = new Map()
  #timer = 0
  #sent
  #held = false
  #send

  /** @param {HTMLElement} box @param {import("../models/session.js").Session} session */
  constructor(box, session) {
    this.#session = session
    this.#room = session.room
    this.#sent = this.#room.tracker.read
    this.#send = debounce(() => this.#tell(), SEND_AFTER)
    this.#room.viewport.addEventListener("move", () => this.#look())
    for (const name of ["focus", "blur"]) addEventListener(name, () => this.#look())
    document.addEventListener("visibilitychange", () => this.#look())
    box.addEventListener("wheel", () => { this.#held = false }, { passive: true })
    on("rows", () => this.#look())
    on("caught-up", () => this.#catchUp())
    on("sent", () => this.#advance())
    on("unread-from", ({ row }) => this.#unread(row))
    session.socket.addEventListener("frame", ({ detail }) => this.#hear(detail))
    this.#look()
  }

  #hear(frame) {
    if (frame.type === "hello" && this.#sent < this.#room.tracker.read) this.#tell()
    if (frame.type !== "read" || frame.room !== this.#room.id || this.#held) return
    this.#room.tracker.reach(frame.seq)
    this.#sent = Math.max(this.#sent, frame.seq)
  }

  #look() {
    clearTimeout(this.#timer)
    if (!isAttended() || this.#held) return this.#since.clear()
    const now = performance.now()
    const shown = this.#shown()
    for (const seq of this.#since.keys()) if (!shown.has(seq)) this.#since.delete(seq)
    for (const seq of shown) if (!this.#since.has(seq)) this.#since.set(seq, now)
    for (const [seq, since] of this.#since) if (now - since >= this.#session.constants.READ_AFTER_MS) this.#room.tracker.see(seq)
    this.#advance()
    if ([...shown].some((seq) => seq > this.#room.tracker.read)) this.#timer = setTimeout(() => this.#look(), LOOK_EVERY)
  }

  #shown() {
    const shown = new Set()
    const { rows } = this.#room.window
    for (let place = rows.length - 1; place >= 0 && rows[place].seq > this.#room.tracker.read; place -= 1) {
      if (this.#room.viewport.endIsSeen(rows[place].article)) shown.add(rows[place].seq)
    }
    return shown
  }

  #advance() {
    const { decorator, tracker, window } = this.#room
    const rows = window.rows.map((row) => ({ seq: row.seq, own: decorator.isOwn(row) }))
    if (tracker.advance(rows, window.older) !== null) this.#send()
  }

  #catchUp() {
    const last = this.#room.window.last?.seq ?? 0
    this.#held = false
    this.#room.tracker.reach(Math.max(last, this.#session.unread.get(this.#room.id)?.last ?? 0))
    this.#tell()
  }

  async #tell() {
    const seq = this.#room.tracker.read
    if (seq <= this.#sent) return
    const last = this.#session.unread.get(this.#room.id)?.last ?? seq
    if (seq >= last) this.#session.unread.read({ room: this.#room.id, seq, unread: false, mentions: 0 })
    try {
      await this.#session.socket.request("read.mark", { room: this.#room.id, seq })
      this.#sent = Math.max(this.#sent, seq)
    } catch (error) {
      if (!error.isUncertain && error.retryAfter) setTimeout(() => this.#tell(), error.retryAfter * 1000)
    }
  }

  // Until the person scrolls, the open view must not read again what was just marked.
  async #unread(row) {
    this.#held = true
    this.#since.clear()
    this.#room.tracker.rewind(row.seq - 1)
    this.#sent = this.#room.tracker.read
    await this.#session.socket.request("read.unmark", { room: this.#room.id, seq: row.seq }).catch(() => emit("toast", { failed: true }))
  }
}
