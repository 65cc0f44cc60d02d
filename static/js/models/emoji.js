/** All emoji, fetched when somebody first looks for one; the ones used lately are kept on the device. */
import { make } from "chat/helpers/dom.js"
import { getJson } from "chat/helpers/http.js"
import { keep, load } from "chat/helpers/storage.js"

/** @typedef {{text: string, code: string, words: string, toned: boolean, image?: string}} Emoji `image`: of this chat's own */

const RECENT = "chat:emoji"
const MOST_RECENT = 16
const MOST_OWN = 24
const TONES = ["", "🏻", "🏼", "🏽", "🏾", "🏿"]
/** What people reach for; the rest is a search away. */
const COMMON = ("👍 👎 👏 🙌 🙏 💪 👋 👌 🤝 ✌️ 🤞 👀 😀 😃 😄 😁 😅 😂 🤣 😊 🙂 🙃 😉 😍 😘 😋 😎 🤔 🤨 😐 😬 🙄 😴 😢 😭 😤 😱 😳 🥳 🤯 🤗 🤷 🤦 "
  + "❤️ 💔 💯 ✅ ❌ ❓ ❗ ⚠️ 🔥 ✨ ⭐ 🎉 🎂 🎁 🚀 💡 📌 📎 📅 📈 🐛 🔒 ☕ 🍕 🍻 🌞 🌧️ 🌈").split(" ")

/** Milliseconds; what the server tells of a change may be missed. */
const OWN_FRESH = 60_000

let table = null
let own = null
let askedAt = 0

/** This chat's own first. @param {{emoji: string, own_emoji: string}} urls @returns {Promise<Emoji[]>} */
export async function allEmoji({ emoji, own_emoji: ours }) {
  const [own, all] = await Promise.all([ownEmoji(ours), everyEmoji(emoji)])
  return [...own, ...all]
}

function ownEmoji(url) {
  if (Date.now() - askedAt > OWN_FRESH) forgetOwn()
  if (!own) askedAt = Date.now()
  own ??= getJson(url).then(({ emoji }) => emoji.map(([code, image]) => ({ text: `:${code}:`, code, words: code.replaceAll("_", " "), toned: false, image })))
    .catch(() => forgetOwn() ?? [])
  return own
}

/** Somebody added or removed one. */
export function forgetOwn() { own = null }

/** @param {string} url */
async function everyEmoji(url) {
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
  const own = emoji.filter(({ image }) => image).slice(0, MOST_OWN).map(({ text }) => text)
  return [...new Set([...load(localStorage, RECENT, []), ...own, ...COMMON])].map((text) => known.get(text)).filter(Boolean)
}

/** @param {Emoji} emoji */
export function used({ text }) {
  keep(localStorage, RECENT, [...new Set([text, ...load(localStorage, RECENT, [])])].slice(0, MOST_RECENT))
}

/** What stands for it on a button or in a list. @param {Emoji} emoji @param {number} skin */
export const drawn = (emoji, skin) => (emoji.image ? make("img", { class: "emoji", src: emoji.image, alt: "" }) : inTone(emoji, skin))

/** @param {Emoji} emoji @param {number} skin 0 to 5 */
export function inTone({ text, toned }, skin) {
  if (!toned || !skin) return text
  const [first, ...rest] = [...text]
  return first + TONES[skin] + rest.join("").replace(/^\ufe0f/, "")
}

export const skins = TONES.map((tone) => `✋${tone}`)
