/** The tabs of the room's panel: fetched when they are opened, and again when the room changes what they show. */
import { emit, isField, one } from "chat/helpers/dom.js"
import { parse } from "chat/helpers/html.js"
import { getText } from "chat/helpers/http.js"
import { debounce } from "chat/helpers/time.js"

const PAUSE = 200

export class PanelPagesController {
  #panel
  #room
  #toggle
  #url
  #turn = 0
  #isStale = false
  #refresh

  /** @param {HTMLElement} panel @param {import("../models/session.js").Session} session @param {HTMLAnchorElement} toggle */
  constructor(panel, session, toggle) {
    this.#panel = panel
    this.#room = session.room
    this.#toggle = toggle
    this.#url = toggle.href
    this.#refresh = debounce(() => this.#redraw(), PAUSE)
    panel.addEventListener("click", (event) => this.#click(event))
    panel.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented) this.#close() })
    panel.addEventListener("focusout", () => { if (this.#isStale) this.#refresh() })
    session.room.feed.addEventListener("items", ({ detail }) => this.#hear(detail.items))
    session.room.feed.addEventListener("opened", () => this.#refresh())
  }

  /** Opens or closes it. Throws where its page cannot be had. */
  async toggle() {
    if (!this.#panel.hidden) return this.#close()
    if (!(await this.#draw(this.#url))) throw new Error("The panel cannot be had")
    this.#panel.hidden = false
    this.#toggle.setAttribute("aria-expanded", "true")
    this.#panel.focus({ preventScroll: true })
  }

  // Who comes and goes, and what is pinned or sent, or was.
  #hear(items) {
    const shown = ({ id }) => one(`[data-kept="${id}"]`, this.#panel)
    if (items.some(({ message }) => message.kind === "system" || message.pinned_at || message.files?.length || shown(message))) this.#refresh()
  }

  #click(event) {
    const link = event.target.closest("a")
    if (event.target.closest("#panel-close")) return this.#close()
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (link.closest(".tabs") || "page" in link.dataset) this.#turnTo(event, link)
    else if ("jump" in link.dataset) this.#jump(event, link)
  }

  async #turnTo(event, link) {
    event.preventDefault()
    const { href } = link
    if (!(await this.#draw(href))) return location.assign(href)
    one(".tabs [aria-current]", this.#panel)?.focus()
  }

  // Without loading where the message is on the page.
  #jump(event, link) {
    const id = Number(link.closest("[data-kept]").dataset.kept)
    const row = this.#room.window.find({ id })
    if (!row) return
    event.preventDefault()
    if (getComputedStyle(this.#panel).position === "fixed") this.#close()
    this.#room.viewport.show(row.article, 1 / 3)
    emit("focus-row", { row })
  }

  #redraw() {
    if (this.#panel.hidden) return
    // What is being filled in must not be taken from under the hand.
    this.#isStale = this.#panel.contains(document.activeElement) && isField(document.activeElement)
    if (!this.#isStale) this.#draw(this.#url)
  }

  /** @returns {Promise<boolean>} whether it could be had */
  async #draw(url) {
    const turn = ++this.#turn
    const html = await getText(url).catch(() => null)
    if (html === null) return false
    if (turn !== this.#turn) return true
    const top = url === this.#url ? one("#panel-body", this.#panel)?.scrollTop : 0
    const focused = this.#panel.contains(document.activeElement) && document.activeElement !== this.#panel ? placeOf(document.activeElement) : null
    this.#url = url
    this.#panel.replaceChildren(parse(html))
    one("#panel-body", this.#panel).scrollTop = top ?? 0
    if (focused) (one(focused, this.#panel) ?? this.#panel).focus({ preventScroll: true })
    emit("panel-drawn")
    return true
  }

  #close() {
    this.#panel.hidden = true
    this.#toggle.setAttribute("aria-expanded", "false")
    this.#toggle.focus()
  }
}

// How to find the same thing in what is drawn anew.
function placeOf(element) {
  if (element.id) return `#${element.id}`
  const kept = element.closest("[data-kept]")
  if (kept) return `[data-kept="${kept.dataset.kept}"] ${element.localName}`
  return element.href ? `a[href="${element.getAttribute("href")}"]` : ".tabs [aria-current]"
}
