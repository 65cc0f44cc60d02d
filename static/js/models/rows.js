/**
 * The loaded rows of a room as they stand in the list: one path for everything that creates or changes one.
 *
 * A row is `{entry, article, ...facts}`: its list item, its article and what the article's attributes say.
 */
import { make } from "chat/helpers/dom.js"
import { parseOne } from "chat/helpers/html.js"
import { t } from "chat/helpers/i18n.js"
import { factsOf } from "chat/models/facts.js"
import { mend } from "chat/models/mend.js"

export class Rows {
  #list
  #window
  #decorator
  #pending
  #unreadAfter = null
  #marked = null

  /**
   * @param {HTMLElement} list @param {import("./window.js").Window} window
   * @param {import("./decorator.js").Decorator} decorator @param {import("./pending_rows.js").PendingRows} pending
   */
  constructor(list, window, decorator, pending) {
    this.#list = list
    this.#window = window
    this.#decorator = decorator
    this.#pending = pending
  }

  get window() { return this.#window }
  get articles() { return [...this.#window.rows, ...this.#pending.shown].map((row) => row.article) }
  get divided() { return this.#marked }

  /** Takes the rows the server has drawn. @param {number | null} unreadAfter the number the divider follows */
  adopt(unreadAfter) {
    this.#unreadAfter = unreadAfter
    for (const article of this.#list.querySelectorAll(":scope > .entry > .message[data-id]")) {
      this.#window.insert({ entry: article.parentElement, article, ...factsOf(article) })
    }
    this.refresh()
  }

  /** @returns {object | undefined} the row of an element within it */
  of(element) {
    const article = element?.closest?.(".message[data-id]")
    return article ? this.#window.find({ id: Number(article.dataset.id) }) : undefined
  }

  /**
   * Upserts, in any order and as often as they come.
   * @param {{message: object, html: string}[]} items
   * @returns {{added: object[], changed: object[], outside: object[]}} rows, and messages left out because they
   *   belong to a part that is not loaded
   */
  apply(items) {
    const result = { added: [], changed: [], outside: [] }
    for (const item of items) {
      // One that cannot be shown must not take the others with it.
      try {
        this.#upsert(item, result)
      } catch (error) {
        reportError(error)
        this.#standIn(item.message, result)
      }
    }
    this.#settle([...result.added, ...result.changed])
    return result
  }

  /** Everything anew. @param {{items: object[], late: object[], older: boolean, newer: boolean}} page */
  replace({ items, late, older, newer }) {
    for (const { entry } of this.#window.clear()) entry.remove()
    this.#marked = null
    this.apply(items)
    Object.assign(this.#window, { older, newer })
    this.apply(late)
    this.refresh()
    this.#pending.show(!newer)
  }

  /** A page beside what is loaded. @param {"older" | "newer"} side @param {{items: object[], late: object[]}} page */
  extend(side, page) {
    this.#window[side] = false
    this.apply(page.items)
    this.#window[side] = page[side]
    this.apply(page.late)
    this.refresh((row) => row === this.#window.first)
  }

  /** Puts the divider after this number, or with null takes it away. */
  divide(after) {
    this.#unreadAfter = after
    this.#settle([])
  }

  trimOlder(keep) { this.#trim(this.#window.trimOlder(keep)) }
  trimNewer(keep) { this.#trim(this.#window.trimNewer(keep)) }

  /** Decorates all: the day, the quotes or the divider may have changed. */
  refresh(which = () => true) {
    this.#settle(this.#window.rows.filter(which))
    this.#pending.place(this.#window.last)
  }

  #upsert({ message, html }, result) {
    const known = this.#window.find({ id: message.id, clientId: message.client_id })
    if (known) {
      if (message.changed_seq > known.changed) result.changed.push(this.#change(known, html))
    } else if (this.#window.covers(message.seq)) result.added.push(this.#add(message, html))
    else result.outside.push(message)
  }

  // A row that cannot be shown leaves its place and its time, once.
  #standIn({ id, seq, changed_seq, author, created_at }, result) {
    if (this.#window.find({ id }) || !this.#window.covers(seq)) return
    const article = make("article", { class: "message", "data-id": id, "data-seq": seq, "data-changed": changed_seq, "data-author": author,
      "data-ts": created_at, "data-kind": "system", tabindex: -1 },
    make("span", { class: "message__time" }, make("time", { datetime: created_at })), make("div", { class: "message__body" }, t("This message cannot be shown.")))
    const row = { entry: make("li", { class: "entry" }, article), article, ...factsOf(article) }
    this.#window.insert(row)
    this.#stand(row)
    result.added.push(row)
  }

  #change(row, html) {
    mend(row.article, parseOne(html))
    return Object.assign(row, factsOf(row.article))
  }

  #add(message, html) {
    const fresh = parseOne(html)
    const waiting = this.#pending.take(message.client_id)
    if (waiting) mend(waiting.article, fresh)
    const article = waiting?.article ?? fresh
    const entry = waiting?.entry ?? make("li", { class: "entry" }, article)
    const row = { entry, article, ...factsOf(article) }
    this.#window.insert(row)
    this.#stand(row)
    return row
  }

  // Moving a node loses focus and selection in it: one that already stands right is left alone.
  #stand(row) {
    const next = this.#window.after(row)?.entry ?? this.#pending.first ?? null
    if (row.entry.isConnected && row.entry.nextElementSibling === next) return
    this.#list.insertBefore(row.entry, next)
  }

  #trim(gone) {
    for (const { entry } of gone) entry.remove()
    this.#pending.show(!this.#window.newer)
    this.#settle([])
  }

  #settle(touched) {
    const marked = this.#findMarked()
    const rows = new Set(touched)
    if (marked !== this.#marked) for (const row of [this.#marked, marked]) if (row?.entry.parentNode) rows.add(row)
    this.#marked = marked
    for (const row of [...rows]) if (this.#window.after(row)) rows.add(this.#window.after(row))
    if (this.#window.first) rows.add(this.#window.first)
    for (const row of rows) this.#decorator.decorate(row, this.#window.before(row), row === marked)
    this.#pending.place(this.#window.last)
  }

  #findMarked() {
    const after = this.#unreadAfter
    const { rows, first, older } = this.#window
    if (after === null || !first || (older && first.seq > after)) return null
    return rows.find((row) => row.seq > after && !this.#decorator.isOwn(row) && !row.deleted && row.kind !== "system") ?? null
  }
}
