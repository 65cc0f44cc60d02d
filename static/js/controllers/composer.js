/** The field for writing: keys, draft, reply, length. It never refuses typing. */
import { emit, isCoarse, on, one, setAttribute } from "chat/helpers/dom.js"
import { number, t } from "chat/helpers/i18n.js"
import { debounce } from "chat/helpers/time.js"
import { quoteOf } from "chat/models/decorator.js"

export class ComposerController {
  #session
  #room
  #field = one("#write")
  #replyTo = null
  #save

  /** @param {HTMLFormElement} form @param {import("../models/session.js").Session} session */
  constructor(form, session) {
    this.#session = session
    this.#room = session.room.id
    this.#save = debounce(() => this.#keep(), session.constants.DRAFT_DEBOUNCE_MS)
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#send() })
    this.#field.addEventListener("keydown", (event) => this.#key(event))
    this.#field.addEventListener("input", () => this.#typed())
    one("#composer-reply-cancel")?.addEventListener("click", () => this.#endReply())
    on("reply", ({ row }) => this.#reply(row))
    on("rows", ({ changed }) => this.#mendReply(changed))
    on("compose", (draft) => this.#restore(draft, { focus: true }))
    addEventListener("pagehide", () => this.#keep())
    addEventListener("storage", ({ key }) => this.#elsewhere(key))
    this.#field.required = false
    if (session.preferences.send_with_ctrl) one("#composer-hint").textContent = t("Ctrl+Enter sends")
    this.#restore(session.drafts.get(this.#room))
    if (comesFromWithin() && !isCoarse() && !one("#messages[data-target]")) this.#field.focus({ preventScroll: true })
  }

  #key(event) {
    // Safari reports the Enter that confirms a candidate with key code 229 and isComposing false.
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
    if (event.key === "Enter" && this.#sends(event)) {
      event.preventDefault()
      this.#send()
    } else if (event.key === "Escape") this.#escape(event)
    else if (event.key === "ArrowUp" && !this.#field.value && !event.shiftKey) {
      if (!emit("edit-last")) event.preventDefault()
    }
  }

  #sends({ ctrlKey, metaKey, shiftKey, altKey }) {
    if (ctrlKey || metaKey) return true
    return !shiftKey && !altKey && !isCoarse() && !this.#session.preferences.send_with_ctrl
  }

  #escape(event) {
    if (this.#replyTo) this.#endReply()
    else if (!this.#field.value) {
      emit("caught-up")
      emit("newest")
    } else return
    event.preventDefault()
  }

  #send() {
    const text = this.#field.value
    if (this.#excess() > 0) return
    const uploads = takeFiles()
    if (!uploads || (!text.trim() && !uploads.length)) return
    const replyTo = this.#replyTo
    this.#field.value = ""
    this.#endReply({ focus: false })
    this.#save.cancel()
    this.#keep()
    this.#measure()
    emit("typed", { text: "" })
    // Written down first: what was sent is safe, whether or not the tail can be loaded.
    const item = this.#session.post({ text, replyTo, uploads: uploads.map(({ facts }) => facts) })
    if (uploads.length) emit("posted", { item, uploads })
    emit("newest")
    emit("sent")
    this.#field.focus({ preventScroll: true })
  }

  #typed() {
    this.#save()
    this.#measure()
    emit("typed", { text: this.#field.value })
  }

  #excess() {
    return [...this.#field.value.normalize("NFC")].length - (this.#session.boot.limits?.text ?? 10_000)
  }

  #measure() {
    const { TEXT_WARNING } = this.#session.constants
    const limit = this.#session.boot.limits?.text ?? 10_000
    const count = one("#composer-count")
    const problem = one("#composer-problem")
    const send = one("#send")
    // Code units are never fewer than characters: most texts need no counting.
    const excess = this.#field.value.length > TEXT_WARNING ? this.#excess() : -limit
    const near = excess > TEXT_WARNING - limit
    count.hidden = !near
    if (near) count.textContent = number(-excess)
    problem.hidden = excess <= 0
    if (excess > 0) problem.textContent = t("Too long: at most %(limit)s characters.", { limit: number(limit) })
    setAttribute(send, "disabled", excess > 0)
    if (!CSS.supports("field-sizing", "content")) this.#grow()
  }

  #grow() {
    this.#field.style.height = "auto"
    this.#field.style.height = `${this.#field.scrollHeight}px`
  }

  #reply(row) {
    this.#replyTo = row.id
    this.#drawReply(quoteOf(row))
    this.#keep()
    this.#field.focus()
  }

  #drawReply(quote) {
    one("#composer-reply").hidden = !quote
    one("#composer-reply-name").textContent = quote?.name ?? ""
    one("#composer-reply-text").textContent = quote?.excerpt ?? ""
  }

  // A draft keeps only whom it answers: what that says is asked for anew, and may be gone.
  async #resumeReply(id) {
    this.#replyTo = id
    this.#drawReply(null)
    const { quotes, window } = this.#session.room
    const row = id && window.find({ id })
    if (id && !row) await quotes.fetch([id])
    if (!id || this.#replyTo !== id) return
    const quote = row ? quoteOf(row) : quotes.known.get(id)
    if (!quote || quote.deleted) this.#endReply({ focus: false })
    else this.#drawReply(quote)
  }

  // What is answered may be edited or deleted before the answer goes out.
  #mendReply(changed) {
    const row = changed.find(({ id }) => id === this.#replyTo)
    if (row?.deleted) this.#endReply({ focus: false })
    else if (row) this.#drawReply(quoteOf(row))
  }

  #endReply({ focus = true } = {}) {
    this.#replyTo = null
    this.#drawReply(null)
    this.#keep()
    if (focus) this.#field.focus()
  }

  #keep() {
    this.#session.drafts.set(this.#room, { text: this.#field.value, replyTo: this.#replyTo })
  }

  #restore({ text, replyTo }, { focus = false } = {}) {
    this.#field.value = focus && this.#field.value.trim() ? `${this.#field.value}\n${text}` : text
    this.#resumeReply(replyTo)
    this.#measure()
    if (!focus) return
    this.#keep()
    this.#field.focus()
    this.#field.setSelectionRange(this.#field.value.length, this.#field.value.length)
  }

  // Another tab wrote here: show it, but never over what is being typed.
  #elsewhere(key) {
    if (this.#session.drafts.roomOf(key) !== this.#room || document.activeElement === this.#field) return
    this.#restore(this.#session.drafts.get(this.#room))
  }
}

/** @returns {import("../models/upload.js").Upload[] | null} null while they are being picked up: the form is sent again then */
function takeFiles() {
  const wish = { uploads: [] }
  return emit("take-files", wish) ? wish.uploads : null
}

// Who opens the chat afresh finds the ways past the sidebar first; who changes rooms wants to write.
function comesFromWithin() {
  const [navigation] = performance.getEntriesByType("navigation")
  return navigation?.type === "navigate" && document.referrer.startsWith(`${location.origin}/`)
}
