/** What a message's row says about itself in its data attributes. */

/**
 * @typedef {{id: number, seq: number, changed: number, clientId: string | null, author: number, at: Date,
 *   kind: string, mentions: number[], replyTo: number | null, edited: Date | null, deleted: boolean,
 *   pinned: boolean, reactions: [string, number[]][], system: object | null}} Facts
 */

/** @param {HTMLElement} article @returns {Facts} */
export function factsOf({ dataset: data }) {
  return {
    id: Number(data.id),
    seq: Number(data.seq),
    changed: Number(data.changed),
    clientId: data.clientId || null,
    author: Number(data.author),
    at: new Date(data.ts),
    kind: data.kind,
    mentions: (data.mentions ?? "").split(" ").filter(Boolean).map(Number),
    replyTo: Number(data.replyTo) || null,
    edited: data.edited ? new Date(data.edited) : null,
    pinned: "pinned" in data,
    deleted: data.state === "deleted",
    reactions: JSON.parse(data.reactions || "[]"),
    system: data.system ? JSON.parse(data.system) : null,
  }
}

/**
 * Whether an event brings a message that was not there before.
 * @param {{type: string, message?: {seq: number}}} event @param {number} [from] of the batch that it is in: what came and
 * changed within one batch is in it as it is now
 */
export const isNew = ({ type, message }, from) => type === "message.created" || (type === "message.updated" && message.seq > from)

const BLOCKS = new Set("ADDRESS BLOCKQUOTE BR DD DIV DL DT H1 H2 H3 H4 H5 H6 HR LI OL P PRE TABLE TD TH TR UL".split(" "))
const LENGTH = 120

/** The text of a body as one line; what the page adds to it is left out. @param {Element | null} body */
export function textOf(body) {
  return body ? collect(body).replace(/\s+/g, " ").trim() : ""
}

/** At most 120 characters. @param {string} text */
export function cut(text) {
  const characters = [...text]
  return characters.length > LENGTH ? `${characters.slice(0, LENGTH - 1).join("")}…` : text
}

function collect(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data
  if (node.nodeType !== Node.ELEMENT_NODE) return ""
  const text = [...node.childNodes].map((child) => (child.dataset?.word ? "" : collect(child))).join("")
  return BLOCKS.has(node.tagName) ? `${text} ` : text
}
