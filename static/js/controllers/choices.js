/** Choices that take effect at once: `data-submit` sends its form, and the settings show what they would do. */
export class ChoicesController {
  /** @param {HTMLElement} root */
  constructor(root) {
    root.addEventListener("change", ({ target }) => {
      if (target.matches("[data-submit]")) target.form.requestSubmit()
      else if (target.matches("select[name=theme]")) root.dataset.theme = target.value
      else if (target.matches("select[name=density]")) root.dataset.density = target.value
    })
  }
}
