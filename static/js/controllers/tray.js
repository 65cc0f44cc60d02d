/** The files that the next message will carry, as chips above the tools of the composer. Loaded with the first one. */
import { all, emit, isCoarse, make, on, one } from "chat/helpers/dom.js"
import { list, ngettext, t } from "chat/helpers/i18n.js"
import { fileSize } from "chat/helpers/sizes.js"
import { keep, load } from "chat/helpers/storage.js"
import { chip } from "chat/models/chip.js"
import { Upload } from "chat/models/upload.js"

export class TrayController {
  #session
  #room
  #list
  #uploads = new Map()

  /** @param {HTMLFormElement} form the composer @param {import("../models/session.js").Session} session */
  constructor(form, session) {
    this.#session = session
    this.#room = session.room.id
    this.#list = make("ul", { class: "chips", "aria-label": t("Files to send"), hidden: true })
    one(".composer__tools", form).before(this.#list)
    on("take-files", ({ uploads }) => uploads.push(...this.#take()))
    on("files", ({ uploads }) => this.resume(uploads))
    // A file cannot be written down; once it has arrived, its number can.
    addEventListener("beforeunload", (event) => { if (this.#all.some((upload) => upload.isUnderWay)) event.preventDefault() })
    this.resume(load(sessionStorage, this.#key, []).map((facts) => this.#upload(facts)))
  }

  /** @param {File[]} files to send with the next message; uploading begins at once, so that Send is quick */
  add(files) {
    const most = this.#session.boot.limits.files
    const room = most - this.#all.length
    const fresh = files.slice(0, room).map((file) => this.#upload({ name: file.name, size: file.size, type: file.type, file }))
    if (files.length > room) emit("toast", { text: ngettext("At most %(count)s file in one message.", "At most %(count)s files in one message.", most), failed: true })
    for (const upload of fresh) this.#refuseLarge(upload)
    if (fresh.length) emit("say", { text: t("Attached: %(names)s", { names: list(fresh.map(({ name }) => name)) }) })
    this.resume(fresh)
    if (!isCoarse()) one("#write").focus()
  }

  /** Takes files back that were to go out. @param {Upload[]} uploads */
  resume(uploads) {
    for (const upload of uploads) {
      const item = chip(upload, () => this.#remove(upload))
      this.#uploads.set(upload, item)
      this.#list.append(item)
      upload.addEventListener("change", () => this.#changed(upload))
      if (upload.state !== "refused") upload.start()
    }
    this.#drawn()
  }

  get #all() { return [...this.#uploads.keys()] }
  get #key() { return `chat:files:${this.#room}` }

  #upload(facts) {
    return new Upload({ ...facts, room: this.#room }, this.#session.urls, this.#session.socket)
  }

  #refuseLarge(upload) {
    const limit = this.#session.boot.limits.file
    if (upload.size > limit) upload.refuse(t("Too large: at most %(limit)s", { limit: fileSize(limit) }))
    if (upload.state === "refused") this.#tell(upload)
  }

  #changed(upload) {
    if (!this.#uploads.has(upload) || upload.isUnderWay) return
    if (upload.isReady) emit("say", { text: t("%(name)s is ready to send", { name: upload.name }) })
    else this.#tell(upload)
    this.#drawn()
  }

  #tell({ name, reason }) {
    emit("say", { text: `${name}: ${reason}`, assertive: true })
  }

  #remove(upload) {
    const place = this.#all.indexOf(upload)
    this.#uploads.get(upload).remove()
    this.#uploads.delete(upload)
    upload.cancel()
    this.#drawn()
    const buttons = all("button", this.#list)
    ;(buttons[Math.min(place, buttons.length - 1)] ?? one("#write")).focus()
  }

  // What was refused stays, with its reason, until it is removed.
  #take() {
    const taken = this.#all.filter((upload) => upload.state !== "refused")
    for (const upload of taken) {
      this.#uploads.get(upload).remove()
      this.#uploads.delete(upload)
    }
    this.#drawn()
    return taken
  }

  #drawn() {
    const change = () => { this.#list.hidden = this.#uploads.size === 0 }
    this.#session.room.viewport.keep(change)
    const arrived = this.#all.filter((upload) => upload.isReady).map((upload) => upload.facts)
    if (arrived.length) keep(sessionStorage, this.#key, arrived)
    else sessionStorage.removeItem(this.#key)
  }
}
