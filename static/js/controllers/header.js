/** The room's name, topic and number of members follow the room; where its rights change, the page is drawn anew. */
import { one } from "chat/helpers/dom.js"
import { number } from "chat/helpers/i18n.js"
import { reload } from "chat/helpers/reload.js"
import { debounce } from "chat/helpers/time.js"

export class HeaderController {
  #room
  #state = null

  /** @param {HTMLElement} _main @param {import("../models/session.js").Session} session */
  constructor(_main, session) {
    this.#room = session.room
    if (!one("#composer-closed")) this.#state = this.#doorOf(this.#room.facts)
    const { feed } = this.#room
    const ask = debounce(() => feed.refresh(), 100)
    session.socket.addEventListener("frame", ({ detail }) => {
      if (detail.room !== this.#room.id) return
      if (detail.room_facts) this.#draw(detail.room_facts)
      else if (detail.type === "room.left") reload()
      // A batch carries lines of the record, not what they did.
      else if (detail.events?.some(({ message }) => message?.kind === "system")) ask()
    })
    feed.addEventListener("opened", ({ detail }) => { if (detail.room_facts) this.#draw(detail.room_facts) })
    feed.addEventListener("gone", () => reload())
  }

  // What decides whether there is a place for writing. Who moderates writes in a closed room too.
  #doorOf({ state, posting, locked_until }) {
    return this.#room.rights.has("moderate") ? state : `${state} ${posting} ${locked_until}`
  }

  #draw({ name, topic, members, state, posting, locked_until }) {
    // A conversation is named after its people, differently for each of them: the server draws that.
    if (this.#room.facts.kind !== "direct" && name) one("#room-title").textContent = name
    const place = one("#room-topic")
    if (this.#room.facts.kind !== "direct" && place && (topic || !place.querySelector("a"))) place.textContent = topic ?? ""
    if (members !== undefined) one("#member-count").textContent = number(members)
    const now = state ? this.#doorOf({ state, posting, locked_until }) : null
    if (this.#state && now && now !== this.#state) reload()
    this.#state = now
  }
}
