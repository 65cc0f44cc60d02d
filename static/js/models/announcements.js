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
    if (this.#held || this.#recent.length > AT_MOST) this.#hold()
    else this.#say(t("%(name)s: %(text)s", { name, text: shorten(body) }))
  }

  /** Many at once, after a gap. @param {number} count */
  many(count) {
    if (count) this.#say(ngettext("%(count)s new message", "%(count)s new messages", count))
  }

  #hold() {
    this.#held += 1
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.many(this.#held)
      this.#held = 0
    }, TOGETHER / 2)
  }
}

const shorten = (text) => (text.length > LENGTH ? `${text.slice(0, LENGTH - 1)}…` : text)
