/** What a screen reader should be told about new rows: sentences, or a count when they come fast. */
import { ngettext, t } from "chat/helpers/i18n.js"

const TOGETHER = 2_000
const AT_MOST = 3
const LENGTH = 120

export class Announcements {
  #say
  #recent = []
  #held = 0
  #timer = 0

  /** @param {(text: string) => void} say */
  constructor(say) {
    this.#say = say
  }

  /** A row has arrived in the open, visible room. */
  row(name, body) {
    const now = Date.now()
    this.#recent = this.#recent.filter((at) => now - at < TOGETHER)
    this.#recent.push(now)
    if (this.#held || this.#recent.length > AT_MOST) this.many(1)
    else this.#say(t("%(name)s: %(text)s", { name, text: shorten(body) }))
  }

  /** Many at once, after a gap; they may come in parts. @param {number} count */
  many(count) {
    this.#held += count
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#say(ngettext("%(count)s new message", "%(count)s new messages", this.#held))
      this.#held = 0
    }, TOGETHER / 2)
  }
}

const shorten = (text) => (text.length > LENGTH ? `${text.slice(0, LENGTH - 1)}…` : text)
