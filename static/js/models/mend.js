/**
 * Brings a row that is shown to the state of a fresh fragment, and touches only what differs: the element, its
 * focus, an open menu and a selection in an unchanged part survive.
 */
const KEPT_ATTRIBUTES = ["tabindex", "data-active", "data-target", "data-editing"]
/** Parts that the decorator fills from facts, so that comparing them with an empty slot says nothing. */
const FILLED = ["message__time", "reactions"]
const OURS = ["toolbar", "edit", "copy-code"]

/** @param {HTMLElement} article @param {HTMLElement} fresh a neutral article of the same message */
export function mend(article, fresh) {
  mendAttributes(article, fresh)
  const parts = new Map([...article.children].map((part) => [nameOf(part), part]))
  let last = null
  for (const part of [...fresh.children]) {
    const old = parts.get(nameOf(part))
    parts.delete(nameOf(part))
    const kept = old && isSame(old, part) ? old : part
    if (old && kept !== old) old.replaceWith(part)
    else if (!old && last) last.after(part)
    else if (!old) article.prepend(part)
    last = kept
  }
  for (const [name, part] of parts) if (!OURS.includes(name) && name !== "reactions") part.remove()
}

function mendAttributes(article, fresh) {
  const names = new Set([...article.attributes, ...fresh.attributes].map(({ name }) => name))
  for (const name of names) {
    if (KEPT_ATTRIBUTES.includes(name)) continue
    const value = fresh.getAttribute(name)
    if (value === null) article.removeAttribute(name)
    else if (article.getAttribute(name) !== value) article.setAttribute(name, value)
  }
}

const nameOf = (part) => part.classList[0] ?? part.tagName

function isSame(old, part) {
  const name = nameOf(part)
  if (name === "message__time") return old.getAttribute("href") === part.getAttribute("href")
  if (name === "message__quote") return old.dataset.quote === part.dataset.quote
  if (FILLED.includes(name)) return true
  return neutral(old).isEqualNode(neutral(part))
}

function neutral(part) {
  const copy = part.cloneNode(true)
  for (const slot of [copy, ...copy.querySelectorAll("[data-word]")]) {
    if (!slot.dataset.word) continue
    slot.replaceChildren()
    slot.removeAttribute("title")
  }
  for (const stop of copy.querySelectorAll("a, audio, video, .excerpt")) {
    stop.removeAttribute("tabindex")
    stop.removeAttribute("aria-expanded")
    if (stop.className === "excerpt prose") stop.remove()
  }
  for (const mention of copy.querySelectorAll(".mention[data-me]")) mention.removeAttribute("data-me")
  return copy
}
