/** The device's memory. It may be full or spoilt, and nothing may fail for that: what is in hand stays in hand. */

/** Only what is of the fallback's kind. @template T @param {Storage} storage @param {string} key @param {T} fallback @returns {T} */
export function load(storage, key, fallback) {
  try {
    const value = JSON.parse(storage.getItem(key) ?? "")
    return kindOf(value) === kindOf(fallback) ? value : fallback
  } catch {
    return fallback
  }
}

/** @param {Storage} storage @param {string} key @param {unknown} value */
export function keep(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value))
  } catch (error) {
    console.warn("Nothing more can be kept on this device.", error)
  }
}

function kindOf(value) {
  if (value === null) return "nothing"
  return Array.isArray(value) ? "list" : typeof value
}
