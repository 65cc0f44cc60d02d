/** Shows what this tab has written and the server has not confirmed, and offers what can be done about it. */
import { emit, on } from "chat/helpers/dom.js"

const TICK = 1_000
const SLOW = 2_000

export class OutboxController {
  #session
  #room
  #outbox
  #said = new Set()

  /** @param {HTMLElement} box the timeline @param {import("../models/session.js").Session} session */
  constructor(box, session) {
    this.#session = session
    this.#room = session.room
    this.#outbox = session.outbox
    this.#outbox.addEventListener("change", () => this.#draw())
    this.#outbox.addEventListener("sent", ({ detail }) => this.#room.pending.stored(detail.item.id))
    box.addEventListener("click", (event) => this.#click(event))
    on("rows", () => this.#draw())
    setInterval(() => this.#tick(), TICK)
    this.#draw()
  }

  #draw() {
    const { pending, viewport, window } = this.#room
    const items = this.#outbox.items(this.#room.id)
    for (const item of items) if (window.find({ clientId: item.id })) return this.#outbox.remove(item.id)
    const fresh = items.filter((item) => !pending.has(item.id))
    if (fresh.length) viewport.keep(() => fresh.forEach((item) => pending.add(item, window.last)))
    for (const item of items) this.#show(item)
  }

  #show(item) {
    this.#room.viewport.keep(() => this.#room.pending.mark(item))
    if (item.state !== "failed") this.#said.delete(item.id)
    else if (!this.#said.has(item.id)) {
      this.#said.add(item.id)
      emit("say", { text: this.#room.pending.statusOf(item.id), assertive: true })
    }
  }

  // Words with seconds in them count down; a message that takes its time says so.
  #tick() {
    for (const item of this.#outbox.items(this.#room.id)) {
      if (item.state === "pending" && Date.now() - Date.parse(item.at) > SLOW) this.#room.pending.mark({ ...item, slow: true })
      else if (item.retryAt > Date.now()) this.#room.pending.mark(item)
    }
  }

  #click(event) {
    const act = event.target.closest(".message__status [data-act]")?.dataset.act
    const id = event.target.closest(".message[data-client-id]")?.dataset.clientId
    const item = act && this.#outbox.get(id)
    if (!item) return
    if (act === "retry") {
      if (!emit("resend", { item })) return
      this.#outbox.mark(id, { state: "pending", reason: "", retryAt: 0 })
      this.#session.courier.run()
      return
    }
    this.#outbox.remove(id)
    this.#room.viewport.keep(() => this.#room.pending.remove(id))
    emit("withdrawn", { item, act })
    if (act === "edit") emit("compose", { text: item.text, replyTo: item.replyTo })
  }
}
