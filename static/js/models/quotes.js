/** What replies show of the messages that they answer. */
import { getJson } from "chat/helpers/http.js"
import { quoteOf } from "chat/models/decorator.js"

const AT_ONCE = 50

export class Quotes {
  #url
  /** @type {Map<number, {name: string, excerpt: string, deleted: boolean}>} */
  known = new Map()

  /** @param {string} url of this room's quotes */
  constructor(url) {
    this.#url = url
  }

  /** Takes those that the server has drawn. @param {Element} list */
  adopt(list) {
    for (const slot of list.querySelectorAll(".message__quote[data-quote]")) {
      const reply = slot.querySelector(".reply")
      if (reply) this.known.set(Number(slot.dataset.quote), {
        name: reply.querySelector("b")?.textContent ?? "",
        excerpt: reply.querySelector(".truncate")?.textContent ?? "",
        deleted: !reply.matches("a"),
      })
    }
  }

  /** @param {number[]} ids @returns {Promise<Set<number>>} those that are newly known; failures stay unknown */
  async fetch(ids) {
    const missing = [...new Set(ids)].filter((id) => !this.known.has(id)).slice(0, AT_ONCE)
    if (!missing.length) return new Set()
    const { quotes } = await getJson(this.#url, { ids: missing.join(",") }).catch(() => ({ quotes: {} }))
    for (const [id, quote] of Object.entries(quotes)) this.known.set(Number(id), quote)
    return new Set(Object.keys(quotes).map(Number))
  }

  /** @param {object} row that has changed @returns {boolean} whether somebody quotes it */
  update(row) {
    if (!this.known.has(row.id)) return false
    this.known.set(row.id, quoteOf(row))
    return true
  }
}
