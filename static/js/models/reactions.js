/** The chips under a message. A chip that stays is kept, and so is the focus on it. */
import { icon, make, setAttribute } from "chat/helpers/dom.js"
import { number, t } from "chat/helpers/i18n.js"

/**
 * @param {HTMLElement} article @param {[string, number[]][]} reactions emoji and the people's ids
 * @param {{viewer: number, mayAdd: boolean}} options
 */
export function drawReactions(article, reactions, { viewer, mayAdd }) {
  let slot = article.querySelector(":scope > .reactions")
  if (!reactions.length) return slot?.remove()
  if (!slot) {
    slot = make("div", { class: "reactions" })
    article.querySelector(":scope > .message__body").after(slot)
  }
  const old = new Map([...slot.children].map((chip) => [chip.dataset.emoji ?? "", chip]))
  const chips = reactions.map(([emoji, people]) => draw(old.get(emoji), emoji, people.length, people.includes(viewer)))
  if (mayAdd) chips.push(old.get("") ?? addButton())
  for (const chip of [...slot.children]) if (!chips.includes(chip)) chip.remove()
  chips.forEach((chip, place) => { if (slot.children[place] !== chip) slot.insertBefore(chip, slot.children[place]) })
}

function draw(chip, emoji, count, mine) {
  const button = chip ?? make("button", { type: "button", class: "reaction", "data-emoji": emoji, tabindex: -1 }, ...drawn(emoji), make("span"))
  setAttribute(button, "aria-pressed", String(mine))
  const values = { emoji, count: number(count) }
  setAttribute(button, "aria-label", mine ? t("%(emoji)s, %(count)s, with you", values) : t("%(emoji)s, %(count)s", values))
  const label = button.querySelector("span")
  if (label.textContent !== values.count) label.textContent = values.count
  return button
}

// One of this chat's own is named; its address leads to its picture, while there is one.
function drawn(emoji) {
  return emoji[0] === ":" ? [make("img", { class: "emoji", src: `/emoji/${emoji.slice(1, -1)}/`, alt: emoji }), " "] : [`${emoji} `]
}

function addButton() {
  return make("button", { type: "button", class: "reaction", "data-act": "react", "aria-label": t("Add reaction"), tabindex: -1 },
    icon("react", { small: true }))
}
