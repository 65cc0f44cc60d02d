/** A button to copy a block of code: one for all, on the block that is pointed at or focused. Loaded with the first. */
import { emit, icon, make, on } from "chat/helpers/dom.js"
import { copy } from "chat/helpers/clipboard.js"
import { t } from "chat/helpers/i18n.js"

export class CopyCodeController {
  #button
  #block = null

  constructor() {
    this.#button = make("button", { type: "button", class: "button copy-code", "data-icon": "", "aria-label": t("Copy code") }, icon("copy", { small: true }))
    this.#button.addEventListener("click", () => this.#copy())
    on("rows", () => { if (!this.#block?.isConnected) this.#button.remove() })
  }

  /** @param {HTMLPreElement} block that is pointed at */
  follow(block) {
    if (block === this.#block && this.#button.isConnected) return
    this.#block = block
    const article = block.closest(".message")
    article.append(this.#button)
    const [inner, outer] = [block.getBoundingClientRect(), article.getBoundingClientRect()]
    const end = document.dir === "rtl" ? inner.left - outer.left : outer.right - inner.right
    Object.assign(this.#button.style, { insetBlockStart: `${inner.top - outer.top + 4}px`, insetInlineEnd: `${end + 4}px` })
  }

  async #copy() {
    emit("toast", (await copy(this.#block.innerText)) ? { text: t("Copied") } : { failed: true })
  }
}
