/** The mention that is being typed in a text, if one is. Pure. */

const WORD = /(?:^|\s)@([\p{L}\p{N}._-]{0,32})$/u

/**
 * @param {string} text @param {number} caret
 * @returns {{query: string, start: number} | null} `start`: where the "@" stands
 */
export function mentionAt(text, caret) {
  const found = WORD.exec(text.slice(0, caret))
  return found ? { query: found[1], start: caret - found[1].length - 1 } : null
}

/** @returns {{text: string, caret: number}} the text with the handle in place of what was typed */
export function insertMention(text, caret, start, handle) {
  const before = `${text.slice(0, start)}@${handle} `
  return { text: before + text.slice(caret).replace(/^ /, ""), caret: before.length }
}
