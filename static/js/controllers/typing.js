/** Who is writing here, in a line that always has its place; and telling the others about oneself. */
import { on, one, setAttribute } from "chat/helpers/dom.js"
import { list, t, ngettext } from "chat/helpers/i18n.js"
import { atMostEvery, debounce } from "chat/helpers/time.js"
import { Typing } from "chat/models/typing.js"

const NAMED = 3

export class TypingController {
  #line
  #session
  #typing
  #isTyping = false
  #beat
  #idle

  /** @param {HTMLElement} line @param {import("../models/session.js").Session} session */
  constructor(line, session) {
    this.#line = line
    this.#session = session
    const { TYPING_EXPIRES_MS, TYPING_EVERY_MS, TYPING_IDLE_MS } = session.constants
    this.#typing = new Typing(TYPING_EXPIRES_MS)
    this.#typing.addEventListener("change", () => this.#draw())
    this.#beat = atMostEvery(() => this.#send(true), TYPING_EVERY_MS)
    this.#idle = debounce(() => this.#stop(), TYPING_IDLE_MS)
    session.socket.addEventListener("frame", ({ detail }) => this.#hear(detail))
    on("typed", ({ text }) => (text.trim() ? this.#go() : this.#stop()))
    on("sent", () => this.#stop())
    addEventListener("pagehide", () => this.#stop())
  }

  #hear(frame) {
    if (frame.room !== this.#session.room.id) return
    if (frame.type === "typing" && frame.user !== this.#session.user.id && !this.#session.hidden.has(frame.user)) this.#typing.hear(frame)
    else if (frame.type === "message.created") this.#typing.hear({ user: frame.message.author, name: "", active: false })
  }

  #go() {
    if (this.#session.preferences.hide_typing || this.#session.room.facts.members > this.#session.constants.TYPING_MEMBERS) return
    this.#isTyping = true
    this.#beat()
    this.#idle()
  }

  #stop() {
    this.#idle.cancel()
    if (!this.#isTyping) return
    this.#isTyping = false
    this.#beat.reset()
    this.#send(false)
  }

  #send(active) {
    this.#session.socket.send("typing", { room: this.#session.room.id, active })
  }

  #draw() {
    const { names } = this.#typing
    setAttribute(this.#line, "data-active", names.length > 0)
    if (names.length) one("#typing-text").textContent = wordsOf(names)
  }
}

function wordsOf(names) {
  if (names.length > NAMED) return t("Several people are typing")
  return ngettext("%(names)s is typing", "%(names)s are typing", names.length, { names: list(names) })
}
