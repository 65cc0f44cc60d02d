/**
 * Tabs of one person: signing out in one signs out all and leaves nothing behind on the device; who signs in as
 * somebody else stops the others; a hidden tab gives its link up and lives on what the leading one hears.
 */
import { emit, isAttended, on, one } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"
import { debounce } from "chat/helpers/time.js"

const KEY = "chat:tabs"
/** What the list of rooms lives on; the rest of a link is for who looks at it. */
const NEWS = ["hello", "message.created", "room.batch", "read", "room.joined", "room.left", "room.updated", "user.updated", "settings.updated", "emoji.changed"]

export class TabsController {
  #session
  #left = false
  #rest

  /** @param {HTMLElement} _root @param {import("../models/session.js").Session} session */
  constructor(_root, session) {
    this.#session = session
    const { tabs, socket, outbox } = session
    this.#rest = debounce(() => this.#mayRest() && socket.rest(), session.constants.HIDDEN_LINK_MS)
    tabs.addEventListener("word", ({ detail }) => this.#hear(detail))
    tabs.addEventListener("lead", () => socket.wake())
    addEventListener("storage", ({ key, newValue }) => { if (key === KEY && newValue) this.#hear(JSON.parse(newValue)) })
    document.addEventListener("submit", (event) => this.#submit(event.target))
    document.addEventListener("visibilitychange", () => this.#look())
    for (const name of ["focus", "blur"]) addEventListener(name, () => this.#look())
    on("signed-out", () => this.#leave())
    socket.addEventListener("frame", ({ detail }) => this.#pass(detail))
    socket.addEventListener("stranger", ({ detail }) => this.#block(detail.name))
    outbox.start()
    addEventListener("pagehide", () => outbox.rest())
    tabs.say({ here: session.user.id, name: session.user.name })
    tabs.start()
    this.#look()
  }

  #look() {
    const { room, tabs } = this.#session
    tabs.attend(isAttended() ? (room?.id ?? 0) : null)
    if (document.hidden) this.#rest()
    else this.#rest.cancel()
  }

  #mayRest() {
    const { outbox, tabs } = this.#session
    return document.hidden && tabs.canLead && !tabs.leads && !outbox.items().length
  }

  #pass(frame) {
    if (this.#session.tabs.leads && NEWS.includes(frame.type)) this.#session.tabs.say({ news: frame, of: this.#session.user.id })
  }

  #hear({ signedOut, here, name, news, of }) {
    const { socket, user } = this.#session
    if (signedOut === user.id && !this.#left) this.#leave()
    else if (here !== undefined && here !== user.id) this.#block(name)
    else if (news && of === user.id && socket.isResting) this.#session.news.dispatchEvent(new CustomEvent("frame", { detail: news }))
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
    this.#session.tabs.say(word)
    localStorage.setItem(KEY, JSON.stringify(word))
  }

  #leave() {
    if (this.#left) return
    this.#left = true
    this.#session.wipe()
    const url = new URL(this.#session.urls.sign_in, location.href)
    url.searchParams.set("next", location.pathname)
    location.assign(url)
  }

  // The cookies are somebody else's now: nothing more may leave this page under a wrong name.
  #block(name) {
    this.#session.socket.end()
    const dialog = one("#dialog-stranger")
    if (!dialog || dialog.open) return
    one("#stranger-text").textContent = t("You are now signed in as %(name)s.", { name })
    dialog.addEventListener("cancel", (event) => event.preventDefault())
    dialog.addEventListener("close", () => location.reload())
    dialog.showModal()
    emit("say", { text: one("#stranger-text").textContent, assertive: true })
  }
}
