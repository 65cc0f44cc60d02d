/** One tab stop for all rows; arrows move between them. */
import { isField, on } from "chat/helpers/dom.js"

const STOPS = ".message__body a, :is(.files, .preview) :is(a, audio, video)"

export class RovingController {
  #box
  #room
  #current = null

  /** @param {HTMLElement} box @param {import("../models/session.js").Session} session */
  constructor(box, session) {
    this.#box = box
    this.#room = session.room
    box.addEventListener("keydown", (event) => this.#key(event))
    box.addEventListener("focusin", (event) => this.#follow(event.target.closest(".message")))
    on("focus-row", ({ row }) => this.#focus(row.article))
    on("rows", ({ added, changed }) => {
      for (const { article } of [...added, ...changed]) (article === this.#current ? stopAt : passOver)(article)
      this.#keepStop()
    })
    for (const article of session.room.rows.articles) passOver(article)
    this.#keepStop()
  }

  #key(event) {
    if (isField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
    const articles = this.#room.rows.articles
    const at = articles.indexOf(event.target.closest?.(".message"))
    const onRow = event.target.classList?.contains("message") || event.target === this.#box
    const moves = { ArrowDown: at + 1, j: at + 1, ArrowUp: at < 0 ? articles.length - 1 : at - 1, k: at - 1, Home: 0, End: articles.length - 1 }
    if (event.key in moves && onRow) this.#focus(articles[Math.max(0, Math.min(articles.length - 1, moves[event.key]))])
    else if (event.key === "Enter" && onRow && at >= 0) stopsOf(articles[at])[0]?.focus()
    else if (event.key === "Escape" && !onRow && at >= 0) this.#focus(articles[at])
    else return
    event.preventDefault()
  }

  #focus(article) {
    if (!article) return
    this.#follow(article)
    article.focus({ preventScroll: true })
    article.scrollIntoView({ block: "nearest" })
  }

  #follow(article) {
    if (!article || article === this.#current) return
    if (this.#current) {
      this.#current.setAttribute("tabindex", "-1")
      passOver(this.#current)
    }
    this.#current = article
    article.setAttribute("tabindex", "0")
    stopAt(article)
  }

  // The stop must be on a row that is there: the newest, unless one was chosen.
  #keepStop() {
    if (!this.#current?.isConnected) this.#follow(this.#room.rows.articles.at(-1))
  }
}

// Tab goes through the links of the row that one is at, and past all others.
function passOver(article) {
  for (const link of article.querySelectorAll(STOPS)) link.setAttribute("tabindex", "-1")
}

function stopAt(article) {
  for (const link of article.querySelectorAll(STOPS)) link.removeAttribute("tabindex")
}

const stopsOf = (article) => [...article.querySelectorAll("a[href], pre, button:not([disabled])")].filter((each) => each.offsetParent)
