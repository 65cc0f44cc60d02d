/** What comes into the page after a change that it does not know of. */

/** @param {(root: Element) => void} look called with each element that is added, before it is painted */
export function onArrival(look) {
  const watch = (records) => {
    for (const { addedNodes } of records) for (const node of addedNodes) if (node instanceof Element) look(node)
  }
  new MutationObserver(watch).observe(document.body, { childList: true, subtree: true })
}
