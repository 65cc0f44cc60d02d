/** Messages whose files are under way: bars in their rows, and what can be done. Loaded with the first file. */
import { emit, make, on } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"
import { chip } from "chat/models/chip.js"
import { Upload } from "chat/models/upload.js"

export class FreightController {
  #session
  #outbox
  #uploads = new Map()

  /** @param {HTMLElement} box the timeline @param {import("../models/session.js").Session} session */
  constructor(box, session) {
    this.#session = session
    this.#outbox = session.outbox
    box.addEventListener("click", (event) => this.#click(event))
    on("posted", ({ item, uploads }) => this.#take(item, uploads))
    on("resend", ({ item }, event) => this.#resend(item, event))
    on("withdrawn", ({ item, act }) => this.#withdraw(item, act === "edit"))
    addEventListener("beforeunload", (event) => { if (this.#waits()) event.preventDefault() })
    for (const item of this.#outbox.items(session.room.id)) if (item.uploads.length) this.#resume(item)
  }

  // Of a message from before a reload, what has arrived can still go out with another.
  #resume(item) {
    const { urls, socket } = this.#session
    this.#take(item, item.uploads.filter(({ ready }) => ready).map((facts) => new Upload({ ...facts, room: item.room }, urls, socket)))
  }

  #take(item, uploads) {
    this.#uploads.set(item.id, uploads)
    this.#show(item, uploads)
    for (const upload of uploads) {
      upload.addEventListener("change", () => this.#settle(item.id))
      upload.start()
    }
    this.#settle(item.id)
  }

  #show(item, uploads) {
    const article = this.#session.room.pending.articleOf(item.id)
    if (!article) return
    const cancel = make("button", { type: "button", class: "button freight__cancel", "data-act": "cancel" }, t("Cancel"))
    const box = make("div", { class: "freight" }, make("ul", { class: "chips", "aria-label": t("Files") }, ...uploads.map((upload) => chip(upload))), cancel)
    this.#session.room.viewport.keep(() => article.querySelector(":scope > .message__body").after(box))
  }

  #settle(id) {
    const item = this.#outbox.get(id)
    const uploads = this.#uploads.get(id)
    if (item?.state !== "uploading") return
    const failed = uploads.find((upload) => !upload.isReady && !upload.isUnderWay)
    if (uploads.every((upload) => upload.isReady)) this.#release(id, uploads)
    else if (failed) this.#outbox.mark(id, { state: "failed", reason: `${failed.name}: ${failed.reason}` })
  }

  #release(id, uploads) {
    this.#outbox.mark(id, { state: "pending", uploads: uploads.map(({ facts }) => facts) })
    emit("say", { text: t("All files have arrived.") })
    this.#session.courier.run()
  }

  #resend(item, event) {
    const uploads = this.#uploads.get(item.id) ?? []
    if (item.lost || uploads.every((upload) => upload.isReady)) return
    event.preventDefault()
    this.#outbox.mark(item.id, { state: "uploading", reason: "", retryAt: 0 })
    for (const upload of uploads) upload.start()
  }

  #click({ target }) {
    const id = target.closest(".freight__cancel") && target.closest(".message").dataset.clientId
    const item = id && this.#outbox.get(id)
    if (item?.state !== "uploading") return
    this.#outbox.remove(id)
    this.#session.room.viewport.keep(() => this.#session.room.pending.remove(id))
    this.#withdraw(item, false)
    if (item.text.trim() || item.replyTo) emit("compose", item)
    emit("say", { text: t("Cancelled") })
  }

  #withdraw({ id }, isKept) {
    const uploads = this.#uploads.get(id) ?? []
    this.#uploads.delete(id)
    if (isKept) emit("files", { uploads })
    else for (const upload of uploads) upload.cancel()
  }

  // What is stored, or was given up, has nothing to lose.
  #waits() {
    return [...this.#uploads].some(([id, uploads]) => this.#outbox.get(id) && !uploads.every((upload) => upload.isReady))
  }
}
