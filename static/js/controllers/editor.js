/** Changing a message where it stands. */
import { emit, on, one, setAttribute } from "chat/helpers/dom.js"
import { fill, getJson } from "chat/helpers/http.js"
import { t } from "chat/helpers/i18n.js"

export class EditorController {
  #session
  #room
  #open = null
  #asked = null

  /** @param {HTMLElement} _box @param {import("../models/session.js").Session} session */
  constructor(_box, session) {
    this.#session = session
    this.#room = session.room
    on("edit", ({ row }) => this.#start(row))
    on("rows", ({ changed }) => { if (this.#open?.row.deleted && changed.includes(this.#open.row)) this.#end() })
    on("edit-last", (_, event) => {
      const row = this.#last()
      if (!row) return
      event.preventDefault()
      this.#start(row)
    })
  }

  #last() {
    const own = ({ author, kind, deleted }) => author === this.#session.user.id && kind === "text" && !deleted
    return [...this.#room.window.rows].reverse().find(own)
  }

  async #start(row) {
    if ((this.#asked ?? this.#open)?.row === row) return
    this.#end()
    const asked = this.#asked = { row }
    const from = document.activeElement
    const url = fill(this.#session.urls.source, { room: this.#room.id, message: row.id })
    const answer = await getJson(url).catch(() => null)
    // Meanwhile another row was asked for: only the last one opens.
    if (this.#asked !== asked) return
    this.#asked = null
    if (!answer || row.deleted) return emit("toast", { failed: true })
    const form = one("#edit-form").content.firstElementChild.cloneNode(true)
    const field = form.elements.text
    field.value = answer.source
    this.#open = { row, form, field, base: answer.changed_seq, from }
    this.#wire(form, field)
    this.#room.viewport.keep(() => {
      one(":scope > .message__body", row.article).after(form)
      setAttribute(row.article, "data-editing", true)
    })
    grow(field)
    field.focus({ preventScroll: true })
    field.setSelectionRange(field.value.length, field.value.length)
    form.scrollIntoView({ block: "nearest" })
  }

  #wire(form, field) {
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#save() })
    form.querySelector("[data-act=cancel]").addEventListener("click", () => this.#end())
    field.addEventListener("input", () => grow(field))
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return
      if (event.key === "Escape") this.#end()
      else if (event.key === "Enter" && !event.shiftKey) this.#save()
      else return
      event.preventDefault()
      event.stopPropagation()
    })
  }

  async #save() {
    const { row, field, base } = this.#open
    const text = field.value
    if (!text.trim()) {
      this.#end()
      return emit("delete", { row })
    }
    try {
      await this.#session.socket.request("message.edit", { room: this.#room.id, message: row.id, base, text })
      this.#end()
    } catch (error) {
      this.#refused(error)
    }
  }

  #refused(error) {
    if (!this.#open) return
    const problem = one(".edit__problem", this.#open.form)
    problem.hidden = false
    problem.textContent = error.isUncertain ? t("There is no connection. Try again.") : error.message
    if (error.code !== "conflict" || !error.current) return
    // Saving again now means: over the newer text, having seen it.
    this.#open.base = error.current.changed_seq
    problem.textContent = t("It was changed meanwhile to: %(text)s", { text: error.current.source })
  }

  #end() {
    if (!this.#open) return
    const { row, form, from } = this.#open
    this.#open = null
    this.#room.viewport.keep(() => {
      form.remove()
      setAttribute(row.article, "data-editing", null)
    })
    const back = from?.isConnected && from !== document.body ? from : row.article
    back.focus({ preventScroll: true })
  }
}

function grow(field) {
  if (CSS.supports("field-sizing", "content")) return
  field.style.height = "auto"
  field.style.height = `${field.scrollHeight}px`
}
