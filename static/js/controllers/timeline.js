/** What happens now in the open room: new and changed rows, the pill, the way back to the newest. */
import { emit, isCoarse, on, one } from "chat/helpers/dom.js"
import { ngettext } from "chat/helpers/i18n.js"
import { keep, load } from "chat/helpers/storage.js"
import { debounce, perFrame } from "chat/helpers/time.js"

const MINUTE = 60_000
const SETTLED = 100

export class TimelineController {
  #box
  #session
  #room
  #pill = one("#pill")
  #waiting = []
  #known
  #unseen = 0
  #today

  /** @param {HTMLElement} box @param {import("../models/session.js").Session} session */
  constructor(box, session) {
    this.#box = box
    this.#session = session
    this.#room = session.room
    this.#known = this.#room.window.last?.seq ?? 0
    this.#today = this.#room.decorator.today
    this.#listen()
    this.#place()
    this.#room.drawQuotes()
    setInterval(() => this.#turnDay(), MINUTE)
  }

  #listen() {
    const { feed, viewport } = this.#room
    const flush = perFrame(() => this.#flush())
    feed.addEventListener("items", ({ detail }) => {
      this.#waiting.push(detail)
      // Frames are not drawn in a hidden tab, but what arrives there must be there when it is shown.
      if (document.hidden) this.#flush()
      else flush()
    })
    feed.addEventListener("reset", () => this.#room.reload().then(() => this.#added()))
    this.#session.socket.addEventListener("frame", ({ detail }) => this.#hear(detail))
    viewport.addEventListener("move", () => { if (viewport.following) this.#count(0) })
    this.#pill?.addEventListener("click", () => this.#backToNewest())
    // Not when the page goes: the next one may read its memory before that.
    viewport.addEventListener("move", debounce(() => this.#remember(), SETTLED))
    on("newest", () => this.#toNewest())
    on("loaded", () => this.#added())
  }

  #hear(frame) {
    if (frame.type === "hello") this.#room.feed.open()
    else if (frame.room === this.#room.id && (frame.type === "room.more" || frame.upto || frame.message)) this.#room.feed.receive(frame)
  }

  // The first view: a linked message, else the unread line, else where one was, else the end.
  #place() {
    const { viewport, rows } = this.#room
    const target = Number(this.#box.dataset.target)
    const marked = rows.divided
    viewport.toEnd()
    if (target) this.#showTarget(this.#room.window.find({ id: target }))
    else if (!marked && !this.#session.boot.room.newer) this.#resume()
    else if (marked && marked.entry.getBoundingClientRect && this.#isAbove(marked.article)) viewport.show(dividerOf(marked), 0.3)
  }

  // Who was reading further up when they left finds the same row in the same place.
  async #resume() {
    const { viewport, window } = this.#room
    const place = load(sessionStorage, this.#placeKey, {})
    if (!place.id) return
    if (!window.find(place)) {
      if (!window.older) return
      await this.#room.load({ around: place.seq }).catch(() => {})
      this.#added()
    }
    const row = window.find(place)
    if (row) viewport.show(row.article, place.top / viewport.height)
  }

  #remember() {
    const { viewport, window } = this.#room
    const top = ({ article }) => article.getBoundingClientRect().top - this.#box.getBoundingClientRect().top
    const row = viewport.following ? null : window.rows.find((each) => top(each) >= 0)
    keep(sessionStorage, this.#placeKey, row ? { id: row.id, seq: row.seq, top: top(row) } : {})
  }

  get #placeKey() { return `chat:${this.#session.user.id}:place:${this.#room.id}` }

  #isAbove(article) {
    return article.getBoundingClientRect().top < this.#box.getBoundingClientRect().top + 40
  }

  #showTarget(row) {
    if (!row) return
    this.#room.viewport.show(row.article, 1 / 3)
    row.article.dataset.target = ""
    emit("focus-row", { row })
    setTimeout(() => delete row.article.dataset.target, 2_000)
  }

  #flush() {
    const batches = this.#waiting.splice(0)
    if (!batches.length) return
    const items = batches.flatMap((batch) => batch.items)
    const { rows, viewport, window } = this.#room
    const result = viewport.keep(() => {
      const applied = rows.apply(items)
      this.#room.requote(applied.changed)
      this.#trim()
      return applied
    })
    for (const row of result.added) if (row.clientId) this.#session.outbox.remove(row.clientId)
    emit("rows", { ...result, live: batches.every((batch) => batch.live) })
    this.#notice([...result.added, ...(window.newer ? result.outside : [])])
    this.#room.drawQuotes()
  }

  #trim() {
    const { WINDOW_ROWS, WINDOW_SLACK } = this.#session.constants
    const { rows, viewport, window } = this.#room
    if (window.size <= WINDOW_ROWS + WINDOW_SLACK) return
    if (viewport.following) rows.trimOlder(WINDOW_ROWS)
    else rows.trimNewer(WINDOW_ROWS)
  }

  #notice(messages) {
    const fresh = messages.filter(({ seq }) => seq > this.#known)
    this.#known = Math.max(this.#known, ...fresh.map(({ seq }) => seq))
    const others = fresh.filter(({ author, deleted }) => author !== this.#session.user.id && !deleted)
    if (!this.#room.viewport.following) this.#count(this.#unseen + others.length)
  }

  #added() {
    this.#known = Math.max(this.#known, this.#room.window.last?.seq ?? 0)
    emit("rows", { added: [], changed: [], outside: [], live: false })
    this.#room.drawQuotes()
  }

  #count(count) {
    this.#unseen = count
    if (!this.#pill) return
    this.#pill.hidden = count === 0
    if (count) one("#pill-text").textContent = ngettext("%(count)s new message", "%(count)s new messages", count)
  }

  /** Loads the tail if it was let go of, then goes there. */
  async #toNewest() {
    if (this.#room.window.newer) {
      await this.#room.load().catch(() => emit("toast", { failed: true }))
      this.#added()
    }
    this.#room.viewport.toEnd()
    this.#count(0)
  }

  async #backToNewest() {
    await this.#toNewest()
    const last = this.#room.window.last
    if (isCoarse() && last) emit("focus-row", { row: last })
    else one("#write")?.focus()
  }

  #turnDay() {
    if (this.#room.decorator.today === this.#today) return
    this.#today = this.#room.decorator.today
    this.#room.viewport.keep(() => this.#room.rows.refresh())
  }
}

const dividerOf = ({ entry, article }) => entry.querySelector(':scope > .divider[data-kind="new"]') ?? article

