/**
 * Tells of what concerns the person while they look elsewhere: exactly once, whichever of their tabs tells it.
 *
 * The leading tab tells. The others keep what they would have told until they hear that it was, and tell it
 * themselves if they come to lead before.
 */
import { emit, on, one } from "chat/helpers/dom.js"
import { Calendar, deviceZone } from "chat/helpers/dates.js"
import { parseOne } from "chat/helpers/html.js"
import { fill } from "chat/helpers/http.js"
import { ngettext, t } from "chat/helpers/i18n.js"
import { Bell } from "chat/models/bell.js"
import { cut, isNew, textOf } from "chat/models/facts.js"
import { concerns, quietAt } from "chat/models/quiet.js"

const KEPT = 10_000
const SPOKEN_EVERY = 5_000

export class NotificationsController {
  #session
  #bell = new Bell((url) => location.assign(url))
  #calendar
  #kept = new Map()
  #told = new Set()
  #spokenAt = -Infinity

  /** @param {HTMLElement} _root @param {import("../models/session.js").Session} session */
  constructor(_root, session) {
    this.#session = session
    this.#calendar = new Calendar(document.documentElement.lang, session.user.time_zone || deviceZone())
    session.socket.addEventListener("frame", ({ detail }) => this.#hear(detail))
    session.tabs.addEventListener("lead", () => this.#takeOver())
    session.tabs.addEventListener("word", ({ detail }) => { if (detail.told) this.#heardTold(detail.told) })
    session.unread.addEventListener("change", ({ detail }) => this.#read(detail.room))
    on("renewed", ({ items }) => { for (const { message } of items) if (message.deleted) this.#withdraw(message) })
    on("open-message", ({ url }) => this.#open(url))
    navigator.serviceWorker?.addEventListener("message", ({ data }) => { if (data?.open) this.#open(data.open) })
  }

  /** What silence there is now, as `quietAt` says it. */
  get quiet() {
    const { H, i } = this.#calendar.parts(new Date())
    return quietAt(this.#session.preferences, new Date(), `${H}:${i}`)
  }

  #hear(frame) {
    if (frame.type === "hello") return this.#missed(frame.rooms)
    for (const each of frame.events ?? [frame]) {
      if (isNew(each, frame.from)) this.#consider(each)
      else if (each.type === "message.deleted") this.#withdraw(each.message)
      // An edit calls nobody again, only who was not called before.
      else if (each.newly_mentioned?.includes(this.#session.user.id)) this.#consider(each, `${each.message.id}:${each.seq}`)
    }
  }

  #withdraw({ id, room }) {
    this.#kept.delete(id)
    this.#bell.withdraw(room, fill(this.#session.urls.permalink, { room, message: id }))
  }

  #consider({ message, html }, key = message.id) {
    const place = placeOf(message.room)
    if (!place || !concerns(message, this.#session.user.id, place) || message.deleted || this.#session.hidden.has(message.author)) return
    const row = parseOne(html)
    const author = row.querySelector(".message__author")?.textContent ?? ""
    this.#speak(author, message, place)
    this.#offer(key, {
      room: message.room, direct: place.direct, url: fill(this.#session.urls.permalink, { room: message.room, message: message.id }),
      title: place.direct ? author : t("%(name)s in %(room)s", { name: author, room: place.name }),
      body: cut(textOf(row.querySelector(".message__body"))), name: place.name,
    })
  }

  // A new leader that had no link meanwhile knows from the numbers that somebody called.
  #missed(rooms) {
    for (const [id, , last, read, mentions] of rooms) {
      const known = this.#session.unread.get(id)
      const place = placeOf(id)
      if (!place || !known || mentions <= known.mentions || last <= read || !concernsAtAll(place)) continue
      this.#offer(`${id}:${last}`, {
        room: id, direct: place.direct, url: fill(this.#session.urls.room, { room: id }), title: place.name,
        body: ngettext("%(count)s new message", "%(count)s new messages", mentions - known.mentions), name: place.name,
      })
    }
  }

  // The leader may have told it before this tab's own link brought it.
  #heardTold(id) {
    this.#kept.delete(id)
    this.#told.add(id)
    setTimeout(() => this.#told.delete(id), KEPT)
  }

  #offer(id, news) {
    if (this.#told.has(id)) return
    if (this.#session.tabs.leads) return this.#tell(id, news)
    this.#kept.set(id, news)
    setTimeout(() => this.#kept.delete(id), KEPT)
  }

  #takeOver() {
    for (const [id, news] of this.#kept) this.#tell(id, news)
    this.#kept.clear()
  }

  async #tell(id, news) {
    this.#session.tabs.say({ told: id })
    const { previews, direct_through, sounds } = this.#session.preferences
    if (await this.#session.tabs.isAttended(news.room)) return
    if (this.quiet.reason && !(direct_through && news.direct)) return
    const shown = previews ? news : { ...news, title: news.name, body: t("New message in %(room)s", { room: news.name }) }
    if (sounds) this.#bell.ring()
    await this.#bell.show(shown)
  }

  // For who hears the page: what concerns them in another room, at most one in a while.
  #speak(author, { room, mentions }, { name, direct }) {
    const { preferences, user } = this.#session
    if (document.hidden || room === this.#session.room?.id || preferences.announce === "off") return
    if (!direct && !mentions.includes(user.id)) return
    if (performance.now() - this.#spokenAt < SPOKEN_EVERY) return
    this.#spokenAt = performance.now()
    emit("say", { text: direct ? t("Direct message from %(name)s", { name: author }) : t("Mention from %(name)s in %(room)s", { name: author, room: name }) })
  }

  #read(id) {
    if (!this.#session.unread.get(id)?.unread) this.#bell.close(id)
  }

  // On this page already: only the row is looked for.
  #open(url) {
    const { room } = this.#session
    const id = Number(url.match(/(\d+)\/?$/)?.[1])
    const row = room && url.includes(`/${room.id}/`) && room.window.find({ id })
    if (!row) return location.assign(url)
    room.viewport.show(row.article, 1 / 3)
    emit("focus-row", { row })
  }
}

const concernsAtAll = ({ level }) => level !== "nothing" && level !== "hidden"

// The list of rooms is what knows names and levels.
function placeOf(id) {
  const link = one(`.room-link[data-room="${id}"]`)
  return link && { name: link.dataset.name, level: link.dataset.level, direct: link.dataset.kind === "direct" }
}
