/** How long something still lasts, in its largest unit; below two hours as a clock. */
import { ngettext } from "chat/helpers/i18n.js"

const MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR

/** @param {number} ms @returns {string} as "3 days", "5 hours", "9:59" */
export function remaining(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  if (seconds >= 2 * DAY) return ngettext("%(count)s day", "%(count)s days", Math.floor(seconds / DAY))
  if (seconds >= 2 * HOUR) return ngettext("%(count)s hour", "%(count)s hours", Math.floor(seconds / HOUR))
  return `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, "0")}`
}
