/** Keeping a reader's place while rows above change. The scroller has `overflow-anchor: none`. */

/**
 * @param {Element} scroller @param {Element[]} rows in order, each with a box
 * @returns {{element: Element, top: number} | null} the first row whose top edge is in view
 */
export function measure(scroller, rows) {
  const edge = scroller.getBoundingClientRect().top
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle].getBoundingClientRect().top < edge) low = middle + 1
    else high = middle
  }
  const element = rows[Math.min(low, rows.length - 1)]
  return element ? { element, top: element.getBoundingClientRect().top - edge } : null
}

/** Scrolls so that the row stands where it stood; does nothing when it is gone. */
export function restore(scroller, anchor) {
  if (!anchor?.element.isConnected) return
  const top = anchor.element.getBoundingClientRect().top - scroller.getBoundingClientRect().top
  const shift = top - anchor.top
  if (Math.abs(shift) > 0.5) scroller.scrollTop += shift
}

/** Pixels between what is in view and the end. */
export const toEnd = (scroller) => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop
