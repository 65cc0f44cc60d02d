/** Buttons beside a field: `data-copy` copies its text, `data-reveal` shows a password. Both name it by selector. */
import { copy } from "chat/helpers/clipboard.js"
import { one } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"

/** Milliseconds that "Copied" stands in place of the button's word. */
const THANKS = 2000

export class FieldsController {
  /** @param {Document} page */
  constructor(page) {
    page.addEventListener("click", (event) => {
      const button = event.target.closest("[data-copy], [data-reveal]")
      if (button?.dataset.copy) this.#copy(button, one(button.dataset.copy))
      else if (button) this.#reveal(button, one(button.dataset.reveal))
    })
    // A password that stands open must not travel as a plain text field into the browser's memory of forms.
    page.addEventListener("submit", () => {
      for (const button of page.querySelectorAll("[data-reveal][aria-pressed=true]")) this.#reveal(button, one(button.dataset.reveal))
    })
  }

  async #copy(button, field) {
    field.select()
    if (!(await copy(field.value))) return
    const word = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())
    if (!word || button.dataset.thanked) return
    const before = word.data
    button.dataset.thanked = "true"
    word.data = button.dataset.done ?? t("Copied")
    setTimeout(() => {
      word.data = before
      delete button.dataset.thanked
    }, THANKS)
  }

  #reveal(button, field) {
    const shown = field.type === "password"
    field.type = shown ? "text" : "password"
    button.setAttribute("aria-pressed", String(shown))
  }
}
