/** What moderators do is felt at once: limits of one's own, times that run out, how many cases are open. */
import { all, one } from "chat/helpers/dom.js"
import { parse } from "chat/helpers/html.js"
import { getText } from "chat/helpers/http.js"
import { t } from "chat/helpers/i18n.js"
import { reload } from "chat/helpers/reload.js"
import { remaining } from "chat/models/remaining.js"

const TICK = 1_000

export class ModerationController {
  #session

  /** @param {HTMLElement} _root @param {import("../models/session.js").Session} session */
  constructor(_root, session) {
    this.#session = session
    session.socket.addEventListener("frame", ({ detail }) => this.#hear(detail))
    const place = one("[data-live=case]")
    if (place) import("chat/controllers/looking.js").then(({ LookingController }) => new LookingController(place, session))
    if (one("[data-live], [data-clean-up]")) import("chat/controllers/live_pages.js").then(({ LivePagesController }) => new LivePagesController(session))
    this.#count()
    setInterval(() => this.#count(), TICK)
  }

  #hear(frame) {
    if (frame.type === "sanction.changed") this.#limited(frame)
    else if (frame.type === "notice.created") this.#told()
    else if (frame.type === "case.changed") this.#caseChanged(frame)
  }

  // What may be written where is the server's to say: the page is drawn anew where it concerns this room.
  #limited({ room }) {
    if (this.#session.room && (room === null || room === this.#session.room.id)) reload()
  }

  async #told() {
    const html = await getText(this.#session.urls.told).catch(() => null)
    const bar = html && parse(html).firstElementChild
    if (bar) one("#told")?.replaceWith(bar)
  }

  #caseChanged({ open }) {
    for (const badge of all("[data-open-cases]")) {
      badge.textContent = open || ""
      badge.hidden = !open
    }
  }

  #count() {
    for (const time of all("time[data-until]")) {
      const left = new Date(time.dataset.until) - Date.now()
      const words = t("%(time)s left", { time: remaining(left) })
      if (time.textContent !== words) time.textContent = words
      if (left <= 0 && time.closest("#composer-closed")) {
        time.removeAttribute("data-until")
        reload()
      }
    }
  }
}
