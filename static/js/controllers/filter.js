/** Narrows the list of rooms while typing. */
import { all, on, one } from "chat/helpers/dom.js"

export class FilterController {
  #field

  /** @param {HTMLInputElement} field */
  constructor(field) {
    this.#field = field
    field.addEventListener("input", () => this.#narrow())
    field.addEventListener("keydown", (event) => this.#key(event))
    on("sidebar-drawn", () => this.#narrow())
  }

  #key(event) {
    if (event.key === "Escape" && this.#field.value) {
      event.preventDefault()
      this.#field.value = ""
      this.#narrow()
    } else if (event.key === "Enter") {
      event.preventDefault()
      all("#sidebar-rooms li:not([hidden]) .room-link")[0]?.click()
    }
  }

  #narrow() {
    const wanted = this.#field.value.trim().toLocaleLowerCase()
    let found = 0
    for (const link of all("#sidebar-rooms .room-link")) {
      const fits = !wanted || link.dataset.name.toLocaleLowerCase().includes(wanted)
      link.closest("li").hidden = !fits
      if (fits) found += 1
    }
    one("#rooms-none").hidden = !wanted || found > 0
  }
}
