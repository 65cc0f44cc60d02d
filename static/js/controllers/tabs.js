/** Tabs of one person: signing out in one signs out all, and leaves nothing behind on the device. */
import { on } from "chat/helpers/dom.js"

const CHANNEL = "chat:tabs"

export class TabsController {
  #session
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : null
  #left = false

  /** @param {HTMLElement} _root @param {import("../models/session.js").Session} session */
  constructor(_root, session) {
    this.#session = session
    this.#channel?.addEventListener("message", ({ data }) => this.#hear(data))
    addEventListener("storage", ({ key, newValue }) => { if (key === CHANNEL && newValue) this.#hear(JSON.parse(newValue)) })
    document.addEventListener("submit", (event) => this.#submit(event.target))
    on("signed-out", () => this.#leave())
    session.outbox.start()
    addEventListener("pagehide", () => session.outbox.rest())
  }

  #submit(form) {
    if (!new URL(form.action, location.href).pathname.includes("/logout")) return
    this.#session.wipe()
    this.#left = true
    // The others are told only when the server has done it, or they would come back signed in.
    addEventListener("pagehide", () => this.#tell())
  }

  #tell() {
    const word = { signedOut: this.#session.user.id, at: Date.now() }
    this.#channel?.postMessage(word)
    localStorage.setItem(CHANNEL, JSON.stringify(word))
  }

  #hear({ signedOut }) {
    if (signedOut === this.#session.user.id && !this.#left) this.#leave()
  }

  #leave() {
    if (this.#left) return
    this.#left = true
    this.#session.wipe()
    const url = new URL(this.#session.urls.sign_in, location.href)
    url.searchParams.set("next", location.pathname)
    location.assign(url)
  }
}
