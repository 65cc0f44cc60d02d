/** Ctrl+K: any room by a part of its name, unread ones first. */
import { all, make, on, one, setAttribute } from "chat/helpers/dom.js"

const MOST = 12

export class SwitcherController {
  #dialog
  #session
  #field = one("#switcher-input")
  #list = one("#switcher-list")
  #links = []
  #active = 0
  #from = null

  /** @param {HTMLDialogElement} dialog @param {import("../models/session.js").Session} session */
  constructor(dialog, session) {
    this.#dialog = dialog
    this.#session = session
    on("switch", () => this.#open())
    this.#field.addEventListener("input", () => this.#draw())
    this.#field.addEventListener("keydown", (event) => this.#key(event))
    this.#list.addEventListener("click", (event) => {
      const at = [...this.#list.children].indexOf(event.target.closest("[role=option]"))
      if (at >= 0) this.#go(at)
    })
    dialog.addEventListener("close", () => this.#from?.focus())
  }

  #open() {
    if (this.#dialog.open) return
    this.#from = document.activeElement
    this.#field.value = ""
    this.#dialog.showModal()
    this.#draw()
  }

  #draw() {
    const wanted = this.#field.value.trim().toLocaleLowerCase()
    const isUnread = (link) => "unread" in link.dataset
    this.#links = all("#sidebar-rooms .room-link")
      .filter((link) => link.dataset.name.toLocaleLowerCase().includes(wanted))
      .sort((a, b) => isUnread(b) - isUnread(a))
      .slice(0, MOST)
    this.#list.replaceChildren(...this.#links.map((link, place) => optionOf(link, place)))
    one("#switcher-none").hidden = this.#links.length > 0
    this.#choose(0)
  }

  #choose(place) {
    const count = this.#links.length
    this.#active = count ? (place + count) % count : 0
    all("[role=option]", this.#list).forEach((row, at) => setAttribute(row, "aria-selected", String(at === this.#active)))
    setAttribute(this.#field, "aria-activedescendant", count ? `switch-${this.#active}` : null)
  }

  #key(event) {
    if (event.isComposing) return
    if (event.key === "ArrowDown") this.#choose(this.#active + 1)
    else if (event.key === "ArrowUp") this.#choose(this.#active - 1)
    else if (event.key === "Enter") this.#go(this.#active)
    else return
    event.preventDefault()
  }

  #go(place) {
    const link = this.#links[place]
    this.#from = null
    this.#dialog.close()
    link?.click()
  }
}

function optionOf(link, place) {
  const row = make("li", { class: "switcher__row", role: "option", id: `switch-${place}`, "data-unread": "unread" in link.dataset })
  row.append(...[...link.children].map((child) => child.cloneNode(true)))
  return row
}
