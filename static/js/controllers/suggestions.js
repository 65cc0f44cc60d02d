/** People to mention after "@", emoji after ":" and two letters, while they are being typed. The field keeps the focus. */
import { emit, one, setAttribute } from "chat/helpers/dom.js"
import { ngettext } from "chat/helpers/i18n.js"
import { complete, suggestionAt } from "chat/models/suggestion.js"

const MOST = 8

export class SuggestionsController {
  #field
  #session
  #list = one("#suggestions")
  #found = []
  #active = 0
  #at = null
  #dismissed = -1
  #asked = 0

  /** @param {HTMLTextAreaElement} field @param {import("../models/session.js").Session} session */
  constructor(field, session) {
    if (!this.#list) return
    this.#field = field
    this.#session = session
    field.addEventListener("input", () => this.#look())
    field.addEventListener("click", () => this.#look())
    field.addEventListener("keydown", (event) => this.#key(event))
    field.addEventListener("blur", () => this.#close())
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault())
    this.#list.addEventListener("click", (event) => this.#click(event))
  }

  async #look() {
    const at = suggestionAt(this.#field.value, this.#field.selectionStart)
    if (!at || at.start === this.#dismissed) return this.#close({ forget: !at })
    const turn = ++this.#asked
    const found = await this.#search(at).catch(() => [])
    // A later key has asked anew, or the field has moved on.
    if (turn !== this.#asked || document.activeElement !== this.#field) return
    this.#show(at, found.slice(0, MOST))
  }

  async #search({ kind, query }) {
    const { findEmoji, findPeople } = await import("chat/models/completions.js")
    return kind === "mention" ? findPeople(query, this.#session) : findEmoji(query, this.#session, MOST)
  }

  #show(at, found) {
    if (!found.length) return this.#close()
    // An answer that comes after the reader has moved on in the list keeps whom they are at.
    const chosen = this.#list.hidden ? undefined : this.#found[this.#active]?.id
    this.#at = at
    this.#found = found
    this.#list.replaceChildren(...found.map((each, place) => each.draw(place)))
    this.#list.hidden = false
    setAttribute(this.#field, "aria-expanded", "true")
    this.#choose(Math.max(0, found.findIndex(({ id }) => id === chosen)))
    const count = found.length
    emit("say", { text: at.kind === "mention" ? ngettext("%(count)s person", "%(count)s people", count) : ngettext("%(count)s result", "%(count)s results", count) })
  }

  #choose(place) {
    this.#active = (place + this.#found.length) % this.#found.length
    const options = [...this.#list.children]
    options.forEach((each, index) => setAttribute(each, "aria-selected", String(index === this.#active)))
    setAttribute(this.#field, "aria-activedescendant", options[this.#active].id)
    options[this.#active].scrollIntoView({ block: "nearest" })
  }

  #key(event) {
    if (this.#list.hidden || event.isComposing) return
    if (event.key === "ArrowDown") this.#choose(this.#active + 1)
    else if (event.key === "ArrowUp") this.#choose(this.#active - 1)
    else if (event.key === "Enter" || event.key === "Tab") this.#insert(this.#found[this.#active])
    else if (event.key === "Escape") {
      this.#dismissed = this.#at.start
      this.#close()
    } else return
    event.preventDefault()
  }

  #click(event) {
    const chosen = event.target.closest("[role=option]")
    if (chosen) this.#insert(this.#found[[...this.#list.children].indexOf(chosen)])
  }

  #insert({ word, chosen }) {
    const { text, caret } = complete(this.#field.value, this.#field.selectionStart, this.#at.start, word)
    chosen?.()
    this.#field.value = text
    this.#field.setSelectionRange(caret, caret)
    this.#close()
    this.#field.dispatchEvent(new Event("input", { bubbles: true }))
  }

  #close({ forget = false } = {}) {
    this.#asked += 1
    if (forget) this.#dismissed = -1
    this.#list.hidden = true
    setAttribute(this.#field, "aria-expanded", null)
    setAttribute(this.#field, "aria-activedescendant", null)
  }
}
