/** A row in one sentence, for screen readers. */
import { ngettext, t } from "chat/helpers/i18n.js"
import { cut, textOf } from "chat/models/facts.js"

const WORDS = { bot: () => t("bot"), guest: () => t("guest"), moderator: () => t("moderator"),
  administrator: () => t("administrator"), edited: () => t("edited"), deleted: () => t("Message deleted"), pinned: () => t("Pinned"), preview: () => t("Preview"),
  hidden: () => t("Hidden while a moderator looks at it"), held: () => t("Held until a moderator has looked at it") }

/** What a slot of a row says. @param {string} name of its `data-word` */
export const wordOf = (name) => WORDS[name]?.() ?? ""

/** @param {object} row @param {string} time as shown @param {number} viewer */
export function labelOf(row, time, viewer) {
  const { article } = row
  const body = article.querySelector(":scope > .message__body")
  if (row.deleted) return [time, wordOf(body?.dataset.word ?? "deleted")].join(", ")
  if (row.kind === "system") return [time, body?.textContent ?? ""].join(", ")
  const count = row.reactions.reduce((sum, [, people]) => sum + people.length, 0)
  const role = article.querySelector(":scope > .message__head > .tag")
  return [
    article.querySelector(".message__author")?.textContent,
    role && wordOf(role.dataset.word),
    time,
    cut(textOf(body)),
    attachments(article),
    count && ngettext("%(count)s reaction", "%(count)s reactions", count),
    row.edited && wordOf("edited"),
    row.pinned && wordOf("pinned").toLowerCase(),
    row.author !== viewer && row.mentions.includes(viewer) && t("mentions you"),
  ].filter(Boolean).join(", ")
}

/** The names of the files that a row carries. @param {HTMLElement} article @returns {string[]} */
export const fileNames = (article) => [...article.querySelectorAll(".files :is(img, .file__name)")].map(({ alt, textContent }) => alt ?? textContent)

/** How many they are, and which. @param {HTMLElement} article */
export function attachments(article) {
  const names = fileNames(article)
  return names.length ? ngettext("%(count)s attachment: %(names)s", "%(count)s attachments: %(names)s", names.length, { names: cut(names.join(", ")) }) : ""
}
