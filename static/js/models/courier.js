/**
 * Carries the outbox to the server, room by room, one at a time: the order of writing is the order of arrival.
 */
const LONGEST_PAUSE = 6 * 3_600_000
const RETRY_UNCERTAIN = 2_000
/** Answers after which the same message may well pass later. */
const TEMPORARY = ["rate_limited", "slow_mode", "unavailable"]

export class Courier {
  #outbox
  #socket
  #busy = new Set()

  /** @param {import("./outbox.js").Outbox} outbox @param {import("../socket.js").Socket} socket */
  constructor(outbox, socket) {
    this.#outbox = outbox
    this.#socket = socket
  }

  /** Sends what can be sent; call it whenever something was added, freed, or the link changed. */
  run() {
    for (const room of new Set(this.#outbox.items().map((item) => item.room))) this.#serve(room)
  }

  async #serve(room) {
    if (this.#busy.has(room)) return
    this.#busy.add(room)
    try {
      for (let item = this.#head(room); item; item = this.#head(room)) await this.#deliver(item)
    } finally {
      this.#busy.delete(room)
    }
  }

  // One that waits for its author, or for its files, must not hold up the rest; a paused one must.
  #head(room) {
    const waiting = this.#outbox.items(room).filter(({ state }) => state !== "failed" && state !== "uploading")
    if (!this.#socket.isOnline) {
      for (const { id, state } of waiting) if (state === "pending") this.#outbox.mark(id, { state: "queued" })
      return undefined
    }
    const [head] = waiting
    const left = (head?.retryAt ?? 0) - Date.now()
    // Nobody is asked to wait so long: the clock was set back meanwhile.
    const pause = left > LONGEST_PAUSE ? 0 : left
    if (pause > 0) setTimeout(() => this.run(), pause + 20)
    return pause > 0 ? undefined : head
  }

  async #deliver(item) {
    if (item.state === "queued") this.#outbox.mark(item.id, { state: "pending", reason: "", retryAt: 0 })
    const payload = { room: item.room, client_id: item.id, text: item.text }
    if (item.replyTo) payload.reply_to = item.replyTo
    if (item.uploads.length) payload.uploads = item.uploads.map(({ id }) => id)
    try {
      const { message } = await this.#socket.request("message.send", payload)
      this.#outbox.dispatchEvent(new CustomEvent("sent", { detail: { item, message } }))
      this.#outbox.remove(item.id)
    } catch (error) {
      this.#refused(item, error)
    }
  }

  #refused({ id }, { code, message, retryAfter, isUncertain }) {
    if (code === "closed") this.#outbox.mark(id, { state: "queued" })
    else if (isUncertain) this.#outbox.mark(id, { state: "unconfirmed", retryAt: Date.now() + RETRY_UNCERTAIN })
    else if (TEMPORARY.includes(code)) {
      const wait = (retryAfter || RETRY_UNCERTAIN / 1000) * 1000
      this.#outbox.mark(id, { state: "queued", reason: code, retryAt: Date.now() + wait })
    } else this.#outbox.mark(id, { state: "failed", reason: message })
  }
}
