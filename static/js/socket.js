/**
 * The one WebSocket of this tab: it connects, reconnects, answers pings and matches answers to requests.
 *
 * Events: `state` when the state or the time of the next attempt changes, `frame` for every event frame,
 * `ended` with the close code when the server wants no further attempt (signed out, banned), `stranger` when the
 * server greets somebody else than the page was made for.
 */
import { BackOff } from "chat/models/back_off.js"

const NEVER_AGAIN = [4401, 4403]
const HELLO_WITHIN = 15_000
const WATCH_EVERY = 5_000
/** The server pings every 25 s; a tab that comes to the front after a longer silence was asleep. */
const ASLEEP_AFTER = 30_000

/** A refusal, or no answer at all (`code` is `timeout` or `closed`: the act may still have happened). */
export class RequestError extends Error {
  /** @param {{code: string, detail?: string, retry_after?: number, current?: object}} frame */
  constructor({ code, detail = "", retry_after = 0, current }) {
    super(detail || code)
    this.code = code
    this.retryAfter = retry_after
    this.current = current
  }

  get isUncertain() { return this.code === "timeout" || this.code === "closed" }
}

export class Socket extends EventTarget {
  #url
  #user
  #constants
  #backOff
  #link = null
  #state = "connecting"
  #requests = new Map()
  #refs = 0
  #heardAt = 0
  #onlineSince = 0
  #retryAt = 0
  #notBefore = 0
  #timer = 0
  #ended = false

  /** @param {string} url @param {number} user whose page this is @param {Record<string, number>} constants */
  constructor(url, user, constants) {
    super()
    this.#user = user
    const address = new URL(url, location.href)
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:"
    this.#url = address
    this.#constants = constants
    this.#backOff = new BackOff(constants)
  }

  /**
   * online: `hello` has come; connecting: an attempt is under way; offline: waiting for the next one; resting: given
   * up on purpose until somebody looks.
   */
  get state() { return this.#state }
  get isOnline() { return this.#state === "online" }
  get isResting() { return this.#state === "resting" }
  /** Milliseconds until the next attempt, 0 while none is planned. */
  get waits() { return Math.max(0, this.#retryAt - performance.now()) }

  start() {
    setInterval(() => this.#watch(), WATCH_EVERY)
    addEventListener("online", () => { if (!this.isResting) this.wake() })
    addEventListener("offline", () => this.#drop())
    addEventListener("pageshow", (event) => { if (event.persisted) this.wake() })
    addEventListener("pagehide", () => this.#link?.close())
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.wake() })
    this.#connect()
  }

  /** Try at once, but never before the time the server asked for; an apparently open link must prove itself. */
  wake() {
    if (this.#ended) return
    if (Date.now() - this.#heardAt > ASLEEP_AFTER) this.#drop()
    if (this.isResting) this.#connect()
    else if (this.#state === "offline") this.#connectIn(Math.max(0, this.#notBefore - performance.now()))
  }

  /** Gives the link up until `wake`. */
  rest() {
    if (this.#ended) return
    this.#let()
    this.#enter("resting")
  }

  /** Gives the link up for good. */
  end() {
    this.#ended = true
    this.#let()
    this.#enter("offline")
  }

  /** Fire and forget; nothing is kept for later. @returns {boolean} whether it left */
  send(type, payload = {}) {
    if (!this.isOnline) return false
    this.#link.send(JSON.stringify({ type, ...payload }))
    return true
  }

  /** @returns {Promise<object>} the `ok` frame @throws {RequestError} */
  request(type, payload = {}, { timeout = this.#constants.UNCONFIRMED_AFTER_MS } = {}) {
    const ref = String(++this.#refs)
    return new Promise((resolve, reject) => {
      if (!this.send(type, { ref, ...payload })) return reject(new RequestError({ code: "closed" }))
      const timer = setTimeout(() => this.#settle(ref, { code: "timeout" }), timeout)
      this.#requests.set(ref, { resolve, reject, timer })
    })
  }

  #connect() {
    clearTimeout(this.#timer)
    this.#retryAt = 0
    if (this.#link || this.#ended) return
    const link = new WebSocket(this.#url)
    this.#link = link
    this.#heardAt = Date.now()
    link.addEventListener("message", ({ data }) => { if (link === this.#link) this.#receive(JSON.parse(data)) })
    link.addEventListener("close", ({ code }) => { if (link === this.#link) this.#closed(code) })
    this.#enter("connecting")
  }

  #connectIn(ms) {
    clearTimeout(this.#timer)
    this.#retryAt = performance.now() + ms
    this.#timer = setTimeout(() => this.#connect(), ms)
    this.#enter("offline")
  }

  #receive(frame) {
    this.#heardAt = Date.now()
    if (frame.type === "ping") this.#link.send(JSON.stringify({ type: "pong", nonce: frame.nonce }))
    else if (frame.type === "ok") this.#settle(frame.ref, null, frame)
    else if (frame.type === "error") this.#settle(frame.ref, frame)
    else if (frame.type === "bye") this.#notBefore = performance.now() + (frame.retry_after ?? 0) * 1000
    else this.#event(frame)
  }

  #event(frame) {
    if (frame.type === "hello" && frame.user.id !== this.#user) {
      this.end()
      this.dispatchEvent(new CustomEvent("stranger", { detail: frame.user }))
      return
    }
    if (frame.type === "hello") {
      this.#onlineSince = Date.now()
      this.#state = "online"
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }))
    if (frame.type === "hello") this.#enter("online")
  }

  #settle(ref, error, frame) {
    const request = this.#requests.get(ref)
    if (!request) return
    this.#requests.delete(ref)
    clearTimeout(request.timer)
    if (error) request.reject(new RequestError(error))
    else request.resolve(frame)
  }

  // Timers of a hidden tab run once a minute and not at all while the machine sleeps: compare clocks.
  #watch() {
    if (!this.#link) return
    const allowed = this.isOnline ? this.#constants.SILENCE_MS : HELLO_WITHIN
    this.#heardAt = Math.min(this.#heardAt, Date.now()) // a clock that was set back
    if (Date.now() - this.#heardAt > allowed) this.#drop()
  }

  // A dead link can take minutes to report its close, so it is let go of at once.
  #drop() {
    if (!this.#link) return
    const link = this.#link
    this.#closed(1006)
    link.close()
  }

  #let() {
    clearTimeout(this.#timer)
    this.#retryAt = 0
    const link = this.#link
    this.#forget()
    link?.close()
  }

  #forget() {
    this.#link = null
    if (this.#onlineSince) this.#backOff.ended(Date.now() - this.#onlineSince)
    this.#onlineSince = 0
    for (const ref of [...this.#requests.keys()]) this.#settle(ref, { code: "closed" })
  }

  #closed(code) {
    this.#forget()
    if (NEVER_AGAIN.includes(code)) {
      this.#ended = true
      this.#enter("offline")
      this.dispatchEvent(new CustomEvent("ended", { detail: { code } }))
    } else this.#connectIn(Math.max(this.#backOff.next(), this.#notBefore - performance.now()))
  }

  #enter(state) {
    this.#state = state
    this.dispatchEvent(new CustomEvent("state", { detail: { state, waits: this.waits } }))
  }
}
