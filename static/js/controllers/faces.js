/** A person's picture, wherever this page shows it. Loaded when somebody changes theirs. */
import { onArrival } from "chat/helpers/arrivals.js"
import { all, make, one } from "chat/helpers/dom.js"

/** Person → their newest picture: a row that was rendered before the change may arrive after it. */
const newest = new Map()
onArrival(() => draw(document))

/**
 * The list of rooms is fetched anew by itself.
 * @param {{id: number, picture: string | null}} person
 * @param {import("../models/session.js").Session} session
 */
export function redraw({ id, picture }, { news, user }) {
  news.addEventListener("frame", forget)
  newest.set(id, picture)
  draw(document)
  if (id !== user.id) return
  for (const avatar of all(".composer__card > .avatar, .sidebar__foot > .avatar")) show(avatar, picture)
  // Rows that are written from now on.
  for (const { content } of all("template")) draw(content)
}

// While there was no link, somebody may have changed again; what comes from here on is newer than what is known.
function forget({ detail }) {
  if (detail.type === "hello") newest.clear()
}

function draw(root) {
  for (const avatar of all(".avatar", root)) {
    const id = Number(avatar.parentElement?.dataset.author ?? one("[data-presence]", avatar)?.dataset.presence)
    if (newest.has(id)) show(avatar, newest.get(id))
  }
}

function show(avatar, picture) {
  const shown = one("img", avatar)
  if (shown?.getAttribute("src") === picture || (!shown && !picture)) return
  shown?.remove()
  if (picture) avatar.insertBefore(make("img", { src: picture, alt: "", loading: "lazy" }), one(".presence", avatar))
}
