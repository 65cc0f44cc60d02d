/**
 * The one place where a string becomes markup. Everything that passes was rendered and sanitised by the
 * server; text of people is never put together here.
 */
const policy = globalThis.trustedTypes?.createPolicy("chat", { createHTML: (html) => html })

/** @param {string} html @returns {DocumentFragment} */
export function parse(html) {
  const template = document.createElement("template")
  template.innerHTML = policy ? policy.createHTML(html) : html
  return template.content
}

/** @param {string} html one element @returns {HTMLElement} */
export function parseOne(html) {
  const element = parse(html).firstElementChild
  if (!(element instanceof HTMLElement)) throw new TypeError("A fragment without an element")
  return element
}
