/** Own messages that are not stored yet, below the last row. They look like the row that will replace them. */
import { setAttribute } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"

export class PendingRows {
  #list
  #decorator
  #viewer
  #rows = new Map()
  #shown = true

  /**
   * @param {HTMLElement} list @param {import("./decorator.js").Decorator} decorator
   * @param {number} viewer
   */
  constructor(list, decorator, viewer) {
    this.#list = list
    this.#decorator = decorator
    this.#viewer = viewer
  }

  /** @returns {object[]} rows in the list now */
  get shown() { return this.#shown ? [...this.#rows.values()] : [] }
  /** @returns {HTMLElement | undefined} the topmost entry */
  get first() { return this.shown[0]?.entry }

  /** @param {import("./outbox.js").Item} item @param {object | undefined} previous the last row above */
  add(item, previous) {
    const { firstElementChild: entry } = template("pending")
    const article = entry.querySelector(".message")
    setAttribute(article, "data-client-id", item.id)
    setAttribute(article, "data-ts", item.at)
    article.querySelector(".message__time time")?.setAttribute("datetime", item.at)
    fill(article.querySelector(".message__body > p") ?? article.querySelector(".message__body"), item.text)
    const row = { entry, article, id: null, seq: Infinity, clientId: item.id, author: this.#viewer, at: new Date(item.at),
      kind: "text", mentions: [], replyTo: item.replyTo, edited: null, deleted: false, reactions: [], system: null, waiting: true }
    this.#rows.set(item.id, row)
    if (this.#shown) this.#list.append(entry)
    this.place(previous)
    this.mark(item)
    return row
  }

  /** @param {string} id of the outbox @returns {HTMLElement | undefined} */
  articleOf(id) { return this.#rows.get(id)?.article }

  /** Shows how far it is. @param {import("./outbox.js").Item} item @param {string} [words] */
  mark(item, words = wordsOf(item)) {
    const row = this.#rows.get(item.id)
    if (!row) return
    setAttribute(row.article, "data-state", item.state)
    setAttribute(row.article, "data-lost", item.lost)
    const status = row.article.querySelector(":scope > .message__status")
    if (!words) return status?.remove()
    const box = status ?? row.article.appendChild(template("status").firstElementChild)
    box.querySelector("[data-slot=text]").textContent = words
  }

  /** What a row says about itself, for those who cannot see it. */
  statusOf(id) {
    return this.#rows.get(id)?.article.querySelector("[data-slot=text]")?.textContent ?? ""
  }

  /** Stored, but the row itself has not come yet. */
  stored(id) {
    const row = this.#rows.get(id)
    if (!row) return
    setAttribute(row.article, "data-state", "sent")
    row.article.querySelector(":scope > .message__status")?.remove()
  }

  /** Gives a row away, to become the real one. */
  take(id) {
    const row = id ? this.#rows.get(id) : undefined
    this.#rows.delete(id)
    return row
  }

  remove(id) { this.take(id)?.entry.remove() }
  has(id) { return this.#rows.has(id) }

  /** Below a hole they would look like part of the conversation there. @param {boolean} visible */
  show(visible) {
    if (visible === this.#shown) return
    this.#shown = visible
    for (const { entry } of this.#rows.values()) visible ? this.#list.append(entry) : entry.remove()
  }

  /** Groups them with the row above. */
  place(previous) {
    for (const row of this.#rows.values()) {
      this.#decorator.decorate(row, previous, false)
      previous = row
    }
  }
}

/** @param {import("./outbox.js").Item} item */
function wordsOf(item) {
  const seconds = Math.max(1, Math.ceil((item.retryAt - Date.now()) / 1000))
  if (item.state === "unconfirmed") return t("Still sending")
  if (item.lost) return t("Not sent: the page was closed before all files had arrived.")
  if (item.state === "failed") return t("Not sent: %(reason)s", { reason: item.reason })
  if (item.state !== "queued") return item.slow ? t("Sending") : ""
  if (item.reason === "rate_limited") return t("You are sending too fast. Sending again in %(seconds)s s", { seconds })
  if (item.reason) return t("The server is busy. Sending again in %(seconds)s s", { seconds })
  return t("Queued")
}

const template = (id) => document.getElementById(id).content.cloneNode(true)

function fill(place, text) {
  place.replaceChildren(...text.split("\n").flatMap((line, index) => (index ? [document.createElement("br"), line] : [line])))
}
