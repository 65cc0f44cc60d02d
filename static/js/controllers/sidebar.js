/** The list of rooms: marks that follow what happens, and a fresh list when rooms come, go or change names. */
import { all, emit, on, one, setAttribute } from "chat/helpers/dom.js"
import { parse } from "chat/helpers/html.js"
import { getText } from "chat/helpers/http.js"
import { ngettext, number, t } from "chat/helpers/i18n.js"
import { debounce } from "chat/helpers/time.js"
import { isNew } from "chat/models/facts.js"

const MOST = 99
const STRUCTURE = ["room.joined", "room.left", "room.updated", "user.updated", "settings.updated"]

export class SidebarController {
  #session
  #box = one("#sidebar-rooms")
  #refetch

  /** @param {HTMLElement} _root @param {import("../models/session.js").Session} session */
  constructor(_root, session) {
    this.#session = session
    this.#refetch = debounce(() => this.#fetch(), 150)
    const { unread, drafts, outbox, news } = session
    this.#adopt()
    news.addEventListener("frame", ({ detail }) => this.#hear(detail))
    unread.addEventListener("change", ({ detail }) => this.#draw(detail.room))
    drafts.addEventListener("change", () => this.#drawWaiting())
    outbox.addEventListener("change", () => this.#drawWaiting())
    addEventListener("storage", () => this.#drawWaiting())
    on("sidebar", () => this.#refetch())
    this.#drawWaiting()
  }

  #adopt() {
    for (const link of all(".room-link[data-room]", this.#box ?? document)) {
      const { room, seq, last, read, kind } = link.dataset
      const badge = link.querySelector("[data-mark=mentions]")
      const mentions = this.#session.unread.get(Number(room))?.mentions ?? (badge?.hidden ? 0 : parseInt(badge?.textContent, 10) || 0)
      this.#session.unread.adopt(Number(room), { seq: Number(seq), last: Number(last), read: Number(read), mentions, direct: kind === "direct" })
    }
  }

  #hear(frame) {
    if (frame.type === "hello") this.#hello(frame.rooms)
    else if (frame.type === "message.created") this.#session.unread.arrived(frame.message)
    else if (frame.type === "room.batch") this.#batch(frame)
    else if (frame.type === "read") this.#session.unread.read(frame)
    else if (frame.newly_mentioned) this.#session.unread.named(frame)
    else if (STRUCTURE.includes(frame.type)) this.#refetch()
    if (frame.type === "emoji.changed") import("chat/controllers/own_emoji.js").then(({ hear }) => hear(frame, this.#session))
    if (frame.type === "user.updated") import("chat/controllers/faces.js").then(({ redraw }) => redraw(frame.user, this.#session))
  }

  // A batch carries lines of the record, not what they did: a fresh list knows.
  #batch({ events, from }) {
    for (const event of events) this.#hear(isNew(event, from) ? { ...event, type: "message.created" } : event)
    if (events.some(({ message }) => message?.kind === "system")) this.#refetch()
  }

  #hello(rooms) {
    const { unread } = this.#session
    const known = all(".room-link[data-room]", this.#box ?? document).map((link) => Number(link.dataset.room))
    for (const [id, seq, last, read, mentions] of rooms) unread.adopt(id, { seq, last, read, mentions })
    const ids = rooms.map(([id]) => id)
    if (this.#box && (ids.some((id) => !known.includes(id)) || known.some((id) => !ids.includes(id)))) this.#refetch()
  }

  #draw(id) {
    const link = one(`.room-link[data-room="${id}"]`, this.#box ?? document)
    const room = this.#session.unread.get(id)
    if (!link || !room) return
    const quiet = "muted" in link.dataset
    const mentions = room.unread ? room.mentions : 0
    setAttribute(link, "data-unread", room.unread && (!quiet || mentions > 0))
    mark(link, "unread", room.unread && !mentions && !quiet)
    const badge = mark(link, "mentions", mentions > 0)
    if (badge) badge.textContent = mentions > MOST ? `${MOST}+` : number(mentions)
    const words = one("[data-mark-text]", link)
    if (words) words.textContent = wordsOf(room.unread && (!quiet || mentions > 0), mentions)
  }

  #drawWaiting() {
    const drafts = new Set(this.#session.drafts.rooms())
    const unsent = this.#session.outbox.unsent()
    for (const link of all(".room-link[data-room]", this.#box ?? document)) {
      mark(link, "draft", drafts.has(Number(link.dataset.room)))
      mark(link, "unsent", unsent.has(Number(link.dataset.room)))
    }
  }

  async #fetch() {
    const { urls, room, unread } = this.#session
    const html = await getText(urls.sidebar, room ? { current: room.id } : {}).catch(() => null)
    if (html === null || !this.#box) return
    const scroller = this.#box.closest(".scroll")
    const above = scroller?.scrollTop ?? 0
    const focused = document.activeElement?.closest?.("#sidebar-rooms .room-link")?.dataset.room
    this.#box.replaceChildren(parse(html))
    for (const link of all(".room-link[data-room]", this.#box)) if (!unread.has(Number(link.dataset.room))) this.#adoptOne(link)
    for (const link of all(".room-link[data-room]", this.#box)) this.#draw(Number(link.dataset.room))
    this.#drawWaiting()
    emit("sidebar-drawn")
    if (focused) one(`.room-link[data-room="${focused}"]`, this.#box)?.focus({ preventScroll: true })
    if (scroller) scroller.scrollTop = above
  }

  #adoptOne({ dataset }) {
    const { room, seq, last, read, kind } = dataset
    this.#session.unread.adopt(Number(room), { seq: Number(seq), last: Number(last), read: Number(read), direct: kind === "direct" })
  }
}

function mark(link, name, shown) {
  const element = one(`[data-mark="${name}"]`, link)
  if (element) element.hidden = !shown
  return element
}

function wordsOf(unread, mentions) {
  const words = mentions ? `, ${ngettext("%(count)s mention", "%(count)s mentions", mentions)}` : ""
  return unread ? `${words}, ${t("unread")}` : words
}
