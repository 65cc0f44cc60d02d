/** Whether somebody wants to be left alone now. Pure. */

/**
 * @param {{quiet_from: string, quiet_to: string, paused_until: string, direct_through: boolean}} preferences
 * @param {Date} now @param {string} clock the time of day there, "HH:MM"
 * @returns {{reason: "" | "paused" | "quiet", until: string}} `until`: ISO 8601 of a pause, "HH:MM" of quiet hours
 */
export function quietAt({ quiet_from: from, quiet_to: to, paused_until: paused }, now, clock) {
  if (paused && new Date(paused) > now) return { reason: "paused", until: paused }
  if (!from || !to || from === to) return { reason: "", until: "" }
  const within = from < to ? clock >= from && clock < to : clock >= from || clock < to
  return within ? { reason: "quiet", until: to } : { reason: "", until: "" }
}

/**
 * Whether a message is worth a word, by the room's level; a conversation of one's own counts like a mention.
 * @param {{author: number, kind: string, mentions: number[]}} message @param {number} viewer
 * @param {{level: string, direct: boolean}} room
 */
export function concerns(message, viewer, { level, direct }) {
  if (message.author === viewer || message.kind === "system") return false
  if (level === "nothing" || level === "hidden") return false
  return level === "all" || direct || message.mentions.includes(viewer)
}
