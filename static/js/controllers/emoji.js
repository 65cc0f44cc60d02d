/** Opens the picker where it is wanted, and writes what was picked into the field that asked. */
import { emit, on, one } from "chat/helpers/dom.js"

export class EmojiController {
  #picker = null

  /** @param {HTMLElement} element @param {import("../models/session.js").Session} session */
  constructor(element, session) {
    on("pick-emoji", async (wish) => {
      this.#picker ??= import("chat/controllers/picker.js").then(({ PickerController }) => new PickerController(element, session))
      const picker = await this.#picker
      await picker.open(wish)
    })
    document.addEventListener("click", ({ target }) => {
      const source = target.closest("[data-emoji-for]")
      if (source) emit("pick-emoji", { source, chosen: (emoji) => insert(one(source.dataset.emojiFor), emoji) })
    })
  }
}

function insert(field, emoji) {
  field.focus()
  field.setRangeText(emoji, field.selectionStart, field.selectionEnd, "end")
  field.dispatchEvent(new Event("input", { bubbles: true }))
}
