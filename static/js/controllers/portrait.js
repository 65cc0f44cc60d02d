/** A picture of oneself: cut to a square and made small before it is sent, and shown as the others will see it. */
import { make, one } from "chat/helpers/dom.js"

/** Pixels a side: twice what the server keeps. */
const SIDE = 512

export class PortraitController {
  #form
  #field
  #cutting = null

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#form = form
    this.#field = one("[type=file]", form)
    this.#field.addEventListener("change", () => this.#begin())
    // Who is quicker than the cut waits for it, or a large photograph would be sent whole.
    form.addEventListener("submit", (event) => {
      if (!this.#cutting) return
      event.preventDefault()
      this.#cutting.then(() => form.requestSubmit(event.submitter))
    })
    // Chosen before this was loaded, or before the reader came back here.
    this.#begin()
  }

  // What this browser cannot read goes as it is: the server knows what to say of it.
  #begin() {
    const [file] = this.#field.files
    if (!file) return
    const mine = this.#cut(file).catch(() => {}).finally(() => { if (this.#cutting === mine) this.#cutting = null })
    this.#cutting = mine
  }

  async #cut(file) {
    const whole = await createImageBitmap(file)
    const side = Math.min(whole.width, whole.height)
    const square = make("canvas", { width: SIDE, height: SIDE })
    square.getContext("2d").drawImage(whole, (whole.width - side) / 2, (whole.height - side) / 2, side, side, 0, 0, SIDE, SIDE)
    whole.close()
    const blob = await new Promise((done) => square.toBlob(done, "image/webp", 0.92))
    if (!blob || this.#field.files[0] !== file) return
    const bag = new DataTransfer()
    bag.items.add(new File([blob], file.name, { type: blob.type }))
    this.#field.files = bag.files
    this.#show(square)
  }

  #show(square) {
    const avatar = one(".avatar", this.#form)
    one("img, canvas", avatar)?.remove()
    avatar.append(square)
  }
}
