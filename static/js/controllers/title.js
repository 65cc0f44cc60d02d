/** Title, favicon and the installed app's icon carry how many mentions and direct messages wait: "(3) Room - Name". */
import { one } from "chat/helpers/dom.js"
import { number } from "chat/helpers/i18n.js"
import { perFrame } from "chat/helpers/time.js"

export class TitleController {
  #plain = document.title
  #icon = one("link[rel=icon]")
  #read = this.#icon?.href
  #session

  /** @param {HTMLElement} _title @param {import("../models/session.js").Session} session */
  constructor(_title, session) {
    this.#session = session
    session.unread.addEventListener("change", () => (document.hidden ? this.#draw() : this.#soon()))
    this.#draw()
  }

  #soon = perFrame(() => this.#draw())

  #draw() {
    const { total, elsewhere } = this.#counts()
    const title = total ? `(${number(total)}) ${this.#plain}` : this.#plain
    if (document.title !== title) document.title = title
    const icon = total ? this.#icon?.dataset.unread : this.#read
    if (icon && this.#icon.getAttribute("href") !== icon) this.#icon.href = icon
    navigator.setAppBadge?.(total).catch(() => {})
    const back = one("#back-count")
    if (!back) return
    back.hidden = elsewhere === 0
    back.textContent = number(elsewhere)
  }

  #counts() {
    const { unread, room } = this.#session
    const here = room && unread.get(room.id)
    return { total: unread.total, elsewhere: unread.total - (here?.unread ? here.mentions : 0) }
  }
}
