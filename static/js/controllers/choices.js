/**
 * Choices that take effect at once. `data-submit` sends its form; a form with `data-autosave` is saved with every
 * change and offers the way back, one with `data-quick` is sent without leaving the page, and says its `data-said`. `data-dialog` names the
 * dialog that a button opens, `data-close` closes the one it stands in.
 */
import { emit, one } from "chat/helpers/dom.js"
import { post } from "chat/helpers/http.js"
import { t } from "chat/helpers/i18n.js"

/** What the server draws in another language, or in another zone, after a change. */
const REDRAWS = ["language", "time_zone"]

export class ChoicesController {
  #root
  #saved = new WeakMap()

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root
    for (const form of root.querySelectorAll("form[data-autosave]")) this.#saved.set(form, new FormData(form))
    root.addEventListener("change", ({ target }) => this.#changed(target))
    root.addEventListener("submit", (event) => this.#submitted(event))
    root.addEventListener("click", ({ target }) => this.#clicked(target))
  }

  #changed(field) {
    if (field.matches("[data-submit]")) field.form.requestSubmit()
    if (field.matches("select[name=theme]")) this.#root.dataset.theme = field.value
    if (field.matches("select[name=density]")) this.#root.dataset.density = field.value
    if (field.form?.matches("[data-autosave]")) this.#save(field.form, field.name)
  }

  #submitted(event) {
    if (!event.target.matches("form[data-quick]")) return
    event.preventDefault()
    const { target: form, submitter } = event
    const data = new FormData(form, submitter)
    form.closest("[popover]")?.hidePopover()
    this.#send(form, data, () => emit("toast", { text: form.dataset.said ?? t("Saved.") }))
  }

  #clicked(target) {
    const button = target.closest("[data-dialog], [data-close]")
    if (button?.dataset.dialog) {
      button.closest("[popover]")?.hidePopover()
      one(button.dataset.dialog).showModal()
    } else button?.closest("dialog").close()
  }

  #save(form, name) {
    const before = this.#saved.get(form)
    const data = new FormData(form)
    if (!form.reportValidity()) return
    this.#send(form, data, () => {
      this.#saved.set(form, data)
      if (REDRAWS.includes(name)) return location.reload()
      emit("toast", { text: t("Saved."), label: t("Undo"), act: () => this.#restore(form, before, name) })
    })
  }

  #restore(form, before, name) {
    const field = form.elements[name]
    if (field.type === "checkbox") field.checked = before.has(name)
    else field.value = before.get(name) ?? ""
    field.dispatchEvent(new Event("change", { bubbles: true }))
    field.focus()
  }

  async #send(form, data, done) {
    try {
      await post(form.action, data)
      done()
    } catch (error) {
      emit("toast", { text: error.status ? error.message : t("There is no connection. Try again."), failed: true })
    }
  }
}
