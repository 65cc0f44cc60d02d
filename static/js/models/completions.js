/** What could complete a word: people, emoji. Loaded when somebody first types what begins one. */
import { make, one } from "chat/helpers/dom.js"
import { getJson } from "chat/helpers/http.js"
import { allEmoji, drawn, inTone, search, used } from "chat/models/emoji.js"

/** @typedef {{id: string | number, word: string, draw: (place: number) => HTMLElement, chosen?: () => void}} Completion */
/** @typedef {import("./session.js").Session} Session */

/** @param {string} query @param {Session} session @returns {Promise<Completion[]>} */
export async function findPeople(query, { room, urls }) {
  const { people } = await getJson(urls.people, { q: query, room: room.id })
  return people.map((person) => ({ id: person.id, word: `@${person.handle}`, draw: (place) => personOption(person, place) }))
}

/** @param {string} query @param {Session} session @param {number} most @returns {Promise<Completion[]>} */
export async function findEmoji(query, { preferences: { skin }, urls }, most) {
  const found = search(await allEmoji(urls), query, most)
  return found.map((each) => ({ id: each.code, word: inTone(each, skin), draw: (place) => emojiOption(drawn(each, skin), each.code, place), chosen: () => used(each) }))
}

function personOption(person, place) {
  const { row, slot } = optionOf("#suggestion", place)
  slot("avatar").textContent = [...person.initials][0] ?? ""
  slot("avatar").dataset.hue = person.hue
  if (person.picture) slot("avatar").append(make("img", { src: person.picture, alt: "" }))
  slot("name").textContent = person.name
  slot("handle").textContent = `@${person.handle}`
  slot("outside").hidden = person.member
  return row
}

function emojiOption(picture, code, place) {
  const { row, slot } = optionOf("#suggestion-emoji", place)
  slot("emoji").append(picture)
  slot("name").textContent = `:${code}:`
  return row
}

function optionOf(template, place) {
  const row = one(template).content.firstElementChild.cloneNode(true)
  row.id = `suggestion-${place}`
  return { row, slot: (name) => row.querySelector(`[data-slot="${name}"]`) }
}
