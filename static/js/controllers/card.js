/** A fragment of the server in the one dialog for such, and what is sent from there. Loaded with the first. */
import { emit, one } from "chat/helpers/dom.js"
import { parse } from "chat/helpers/html.js"
import { getText, post } from "chat/helpers/http.js"
import { t } from "chat/helpers/i18n.js"

export class CardController {
  #dialog
  #source = null

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.#dialog = dialog
    dialog.addEventListener("submit", (event) => this.#submit(event))
    dialog.addEventListener("close", () => this.#closed())
  }

  /** @param {string} url of the fragment @param {HTMLElement} source where the focus returns to */
  async show(url, source) {
    const html = await getText(url).catch(() => null)
    if (html === null) return emit("toast", { text: t("That is not here any more."), failed: true })
    this.#source = source
    one("[data-slot=body]", this.#dialog).replaceChildren(parse(html))
    const name = one("h2", this.#dialog)
    if (name) this.#dialog.setAttribute("aria-labelledby", name.id)
    if (!this.#dialog.open) this.#dialog.showModal()
  }

  // What it quoted may be deleted later: nothing of it stays in the page.
  #closed() {
    one("[data-slot=body]", this.#dialog).replaceChildren()
    this.#source?.focus?.({ preventScroll: true })
  }

  // Reports are sent from here; what leads elsewhere goes its own way.
  async #submit(event) {
    const form = event.target
    if (form.method === "dialog" || !form.querySelector("[name=reason]")) return
    event.preventDefault()
    try {
      await post(form.action, new FormData(form))
      this.#dialog.close()
      emit("toast", { text: t("Thank you. A moderator will look at it.") })
    } catch (error) {
      emit("toast", { text: error.message, failed: true })
    }
  }
}
