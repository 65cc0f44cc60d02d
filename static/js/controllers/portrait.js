/** A picture of oneself: cut to a square and made small before it is sent, and shown as the others will see it. */
import { make, one } from "chat/helpers/dom.js"

/** Pixels a side: twice what the server keeps. */
const SIDE = 512

for (const form of document.querySelectorAll("[data-picture]")) prepare(form)

function prepare(form) {
  const field = one("[type=file]", form)
  let cutting = null
  field.addEventListener("change", () => {
    const mine = cut(form, field).catch(() => {}).finally(() => { if (cutting === mine) cutting = null })
    cutting = mine
  })
  // Who is quicker than the cut waits for it, or a large photograph would be sent whole.
  form.addEventListener("submit", (event) => {
    if (!cutting) return
    event.preventDefault()
    cutting.then(() => form.requestSubmit(event.submitter))
  })
}

// What this browser cannot read goes as it is: the server knows what to say of it.
async function cut(form, field) {
  const [file] = field.files
  if (!file) return
  const whole = await createImageBitmap(file)
  const side = Math.min(whole.width, whole.height)
  const square = make("canvas", { width: SIDE, height: SIDE })
  square.getContext("2d").drawImage(whole, (whole.width - side) / 2, (whole.height - side) / 2, side, side, 0, 0, SIDE, SIDE)
  whole.close()
  const blob = await new Promise((done) => square.toBlob(done, "image/webp", 0.92))
  if (!blob || field.files[0] !== file) return
  const bag = new DataTransfer()
  bag.items.add(new File([blob], file.name, { type: blob.type }))
  field.files = bag.files
  show(one(".avatar", form), square)
}

function show(avatar, square) {
  one("img, canvas", avatar)?.remove()
  avatar.append(square)
}
