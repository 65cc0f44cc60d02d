/** The queue, the case and the clean-ups on screen follow what other moderators do. Loaded where there is one. */
import { all, emit, one, setAttribute } from "chat/helpers/dom.js"
import { parse } from "chat/helpers/html.js"
import { getText } from "chat/helpers/http.js"
import { t } from "chat/helpers/i18n.js"
import { debounce } from "chat/helpers/time.js"

export class LivePagesController {
  #session
  #live = all("[data-live]")
  #refresh = debounce(() => this.#fetch(), 150)

  /** @param {import("../models/session.js").Session} session */
  constructor(session) {
    this.#session = session
    session.socket.addEventListener("frame", ({ detail }) => this.#hear(detail))
    // What came since the page was drawn was heard by nobody.
    if (session.socket.isOnline) this.#hear({ type: "hello" })
  }

  #hear(frame) {
    if (frame.type === "case.changed") this.#caseChanged(frame)
    else if (frame.type === "clean_up.progress") this.#progress(frame)
    else if (frame.type === "hello") {
      this.#refresh()
      this.#redrawCleanUps()
    }
  }

  #caseChanged({ case: id, by }) {
    const places = this.#live.filter(({ dataset }) => dataset.live === "queue" || Number(dataset.case) === id)
    if (places.some(({ dataset }) => dataset.live === "case") && by && by !== this.#session.user.name) emit("toast", { text: t("%(name)s handles this case.", { name: by }) })
    if (places.length) this.#refresh()
  }

  // Somebody's half-written decision is kept until its case is closed.
  async #fetch() {
    for (const place of this.#live) {
      const html = await getText(place.dataset.url ?? location.href).catch(() => null)
      if (html === null) continue
      const fresh = parse(html)
      if (place.dataset.live === "case" && one("form [name=decision]", fresh) && this.#isWritten(place)) continue
      this.#redraw(place, fresh)
    }
  }

  // Who walks through the queue by keyboard stays on their case, if it is still there.
  #redraw(place, fresh) {
    const href = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null
    place.replaceChildren(fresh)
    if (place.dataset.live !== "queue") return
    for (const link of all("a.case", place)) {
      setAttribute(link, "aria-current", link.pathname === location.pathname ? "true" : null)
      if (link.getAttribute("href") === href) link.focus({ preventScroll: true })
    }
  }

  #isWritten(place) {
    return all("input, textarea, select", place).some((field) => field.matches("[name=reason], [name=note]") && field.value) || place.contains(document.activeElement)
  }

  #progress({ clean_up: id, done, total, state }) {
    const row = one(`[data-clean-up="${id}"]`)
    if (!row) return
    Object.assign(one("progress", row), { max: total || 1, value: total ? done : 1 })
    one("[data-slot=done]", row).textContent = done
    one("[data-slot=total]", row).textContent = total
    if (state === "done" || state === "undone") this.#redrawCleanUps()
  }

  // Also at hello: the last step may have come before this page listened.
  async #redrawCleanUps() {
    const rows = all("[data-clean-up]")
    const html = rows.length && (await getText(location.href).catch(() => null))
    if (!html) return
    const fresh = parse(html)
    for (const row of rows) row.replaceWith(one(`[data-clean-up="${row.dataset.cleanUp}"]`, fresh) ?? row)
  }
}
