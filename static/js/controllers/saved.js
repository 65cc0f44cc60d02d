/** The list of what one has saved follows what one does in other tabs, and what is deleted. */
import { parse } from "chat/helpers/html.js"
import { getText } from "chat/helpers/http.js"
import { debounce } from "chat/helpers/time.js"

const CONCERNED = ["saved.changed", "message.deleted", "room.batch", "room.left", "hello"]

export class SavedController {
  /** @param {HTMLElement} list @param {import("../models/session.js").Session} session */
  constructor(list, session) {
    const redraw = debounce(async () => {
      const html = await getText(location.href).catch(() => null)
      if (html !== null) list.replaceChildren(parse(html))
    }, 100)
    session.news.addEventListener("frame", ({ detail }) => { if (CONCERNED.includes(detail.type)) redraw() })
  }
}
