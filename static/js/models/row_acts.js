/** What is wanted now and then of a message: to quote, pin or save it, to take its card away, to go to another day. */
import { emit, one } from "chat/helpers/dom.js"
import { fill, post } from "chat/helpers/http.js"
import { t } from "chat/helpers/i18n.js"

/**
 * Throws HttpError where the server refuses.
 * @param {"day" | "quote" | "pin" | "unpin" | "save" | "unsave" | "unlink"} act @param {object} row @param {import("./session.js").Session} session
 */
export async function perform(act, row, session) {
  if (act === "quote") return quote(row, session)
  if (act === "day") return askDay(session.room.decorator.dayOf(row.at))
  const [address, field] = DOORS[act]
  await post(fill(session.urls[address], { room: session.room.id, message: row.id }), { [field]: act.startsWith("un") ? "0" : "1" })
  if (field === "saved") session.saved[act === "save" ? "add" : "delete"](row.id)
  emit("toast", { text: SAID[act]() })
}

const DOORS = {
  pin: ["pin_message", "pinned"], unpin: ["pin_message", "pinned"],
  save: ["save_message", "saved"], unsave: ["save_message", "saved"], unlink: ["remove_preview", "shown"],
}
const SAID = {
  pin: () => t("Pinned for everyone in the room."), unpin: () => t("Not pinned any more."),
  save: () => t("Saved for you."), unsave: () => t("Not saved any more."),
  unlink: () => t("The preview is gone."),
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
