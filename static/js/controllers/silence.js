/** Below one's own name: that notifications rest, and until when. The choices of other tabs arrive here too. */
import { one } from "chat/helpers/dom.js"
import { Calendar, deviceZone } from "chat/helpers/dates.js"
import { t } from "chat/helpers/i18n.js"
import { quietAt } from "chat/models/quiet.js"

const MINUTE = 60_000

export class SilenceController {
  #line
  #session
  #calendar

  /** @param {HTMLElement} line @param {import("../models/session.js").Session} session */
  constructor(line, session) {
    this.#line = line
    this.#session = session
    this.#calendar = new Calendar(document.documentElement.lang, session.user.time_zone || deviceZone())
    session.news.addEventListener("frame", ({ detail }) => {
      if (detail.type === "settings.updated" && detail.preferences) this.#adopt(detail.preferences)
    })
    setInterval(() => this.#draw(), MINUTE)
    this.#draw()
  }

  #adopt(preferences) {
    Object.assign(this.#session.preferences, preferences)
    this.#draw()
  }

  #draw() {
    const now = new Date()
    const { H, i } = this.#calendar.parts(now)
    const { reason, until } = quietAt(this.#session.preferences, now, `${H}:${i}`)
    const time = reason === "paused" ? this.#calendar.write(new Date(until), t("H:i")) : until
    this.#line.hidden = !reason
    this.#line.textContent = reason === "paused" ? t("Paused until %(time)s", { time }) : t("Quiet until %(time)s", { time })
    one("#pause-off").hidden = reason !== "paused"
  }
}
