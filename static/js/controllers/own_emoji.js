/** This chat has an emoji more, or one less. Loaded when that happens. */
import { onArrival } from "chat/helpers/arrivals.js"
import { all } from "chat/helpers/dom.js"
import { forgetOwn } from "chat/models/emoji.js"

/** What no longer leads to a picture, with its colons: a row that was rendered before the removal may arrive after it. */
const removed = new Set()
onArrival(spell)

/** @param {{name: string, gone: boolean}} frame @param {import("../models/session.js").Session} session */
export function hear({ name, gone }, { news }) {
  news.addEventListener("frame", forget)
  forgetOwn()
  if (gone) removed.add(`:${name}:`)
  else removed.delete(`:${name}:`)
  spell()
}

// While there was no link, there may be one of that name again.
function forget({ detail }) {
  if (detail.type === "hello") removed.clear()
}

// What shows a removed one is its text again.
function spell() {
  for (const image of all("img.emoji")) if (removed.has(image.alt)) image.replaceWith(image.alt)
}
