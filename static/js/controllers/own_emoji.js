/** This chat has an emoji more, or one less. Loaded when that happens. */
import { all } from "chat/helpers/dom.js"
import { forgetOwn } from "chat/models/emoji.js"

/** What shows a removed one is its text again. @param {{name: string, gone: boolean}} frame */
export function hear({ name, gone }) {
  forgetOwn()
  if (gone) for (const image of all(`img.emoji[alt=":${name}:"]`)) image.replaceWith(image.alt)
}
