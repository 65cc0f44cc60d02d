/**
 * One file on its way to the server, in pieces. After a break it goes on where the server stands.
 *
 * Events: `change`, when the state or what has arrived is another.
 */
import { fill, HttpError } from "chat/helpers/http.js"
import { t } from "chat/helpers/i18n.js"

const POLL = 700
const FIRST_WAIT = 500
const LONGEST_WAIT = 30_000
/** So many breaks in a row, while the link stands, are for the person to decide about. */
const BREAKS = 4
const TEMPORARY = [0, 408, 409, 429, 500, 502, 503, 504]

export class Upload extends EventTarget {
  #urls
  #link
  #request = null
  #running = null
  #piece = 2 ** 20

  /** @type {"sending" | "waiting" | "ready" | "failed" | "refused" | "gone"} */
  state = "sending"
  /** Bytes that have arrived. */
  sent = 0
  reason = ""

  /**
   * @param {{room: number, name: string, size: number, type: string, file?: File, id?: string}} facts without `file`
   *   all of it has arrived before
   * @param {{uploads: string, upload: string}} urls
   * @param {import("../socket.js").Socket} link tells whether the server can be reached
   */
  constructor({ room, name, size, type, file = null, id = null }, urls, link) {
    super()
    Object.assign(this, { room, name, size, type, file, id })
    this.#urls = urls
    this.#link = link
    if (id) Object.assign(this, { state: "ready", sent: size })
  }

  get isReady() { return this.state === "ready" }
  /** Whether it is on its way, or waits for the link. */
  get isUnderWay() { return this.state === "sending" || this.state === "waiting" }
  get percent() { return this.isReady ? 100 : Math.floor((100 * this.sent) / (this.size || 1)) }
  /** What can be written down. */
  get facts() { return { id: this.id, name: this.name, size: this.size, type: this.type, ready: this.isReady } }

  /** Runs until it is ready, refused or has failed; goes on after a failure. @returns {Promise<void>} */
  start() {
    if (this.isReady || this.state === "gone") return Promise.resolve()
    this.#running ??= this.#run().finally(() => { this.#running = null })
    return this.#running
  }

  /** Stops it, and the server forgets it. */
  cancel() {
    this.#become("gone")
    this.#request?.abort()
    if (this.id) this.#ask("DELETE", this.#address).catch(() => {})
  }

  /** @param {string} reason in words; no further attempt would change it */
  refuse(reason) { this.#become("refused", reason) }

  async #run() {
    this.#become("sending")
    let breaks = 0
    while (this.isUnderWay) {
      const before = this.sent
      try {
        await this.#advance()
      } catch (error) {
        // Who sends many at once is asked to wait for a turn; that is no break.
        breaks = this.sent > before || error.status === 429 ? 1 : breaks + 1
        if (this.state !== "gone") await this.#endure(error, breaks)
      }
    }
  }

  async #advance() {
    if (!this.id) await this.#begin()
    else this.#take(await this.#ask("GET", this.#address))
    while (this.isUnderWay) {
      if (this.sent < this.size || !this.size) await this.#send()
      else {
        await pause(POLL)
        this.#take(await this.#ask("GET", this.#address))
      }
    }
  }

  async #begin() {
    const { room, name, size, type } = this
    // What cannot be read, a folder for one, would look like a broken connection.
    await this.file.slice(0, 1).arrayBuffer().catch(() => { throw new HttpError(400, { detail: t("This file cannot be read.") }) })
    const facts = await this.#ask("POST", this.#urls.uploads, JSON.stringify({ room, name, size, type }), { "Content-Type": "application/json" })
    this.id = facts.id
    this.#piece = facts.piece
    this.#become("sending")
  }

  async #send() {
    this.#become("sending")
    const from = this.sent
    const body = this.file.slice(from, from + this.#piece)
    const headers = { "Content-Type": "application/octet-stream", "Upload-Offset": String(from) }
    this.#take(await this.#ask("PATCH", this.#address, body, headers, (loaded) => this.#stand(from + loaded)))
  }

  #take({ offset, state }) {
    this.#stand(offset)
    if (state === "ready") this.#become("ready")
    else if (state === "failed") this.#become("refused", t("This file cannot be read."))
  }

  // Whether to wait and go on, to begin anew, or to give up.
  async #endure({ status, message, retryAfter }, breaks) {
    const isForgotten = status === 404 && this.id
    if (isForgotten) Object.assign(this, { id: null, sent: 0 })
    if (!isForgotten && !TEMPORARY.includes(status)) return this.#become("refused", message)
    if (breaks >= BREAKS && navigator.onLine && this.#link.isOnline) return this.#become("failed", status ? message : t("The connection broke."))
    if (status === 409) return
    this.#become("waiting")
    await this.#wait(retryAfter * 1000 || Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (breaks - 1)))
  }

  #wait(longest) {
    return new Promise((done) => {
      setTimeout(done, longest)
      addEventListener("online", done, { once: true })
      this.#link.addEventListener("state", done, { once: true })
    })
  }

  get #address() { return fill(this.#urls.upload, { upload: this.id }) }

  #stand(offset) {
    this.sent = Math.min(offset, this.size)
    this.dispatchEvent(new Event("change"))
  }

  #become(state, reason = "") {
    if (this.state === "gone" || (state === this.state && !reason)) return
    Object.assign(this, { state, reason })
    this.dispatchEvent(new Event("change"))
  }

  // Not by fetch, which does not tell how much of a body has gone.
  #ask(method, url, body = null, headers = {}, progress = null) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest()
      const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? ""
      request.open(method, url)
      request.responseType = "json"
      for (const [name, value] of Object.entries({ Accept: "application/json", "X-CSRFToken": token, ...headers })) request.setRequestHeader(name, value)
      if (progress) request.upload.onprogress = ({ loaded }) => progress(Math.min(loaded, body.size))
      request.onload = () => (request.status < 300 ? done(request.response) : failed(new HttpError(request.status, request.response ?? {})))
      request.onerror = request.onabort = () => failed(new HttpError(0))
      if (method !== "DELETE") this.#request = request
      request.send(body)
    })
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms))
