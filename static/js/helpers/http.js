/** JSON and fragments over HTTP. */

/** An answer that is not a success. `status` 0 means that none came. */
export class HttpError extends Error {
  /** @param {number} status @param {{code?: string, detail?: string, retry_after?: number}} [body] */
  constructor(status, body = {}) {
    super(body.detail || `HTTP ${status}`)
    this.status = status
    this.code = body.code || ""
    this.retryAfter = body.retry_after || 0
  }
}

/** Fills the `{name}` places of an address that the server gave. */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? encodeURIComponent(values[name]) : whole))
}

/** @param {string} url @param {Record<string, string | number>} [query] */
export async function getJson(url, query = {}, { signal } = {}) {
  const response = await ask(url, query, "application/json", signal)
  return response.json()
}

/** @param {string} url @param {Record<string, string | number>} [query] */
export async function getText(url, query = {}, { signal } = {}) {
  const response = await ask(url, query, "text/html", signal)
  return response.text()
}

async function ask(url, query, accept, signal) {
  const address = new URL(url, location.href)
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, String(value))
  const headers = { Accept: accept, "X-Requested-With": "fetch" }
  const response = await fetch(address, { headers, credentials: "same-origin", signal })
    .catch((error) => { throw error.name === "AbortError" ? error : new HttpError(0) })
  if (response.ok && !response.redirected) return response
  throw new HttpError(response.redirected ? 401 : response.status, await response.json().catch(() => ({})))
}

/**
 * Does what a form would do. Throws HttpError with the server's words where it is refused.
 * @param {string} url @param {FormData | Record<string, string>} data
 */
export async function post(url, data) {
  const body = new URLSearchParams(data instanceof FormData ? data : Object.entries(data))
  if (!body.has("csrfmiddlewaretoken")) body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "")
  const headers = { Accept: "application/json", "X-Requested-With": "fetch" }
  const response = await fetch(url, { method: "POST", body, headers, credentials: "same-origin" })
    .catch(() => { throw new HttpError(0) })
  if (!response.ok || response.redirected) throw new HttpError(response.status, await response.json().catch(() => ({})))
}
