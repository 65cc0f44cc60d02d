/** The countdown of a slow room: how long until the next message. What is sent earlier waits in its row. */
import { setAttribute } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"
import { remaining } from "chat/models/remaining.js"

const TICK = 1_000

export class SlowController {
  #output
  #room
  #until
  #pace

  /** @param {HTMLOutputElement} output @param {import("../models/session.js").Session} session */
  constructor(output, session) {
    const { slow, slow_wait } = session.boot.room
    this.#output = output
    this.#room = session.room
    this.#pace = (slow ?? 0) * 1000
    this.#until = Date.now() + (slow_wait ?? 0) * 1000
    session.socket.addEventListener("frame", ({ detail }) => {
      if (detail.room === this.#room.id && detail.room_facts) this.#change(detail.room_facts)
    })
    session.outbox.addEventListener("sent", ({ detail }) => { if (detail.item.room === this.#room.id) this.#start() })
    setInterval(() => this.#draw(), TICK)
    this.#draw()
  }

  #change({ slow_seconds }) {
    this.#pace = this.#room.rights.has("moderate") ? 0 : (slow_seconds ?? 0) * 1000
    this.#draw()
  }

  #start() {
    if (this.#pace) this.#until = Date.now() + this.#pace
    this.#draw()
  }

  #draw() {
    const left = this.#pace ? this.#until - Date.now() : 0
    this.#output.hidden = left <= 0
    const words = left > 0 ? t("Slow room: next message in %(time)s", { time: remaining(left) }) : ""
    if (this.#output.textContent !== words) this.#output.textContent = words
    setAttribute(this.#output, "role", "timer")
  }
}
