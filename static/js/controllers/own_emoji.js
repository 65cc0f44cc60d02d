/** This chat has an emoji more, or one less. Loaded when that happens. */
import { onArrival } from "chat/helpers/arrivals.js"
import { all } from "chat/helpers/dom.js"
import { forgetOwn } from "chat/models/emoji.js"

/** Names that lead nowhere: a row that was rendered before the removal may arrive after it. */
const removed = new Set()
onArrival((root) => { for (const name of removed) spell(name, root) })

/** @param {{name: string, gone: boolean}} frame @param {import("../models/session.js").Session} session */
export function hear({ name, gone }, { news }) {
  news.addEventListener("frame", forget)
  forgetOwn()
  if (!gone) removed.delete(name)
  else {
    removed.add(name)
    spell(name, document)
  }
}

// While there was no link, there may be one of that name again.
function forget({ detail }) {
  if (detail.type === "hello") removed.clear()
}

// What shows it is its text again.
function spell(name, root) {
  for (const image of all(`img.emoji[alt=":${name}:"]`, root)) image.replaceWith(image.alt)
}
