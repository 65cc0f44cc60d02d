/** People to mention, while "@" and a part of a name are being typed. The field keeps the focus. */
import { emit, one, setAttribute } from "chat/helpers/dom.js"
import { getJson } from "chat/helpers/http.js"
import { ngettext } from "chat/helpers/i18n.js"
import { insertMention, mentionAt } from "chat/models/suggestion.js"

const MOST = 8

export class SuggestionsController {
  #field
  #session
  #list = one("#suggestions")
  #people = []
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
    const at = mentionAt(this.#field.value, this.#field.selectionStart)
    if (!at || at.start === this.#dismissed) return this.#close({ forget: !at })
    const turn = ++this.#asked
    const { urls, room } = this.#session
    const answer = await getJson(urls.people, { q: at.query, room: room.id }).catch(() => ({ people: [] }))
    // A later key has asked anew, or the field has moved on.
    if (turn !== this.#asked || document.activeElement !== this.#field) return
    this.#show(at, answer.people.slice(0, MOST))
  }

  #show(at, people) {
    if (!people.length) return this.#close()
    // An answer that comes after the reader has moved on in the list keeps whom they are at.
    const chosen = this.#list.hidden ? undefined : this.#people[this.#active]?.id
    this.#at = at
    this.#people = people
    this.#list.replaceChildren(...people.map((person, place) => option(person, place)))
    this.#list.hidden = false
    setAttribute(this.#field, "aria-expanded", "true")
    this.#choose(Math.max(0, people.findIndex(({ id }) => id === chosen)))
    emit("say", { text: ngettext("%(count)s person", "%(count)s people", people.length) })
  }

  #choose(place) {
    this.#active = (place + this.#people.length) % this.#people.length
    const options = [...this.#list.children]
    options.forEach((each, index) => setAttribute(each, "aria-selected", String(index === this.#active)))
    setAttribute(this.#field, "aria-activedescendant", options[this.#active].id)
    options[this.#active].scrollIntoView({ block: "nearest" })
  }

  #key(event) {
    if (this.#list.hidden || event.isComposing) return
    if (event.key === "ArrowDown") this.#choose(this.#active + 1)
    else if (event.key === "ArrowUp") this.#choose(this.#active - 1)
    else if (event.key === "Enter" || event.key === "Tab") this.#insert(this.#people[this.#active])
    else if (event.key === "Escape") {
      this.#dismissed = this.#at.start
      this.#close()
    } else return
    event.preventDefault()
  }

  #click(event) {
    const chosen = event.target.closest("[role=option]")
    if (chosen) this.#insert(this.#people[[...this.#list.children].indexOf(chosen)])
  }

  #insert({ handle }) {
    const { text, caret } = insertMention(this.#field.value, this.#field.selectionStart, this.#at.start, handle)
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

function option(person, place) {
  const row = one("#suggestion").content.firstElementChild.cloneNode(true)
  const slot = (name) => row.querySelector(`[data-slot="${name}"]`)
  row.id = `suggestion-${place}`
  slot("avatar").textContent = [...person.initials][0] ?? ""
  slot("avatar").dataset.hue = person.hue
  slot("name").textContent = person.name
  slot("handle").textContent = `@${person.handle}`
  slot("outside").hidden = person.member
  return row
}
