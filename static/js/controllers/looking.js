/** Who else has this case open, and whether the person concerned is here. Every word is a lease. */
import { all, one } from "chat/helpers/dom.js"
import { list, ngettext, t } from "chat/helpers/i18n.js"

const RENEW = 15_000
const LEASE = 40_000
const TICK = 1_000

export class LookingController {
  #session
  #case
  #others = new Map()
  #state = ""
  #renewAt = 0

  /** @param {HTMLElement} place of the case @param {import("../models/session.js").Session} session */
  constructor(place, session) {
    this.#session = session
    this.#case = Number(place.dataset.case)
    session.socket.addEventListener("frame", ({ detail }) => this.#hear(detail))
    document.addEventListener("visibilitychange", () => this.#tell())
    addEventListener("pagehide", () => session.socket.send("case.look", { case: this.#case, active: false }))
    setInterval(() => this.#tick(), TICK)
    this.#tell()
  }

  #hear({ type, case: id, user, name, active }) {
    if (type === "hello") this.#tell()
    if (type !== "case.looking" || id !== this.#case) return
    const isNew = active && !this.#others.has(user)
    if (active) this.#others.set(user, { name, until: Date.now() + LEASE })
    else this.#others.delete(user)
    // Who has just come knows of nobody yet.
    if (isNew) this.#tell()
    this.#draw()
  }

  async #tell() {
    this.#renewAt = Date.now() + RENEW
    const answer = await this.#session.socket.request("case.look", { case: this.#case, active: !document.hidden }).catch(() => null)
    if (!answer) return
    this.#state = answer.state
    this.#draw()
  }

  #tick() {
    for (const [user, { until }] of this.#others) if (until < Date.now()) this.#others.delete(user)
    if (!document.hidden && this.#renewAt < Date.now()) this.#tell()
    this.#draw()
  }

  // Each second anew, since the case is drawn anew whenever somebody acts on it.
  #draw() {
    const names = [...this.#others.values()].map(({ name }) => name)
    const words = names.length ? ngettext("%(names)s looks at it, too.", "%(names)s look at it, too.", names.length, { names: list(names) }) : ""
    const line = one("#case-looking")
    if (line && line.textContent !== words) {
      line.textContent = words
      line.hidden = !words
    }
    if (!this.#state) return
    const said = { online: t("online"), away: t("away"), busy: t("do not disturb"), offline: t("offline") }
    for (const mark of all("#case [data-here]")) mark.dataset.is = this.#state
    for (const text of all("#case [data-here-text]")) if (text.textContent !== said[this.#state]) text.textContent = said[this.#state] ?? ""
  }
}
