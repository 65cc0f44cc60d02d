/**
 * Adds to a neutral row what depends on who looks at it, when, and after which row it stands.
 *
 * The twin of chat/messages/decorate.py, which does the same for the first paint; tests/vectors/decorator.json
 * holds both to the same results. Decorating twice changes nothing.
 */
import { make, setAttribute } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"
import { Calendar } from "chat/helpers/dates.js"
import { cut, textOf } from "chat/models/facts.js"
import { drawReactions } from "chat/models/reactions.js"
import { sentence } from "chat/models/sentences.js"
import { fileNames, labelOf, wordOf } from "chat/models/labels.js"

const DAY = 86_400_000

export class Decorator {
  #viewer
  #calendar
  #group
  #now
  #quotes
  #roomUrl
  #hidden

  /**
   * @param {{viewer: number, language: string, timeZone: string, groupMs: number, mayReact?: boolean,
   *   quotes?: Map<number, {name: string, excerpt: string, deleted: boolean}>,
   *   permalink?: (message: number) => string, now?: () => Date}} options
   */
  constructor(options) {
    this.#viewer = options.viewer
    this.mayReact = options.mayReact ?? false
    this.#calendar = new Calendar(options.language, options.timeZone)
    this.#group = options.groupMs
    this.#quotes = options.quotes ?? new Map()
    this.#roomUrl = options.permalink ?? String
    this.#hidden = options.hidden ?? new Set()
    this.#now = options.now ?? (() => new Date())
  }

  /** The viewer's own day today; when it changes, every row wants decorating again. */
  get today() { return this.#calendar.day(this.#now()) }

  /** @param {Date} at @returns {string} the viewer's own day then, YYYY-MM-DD */
  dayOf(at) { return this.#calendar.day(at) }

  isOwn(facts) { return facts.author === this.#viewer && facts.kind !== "system" }

  /**
   * @param {{entry: HTMLElement, article: HTMLElement} & import("./facts.js").Facts} row
   * @param {object | undefined} previous the row before it, if one is loaded
   * @param {boolean} isNew whether the unread divider stands before it
   */
  decorate(row, previous, isNew) {
    const day = this.#calendar.day(row.at)
    const startsDay = !previous || this.#calendar.day(previous.at) !== day
    this.#separate(row, startsDay, isNew)
    this.#mark(row, startsDay, this.#continues(row, previous, startsDay || isNew))
    this.#fill(row)
    setAttribute(row.article, "aria-label", labelOf(row, this.#time(row.at), this.#viewer))
  }

  #time(at) { return this.#calendar.write(at, t("H:i")) }

  #continues(row, previous, separated) {
    if (!previous || separated || row.deleted || previous.deleted) return false
    const apart = row.at - previous.at
    return row.author === previous.author && row.kind === previous.kind && row.kind !== "system" &&
      apart >= 0 && apart <= this.#group
  }

  #separate({ entry, article, at }, startsDay, isNew) {
    place(entry, article, "new", isNew && { short: this.#since(at), long: this.#since(at) })
    const mark = entry.querySelector(':scope > [data-kind="new"]') ?? article
    place(entry, mark, "day", startsDay && this.#dayNames(at))
  }

  #since(at) { return t("New since %(time)s", { time: this.#time(at) }) }

  #dayNames(at) {
    const now = this.#now()
    const sameYear = this.#calendar.parts(at).Y === this.#calendar.parts(now).Y
    const long = this.#calendar.write(at, t("l j F"))
    const short = this.#calendar.write(at, t("j F"))
    const day = this.#calendar.day(at)
    if (day === this.#calendar.day(now)) return { short: t("Today, %(date)s", { date: short }), long: t("Today, %(date)s", { date: long }) }
    if (day === this.#yesterday(now)) return { short: t("Yesterday, %(date)s", { date: short }), long: t("Yesterday, %(date)s", { date: long }) }
    const name = sameYear ? long : this.#calendar.write(at, t("l j F Y"))
    return { short: name, long: name }
  }

  // Midday of today, less a day: safe over the hours that summer time adds and takes.
  #yesterday(now) {
    const [year, month, day] = this.#calendar.day(now).split("-").map(Number)
    return new Date(Date.UTC(year, month - 1, day, 12) - DAY).toISOString().slice(0, 10)
  }

  #mark(row, startsDay, continues) {
    const own = this.isOwn(row)
    setAttribute(row.article, "data-own", own)
    setAttribute(row.article, "data-mentioned", !own && !row.deleted && !this.#hidden.has(row.author) && row.mentions.includes(this.#viewer))
    setAttribute(row.article, "data-cont", continues)
    setAttribute(row.article, "data-daystart", startsDay)
    if (!row.deleted && !row.waiting) setAttribute(row.article, "data-state", "sent")
  }

  #fill(row) {
    const { article } = row
    write(article.querySelector(":scope > .message__time time"), this.#time(row.at))
    for (const slot of article.querySelectorAll("[data-word]")) this.#word(slot, row)
    for (const mention of article.querySelectorAll(`.mention[data-user="${this.#viewer}"]`)) setAttribute(mention, "data-me", true)
    if (row.system) write(article.querySelector(":scope > .message__body"), sentence(row.system))
    this.#quote(article.querySelector(":scope > .message__quote"))
    drawReactions(article, this.#heard(row.reactions), { viewer: this.#viewer, mayAdd: this.mayReact })
  }

  // Of people whom the viewer hides, no reaction shows.
  #heard(reactions) {
    if (!this.#hidden.size) return reactions
    const seen = reactions.map(([emoji, people]) => [emoji, people.filter((person) => !this.#hidden.has(person))])
    return seen.filter(([, people]) => people.length)
  }

  #word(slot, row) {
    const word = slot.dataset.word
    write(slot, wordOf(word))
    if (word === "edited" && row.edited) setAttribute(slot, "title", this.#editedAt(row))
  }

  #editedAt({ at, edited }) {
    const time = this.#time(edited)
    if (this.#calendar.day(at) === this.#calendar.day(edited)) return t("Edited at %(time)s", { time })
    return t("Edited on %(day)s at %(time)s", { day: this.#calendar.write(edited, t("l j F")), time })
  }

  #quote(slot) {
    const quote = slot && this.#quotes.get(Number(slot.dataset.quote))
    if (!quote) return
    const text = quote.deleted ? wordOf("deleted") : quote.excerpt
    const reply = slot.firstElementChild
    if (reply && reply.querySelector(".truncate")?.textContent === text && reply.matches("a") === !quote.deleted) return
    const line = make("span", { class: "truncate", dir: quote.deleted ? null : "auto" }, text)
    slot.replaceChildren(quote.deleted
      ? make("span", { class: "reply" }, line)
      : make("a", { class: "reply", href: this.#roomUrl(Number(slot.dataset.quote)), tabindex: -1 },
          make("b", {}, make("bdi", {}, quote.name)), line))
  }
}

function place(entry, before, kind, names) {
  let divider = entry.querySelector(`:scope > .divider[data-kind="${kind}"]`)
  if (!names) return divider?.remove()
  if (!divider) {
    divider = make("div", { class: "divider", "data-kind": kind, role: "separator" }, make("span"))
    entry.insertBefore(divider, before)
  }
  setAttribute(divider, "aria-label", names.long)
  write(divider.firstElementChild, names.short)
}

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text
}

/** What a quote of this row would say. */
export const quoteOf = ({ article, deleted }) => ({
  name: article.querySelector(".message__author")?.textContent ?? "",
  excerpt: cut(textOf(article.querySelector(".message__body")) || fileNames(article).join(", ")),
  deleted,
})
