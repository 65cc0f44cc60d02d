/** Small conveniences of any page: copy buttons, shown passwords, choices that take effect at once. */
import { one, setAttribute } from "chat/helpers/dom.js"
import { copy } from "chat/helpers/clipboard.js"
import { t } from "chat/helpers/i18n.js"

const DONE_FOR = 2_000

export class PageController {
  #root

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root
    root.addEventListener("click", ({ target }) => this.#click(target))
    root.addEventListener("change", ({ target }) => this.#change(target))
  }

  #click(target) {
    const copying = target.closest("[data-copy]")
    const revealing = target.closest("[data-reveal]")
    if (copying) this.#copy(copying)
    else if (revealing) this.#reveal(revealing)
  }

  async #copy(button) {
    const field = one(button.dataset.copy)
    if (!(await copy(field.value))) return field.select()
    const text = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())
    if (!text || button.dataset.was) return
    button.dataset.was = text.data
    text.data = button.dataset.done || t("Copied")
    setTimeout(() => {
      text.data = button.dataset.was
      delete button.dataset.was
    }, DONE_FOR)
  }

  #reveal(button) {
    const field = one(button.dataset.reveal)
    const shown = field.type === "password"
    field.type = shown ? "text" : "password"
    setAttribute(button, "aria-pressed", String(shown))
  }

  #change(target) {
    if (target.matches("[data-submit]")) target.form.requestSubmit()
    // The settings show what they would do before they are saved.
    else if (target.matches("select[name=theme]")) this.#root.dataset.theme = target.value
    else if (target.matches("select[name=density]")) this.#root.dataset.density = target.value
  }
}
