/** What comes into the page after a change that it does not know of. */

/** @param {() => void} look called when elements, or other pictures in their place, have come: before they are painted */
export function onArrival(look) {
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributeFilter: ["src"] })
}
