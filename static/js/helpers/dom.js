/** Small helpers over the DOM. No state. */

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement | null} */
export const one = (selector, root = document) => root.querySelector(selector)

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement[]} */
export const all = (selector, root = document) => [...root.querySelectorAll(selector)]

/**
 * Builds an element without markup strings.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes] false and null leave one out
 * @param {...(Node | string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value)
  element.append(...children)
  return element
}

/** Sets, or with false, null and undefined removes. @param {Element} element */
export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name)
  else {
    const text = value === true ? "" : String(value)
    if (element.getAttribute(name) !== text) element.setAttribute(name, text)
  }
}

/** An icon out of the page's sprite. @param {string} name without the prefix */
export function icon(name, { small = false } = {}) {
  const space = "http://www.w3.org/2000/svg"
  const svg = document.createElementNS(space, "svg")
  const use = document.createElementNS(space, "use")
  svg.setAttribute("class", "icon")
  svg.setAttribute("aria-hidden", "true")
  if (small) svg.setAttribute("data-size", "small")
  use.setAttribute("href", `#i-${name}`)
  svg.append(use)
  return svg
}

/** Says something to whoever listens; controllers know each other by these only. */
export function emit(name, detail = {}, target = document) {
  return target.dispatchEvent(new CustomEvent(`chat:${name}`, { detail, bubbles: true, cancelable: true }))
}

/** @param {string} name without the prefix @param {(detail: any, event: CustomEvent) => void} listener */
export function on(name, listener, target = document) {
  target.addEventListener(`chat:${name}`, (event) => listener(event.detail, event))
}

/** A finger rather than a mouse: Enter makes a line, focus stays out of the field. */
export const isCoarse = () => matchMedia("(pointer: coarse)").matches

/** Whether the person can see and reach this page now. */
export const isAttended = () => document.visibilityState === "visible" && document.hasFocus()

/** Whether a key press belongs to a field. @param {EventTarget | null} target */
export function isField(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null
}
