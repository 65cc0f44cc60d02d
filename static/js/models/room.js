/** The open room: its rows, its stream and its pages of history, kept in step with each other. */
import { fill, getJson } from "chat/helpers/http.js"
import { deviceZone } from "chat/helpers/dates.js"
import { Decorator } from "chat/models/decorator.js"
import { Feed } from "chat/models/feed.js"
import { PendingRows } from "chat/models/pending_rows.js"
import { Quotes } from "chat/models/quotes.js"
import { ReadTracker } from "chat/models/read_tracker.js"
import { Rows } from "chat/models/rows.js"
import { Viewport } from "chat/models/viewport.js"
import { Window } from "chat/models/window.js"

const LATER = 2_000

export class Room {
  #urls
  #larder
  #flights = new Set()

  /**
   * @param {HTMLElement} box the timeline @param {object} boot the page's boot data
   * @param {import("../socket.js").Socket} socket
   * @param {import("./larder.js").Larder} larder what is kept for reading without a network
   */
  constructor(box, boot, socket, larder, hidden = new Set()) {
    const { room, user, urls, constants } = boot
    const list = box.querySelector(".timeline__list")
    this.id = room.id
    this.facts = room
    this.rights = new Set(room.rights)
    this.#urls = urls
    this.#larder = larder
    this.quotes = new Quotes(fill(urls.quotes, { room: room.id }))
    const decorator = new Decorator({
      viewer: user.id, language: document.documentElement.lang, timeZone: user.time_zone || deviceZone(),
      groupMs: constants.GROUP_MS, mayReact: this.rights.has("react"), hidden, quotes: this.quotes.known,
      permalink: (message) => this.permalink(message),
    })
    this.decorator = decorator
    this.window = Object.assign(new Window(), { older: room.older, newer: room.newer })
    this.pending = new PendingRows(list, decorator, user.id)
    this.rows = new Rows(list, this.window, decorator, this.pending)
    this.tracker = new ReadTracker(room.read ?? 0)
    this.quotes.adopt(list)
    this.rows.adopt(room.read ?? null)
    this.viewport = new Viewport(box, this.rows, constants)
    this.feed = new Feed(socket, room.id, room.seq)
    this.feed.addEventListener("items", ({ detail }) => this.#flights.forEach((flight) => flight.push(...detail.items)))
  }

  /** Where a message can be found by anybody who may see it. */
  permalink(message) { return fill(this.#urls.permalink, { room: this.id, message }) }

  /**
   * A page of history, with `late`: what happened while it was under way and may be missing in it.
   * @param {{before?: number, after?: number, around?: number, limit?: number}} [query] none: the last page
   */
  async page(query = {}) {
    const late = []
    this.#flights.add(late)
    try {
      const page = await getJson(fill(this.#urls.history, { room: this.id }), query).catch((error) => this.#kept(query, error))
      return { ...page, late }
    } finally {
      this.#flights.delete(late)
    }
  }

  // Without a network, earlier messages come from the device as far as they were kept.
  async #kept({ before, limit = 50 }, error) {
    if (error.status !== 0 || before === undefined) throw error
    const items = (await this.#larder.items(this.id)).filter(({ message }) => message.seq < before)
    if (!items.length) throw error
    return { items: items.slice(-limit), older: true, newer: true }
  }

  /** Shows another stretch instead of what is loaded. @param {object} [query] as of `page` */
  async load(query) {
    const page = await this.page(query)
    this.viewport.keep(() => this.rows.replace(page))
    return page
  }

  /** The replay was too long: the last page instead, however often it takes. */
  async reload() {
    try {
      const { head } = await this.load()
      this.feed.resume(head)
    } catch {
      setTimeout(() => this.reload(), LATER)
    }
  }

  /** Draws the quotes of rows that came without. */
  async drawQuotes() {
    const wanted = this.window.rows.map((row) => row.replyTo).filter(Boolean)
    const found = await this.quotes.fetch(wanted)
    if (found.size) this.viewport.keep(() => this.rows.refresh((row) => found.has(row.replyTo)))
  }

  /** A message changed or went: whoever quotes it shows so. @param {object[]} rows */
  requote(rows) {
    const ids = new Set(rows.filter((row) => this.quotes.update(row)).map((row) => row.id))
    if (ids.size) this.rows.refresh((row) => ids.has(row.replyTo))
  }
}
