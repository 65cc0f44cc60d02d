/** Moving in an open menu. */

/** Arrows, Home and End move the focus; anything else is left alone. @param {KeyboardEvent} event @param {HTMLElement[]} items */
export function roves(event, items) {
  const at = items.indexOf(document.activeElement)
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key]
  if (next === undefined || !items.length) return
  event.preventDefault()
  items[(next + items.length) % items.length].focus()
}
