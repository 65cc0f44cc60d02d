/** What is wanted now and then of a message: to quote, pin or save it, or to go from its day to another. */
import { emit, one } from "chat/helpers/dom.js"
import { fill, post } from "chat/helpers/http.js"
import { t } from "chat/helpers/i18n.js"

/**
 * Throws HttpError where the server refuses.
 * @param {"day" | "quote" | "pin" | "unpin" | "save" | "unsave"} act @param {object} row @param {import("./session.js").Session} session
 */
export async function perform(act, row, session) {
  if (act === "quote") return quote(row, session)
  if (act === "day") return askDay(session.room.decorator.dayOf(row.at))
  const { pin_message: pinning, save_message: saving } = session.urls
  const isPin = act === "pin" || act === "unpin"
  const url = fill(isPin ? pinning : saving, { room: session.room.id, message: row.id })
  await post(url, { [isPin ? "pinned" : "saved"]: act.startsWith("un") ? "0" : "1" })
  if (!isPin) session.saved[act === "save" ? "add" : "delete"](row.id)
  emit("toast", { text: SAID[act]() })
}

const SAID = {
  pin: () => t("Pinned for everyone in the room."), unpin: () => t("Not pinned any more."),
  save: () => t("Saved for you."), unsave: () => t("Not saved any more."),
}

function askDay(day) {
  one("#dialog-day [name=on]").value = day
  one("#dialog-day").showModal()
}

// Into the composer, behind what stands there; whom it answers stays.
function quote(row, session) {
  const lines = wordsOf(row).split("\n").map((line) => `> ${line}`.trimEnd())
  const { replyTo } = session.drafts.get(session.room.id)
  emit("compose", { text: `${lines.join("\n")}\n\n`, replyTo })
}

// What is selected of it, else all of it; what the page has added is left out.
function wordsOf({ article }) {
  const body = one(".message__body", article)
  const selection = getSelection()
  const selected = selection.rangeCount && body.contains(selection.getRangeAt(0).commonAncestorContainer) ? selection.toString().trim() : ""
  if (selected) return selected
  const parts = [...body.childNodes].filter((part) => !part.dataset?.word)
  return parts.map((part) => (part.innerText ?? part.textContent).trim()).filter(Boolean).join("\n\n")
}
