/**
 * The one place where a string becomes markup. Everything that passes was rendered and sanitised by the
 * server; text of people is never put together here.
 */
const policy = globalThis.trustedTypes?.createPolicy("chat", {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    if (!url.startsWith("/service-worker.js?")) throw new TypeError("Not a script of ours")
    return url
  },
})

/** The service worker's address, as browsers want it. @param {string} url */
export const workerUrl = (url) => (policy ? policy.createScriptURL(url) : url)

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
