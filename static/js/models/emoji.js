/** All emoji, fetched when somebody first looks for one; the ones used lately are kept on the device. */
import { getJson } from "chat/helpers/http.js"
import { keep, load } from "chat/helpers/storage.js"

/** @typedef {{text: string, code: string, words: string, toned: boolean}} Emoji */

const RECENT = "chat:emoji"
const MOST_RECENT = 16
const TONES = ["", "🏻", "🏼", "🏽", "🏾", "🏿"]
/** What people reach for; the rest is a search away. */
const COMMON = ("👍 👎 👏 🙌 🙏 💪 👋 👌 🤝 ✌️ 🤞 👀 😀 😃 😄 😁 😅 😂 🤣 😊 🙂 🙃 😉 😍 😘 😋 😎 🤔 🤨 😐 😬 🙄 😴 😢 😭 😤 😱 😳 🥳 🤯 🤗 🤷 🤦 "
  + "❤️ 💔 💯 ✅ ❌ ❓ ❗ ⚠️ 🔥 ✨ ⭐ 🎉 🎂 🎁 🚀 💡 📌 📎 📅 📈 🐛 🔒 ☕ 🍕 🍻 🌞 🌧️ 🌈").split(" ")

let table = null

/** @param {string} url @returns {Promise<Emoji[]>} */
export async function allEmoji(url) {
  table ??= getJson(url).then(({ emoji }) => emoji.map(([text, code, words, toned]) => ({ text, code, words, toned })))
  try {
    return await table
  } catch (error) {
    table = null
    throw error
  }
}

/**
 * Those whose code or words begin with what was typed come first.
 * @param {Emoji[]} emoji @param {string} query @param {number} most
 */
export function search(emoji, query, most) {
  const wanted = query.trim().toLocaleLowerCase().replaceAll("_", " ")
  const rank = ({ words }) => (words.startsWith(wanted) ? 0 : words.includes(` ${wanted}`) ? 1 : words.includes(wanted) ? 2 : 3)
  return emoji.map((each) => [rank(each), each]).filter(([at]) => at < 3).sort(([a], [b]) => a - b).slice(0, most).map(([, each]) => each)
}

/** Before anything was typed: the ones used lately, then the usual. @param {Emoji[]} emoji */
export function usual(emoji) {
  const known = new Map(emoji.map((each) => [each.text, each]))
  return [...new Set([...load(localStorage, RECENT, []), ...COMMON])].map((text) => known.get(text)).filter(Boolean)
}

/** @param {Emoji} emoji */
export function used({ text }) {
  keep(localStorage, RECENT, [...new Set([text, ...load(localStorage, RECENT, [])])].slice(0, MOST_RECENT))
}

/** @param {Emoji} emoji @param {number} skin 0 to 5 */
export function inTone({ text, toned }, skin) {
  if (!toned || !skin) return text
  const [first, ...rest] = [...text]
  return first + TONES[skin] + rest.join("").replace(/^\ufe0f/, "")
}

export const skins = TONES.map((tone) => `✋${tone}`)
