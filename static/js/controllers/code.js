/** Code that is pointed at or focused can be copied. */

export class CodeController {
  #copier = null

  /** @param {HTMLElement} box the timeline */
  constructor(box) {
    for (const name of ["pointerover", "focusin"]) box.addEventListener(name, ({ target }) => this.#follow(target.closest?.(".message pre")))
  }

  async #follow(block) {
    if (!block) return
    this.#copier ??= import("chat/controllers/copy_code.js").then(({ CopyCodeController }) => new CopyCodeController())
    ;(await this.#copier).follow(block)
  }
}
