/** What is being typed in a text that could be completed: a mention, or an emoji's shortcode. Pure. */

const MENTION = /(?:^|\s)@([\p{L}\p{N}._-]{0,32})$/u
const EMOJI = /(?:^|\s):([\p{L}\p{N}_+-]{2,32})$/u

/**
 * @param {string} text @param {number} caret
 * @returns {{kind: "mention" | "emoji", query: string, start: number} | null} `start`: where the "@" or ":" stands
 */
export function suggestionAt(text, caret) {
  const before = text.slice(0, caret)
  const mention = MENTION.exec(before)
  const found = mention ?? EMOJI.exec(before)
  return found && { kind: mention ? "mention" : "emoji", query: found[1], start: caret - found[1].length - 1 }
}

/** @returns {{text: string, caret: number}} the text with `word` and a space in place of what was typed */
export function complete(text, caret, start, word) {
  const before = `${text.slice(0, start)}${word} `
  return { text: before + text.slice(caret).replace(/^ /, ""), caret: before.length }
}
