/** A person's picture, wherever this page shows it. Loaded when somebody changes theirs. */
import { all, make, one } from "chat/helpers/dom.js"

/** The list of rooms is fetched anew by itself. @param {{id: number, picture: string | null}} person @param {number} own */
export function redraw({ id, picture }, own) {
  const places = [`.message[data-author="${id}"] > .avatar`, `.avatar:has(> [data-presence="${id}"])`]
  if (id === own) places.push(".composer__card > .avatar", ".sidebar__foot > .avatar")
  const found = all(places.join())
  // Rows that are written from now on.
  for (const template of all("template")) if (id === own) found.push(...all(places[0], template.content))
  for (const avatar of found) show(avatar, picture)
}

function show(avatar, picture) {
  const shown = one("img", avatar)
  if (shown?.getAttribute("src") === picture || (!shown && !picture)) return
  shown?.remove()
  if (picture) avatar.insertBefore(make("img", { src: picture, alt: "" }), one(".presence", avatar))
}
