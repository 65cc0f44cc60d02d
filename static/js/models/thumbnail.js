/** A small picture of a file that is still on this device, drawn: no address is made that a page could load. */
import { icon, make } from "chat/helpers/dom.js"

const SIDE = 96
/** Decoding costs memory by the pixel; who sends larger ones sees an icon. */
const LARGEST = 40 * 2 ** 20

/** What stands for a file. @param {{file: File | null, type: string, size: number}} upload @returns {HTMLElement} */
export function thumbnail({ file, type, size }) {
  const place = make("span", { class: "chip__face", "aria-hidden": "true" }, icon("file"))
  if (file && type.startsWith("image/") && size <= LARGEST) draw(file, place).catch(() => {})
  return place
}

async function draw(file, place) {
  const bitmap = await createImageBitmap(file)
  const scale = SIDE / Math.min(bitmap.width, bitmap.height)
  const canvas = make("canvas", { width: SIDE, height: SIDE })
  const [width, height] = [bitmap.width * scale, bitmap.height * scale]
  canvas.getContext("2d").drawImage(bitmap, (SIDE - width) / 2, (SIDE - height) / 2, width, height)
  bitmap.close()
  place.replaceChildren(canvas)
}
