/** Sizes of files as people say them: "840 kB", "1.8 MB"; the twin of chat/templatetags/files.py. */

const UNITS = ["kB", "MB", "GB"]

/** @param {number} bytes */
export function fileSize(bytes) {
  if (bytes < 1000) return `${bytes} B`
  let value = bytes
  let unit = -1
  // 999.6 kB would be written as 1000 kB.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}
