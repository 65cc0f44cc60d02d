/** The link's state on the page: the banner, `data-conn`, what a new version and a lost session mean. */
import { emit, one } from "chat/helpers/dom.js"
import { reload } from "chat/helpers/reload.js"
import { ngettext, t } from "chat/helpers/i18n.js"

const TICK = 1_000

export class ConnectionController {
  #root
  #session
  #lostAt = 0
  #lateAt = 0
  #timer = 0
  #isOld = false

  /** @param {HTMLElement} root @param {import("../models/session.js").Session} session */
  constructor(root, session) {
    this.#root = root
    this.#session = session
    const { socket } = session
    socket.addEventListener("state", ({ detail }) => this.#show(detail.state))
    socket.addEventListener("frame", ({ detail }) => this.#take(detail))
    socket.addEventListener("ended", ({ detail }) => emit("signed-out", { banned: detail.code === 4403 }))
    one("#banner-action")?.addEventListener("click", () => (this.#isOld && socket.isOnline ? location.reload() : socket.wake()))
    addEventListener("offline", () => this.#draw())
    this.#root.dataset.conn = "connecting"
    socket.start()
  }

  #take(frame) {
    if (frame.type === "hello") this.#hello(frame)
    // `delivery` follows each hello where it is so.
    if (frame.type === "hello" || frame.type === "delivery") {
      this.#lateAt = frame.late ? Date.now() : 0
      this.#draw()
    }
  }

  #hello({ epoch, build, rooms }) {
    const { boot, room } = this.#session
    const head = room && rooms.find(([id]) => id === room.id)?.[1]
    // The database was restored to an earlier state: nothing on this page can be trusted.
    if (this.#isRestored(epoch) || (room && head !== undefined && head < room.feed.cursor)) return reload()
    this.#isOld = Boolean(boot.build && build && boot.build !== build)
  }

  #isRestored(epoch) {
    const before = this.#session.epoch ?? this.#session.boot.epoch
    this.#session.epoch = epoch
    return before !== undefined && before !== epoch
  }

  #show(state) {
    this.#root.dataset.conn = state
    if (state === "online" || state === "resting") this.#lostAt = 0
    else this.#lostAt ||= Date.now()
    this.#session.courier.run()
    this.#draw()
  }

  #draw() {
    clearTimeout(this.#timer)
    const words = this.#words()
    const banner = one("#banner")
    if (banner) {
      const action = this.#action()
      banner.hidden = !words
      if (words) one("#banner-text").textContent = words
      one("#banner-action").hidden = !action
      one("#banner-action").textContent = action
    }
    if (this.#lostAt || this.#lateAt) this.#timer = setTimeout(() => this.#draw(), TICK)
  }

  #action() {
    if (this.#lostAt) return t("Try now")
    return this.#isOld ? t("Reload") : ""
  }

  #words() {
    if (!this.#lostAt && this.#isOld) return t("New version.")
    if (!this.#lostAt) return this.#isLong(this.#lateAt) ? t("Messages may come a few seconds late.") : ""
    if (navigator.onLine && !this.#isLong(this.#lostAt)) return ""
    const seconds = Math.ceil(this.#session.socket.waits / 1000)
    if (this.#session.socket.state === "connecting" || !seconds) return t("Reconnecting…")
    return ngettext("Reconnecting in %(count)s s.", "Reconnecting in %(count)s s.", seconds)
  }

  #isLong(since) { return since > 0 && Date.now() - since >= this.#session.constants.BANNER_AFTER_MS }
}
