/** The room's name, topic and number of members follow the room. */
import { one } from "chat/helpers/dom.js"
import { number } from "chat/helpers/i18n.js"

export class HeaderController {
  /** @param {HTMLElement} _main @param {import("../models/session.js").Session} session */
  constructor(_main, session) {
    session.socket.addEventListener("frame", ({ detail }) => {
      if (detail.room === session.room.id && detail.room_facts) this.#draw(detail.room_facts, session.room.facts)
      if (detail.type === "room.left" && detail.room === session.room.id) location.reload()
    })
    session.room.feed.addEventListener("opened", ({ detail }) => { if (detail.room_facts) this.#draw(detail.room_facts, session.room.facts) })
    session.room.feed.addEventListener("gone", () => location.reload())
  }

  #draw({ name, topic, members, state }, room) {
    // A conversation is named after its people, differently for each of them: the server draws that.
    if (room.kind !== "direct" && name) one("#room-title").textContent = name
    const place = one("#room-topic")
    if (place && (topic || !place.querySelector("a"))) place.textContent = topic ?? ""
    if (members !== undefined) one("#member-count").textContent = number(members)
    if (room.state && state && room.state !== state) location.reload()
  }
}
