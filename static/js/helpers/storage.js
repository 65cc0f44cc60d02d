/** The device's memory. It may be full, and nothing may fail for that: what is in hand stays in hand. */

/** @template T @param {Storage} storage @param {string} key @param {T} fallback @returns {T} */
export function load(storage, key, fallback) {
  try {
    return JSON.parse(storage.getItem(key) ?? "") ?? fallback
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
