/** Touches that mouse and keyboard do not know. */

const LONG = 500
/** A finger is never quite still. */
const STRAY = 10

/** Calls with the target once a finger has rested on it for half a second; the browser's own menu stays away then. */
export function longPress(box, act) {
  let timer = 0
  let start = null
  const end = () => clearTimeout(timer)
  box.addEventListener("pointerdown", (event) => {
    end()
    start = event
    if (event.pointerType !== "touch" || !event.isPrimary || event.target.closest("a, button, textarea")) return
    timer = setTimeout(() => act(event.target), LONG)
  })
  box.addEventListener("pointermove", (event) => {
    if (start && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > STRAY) end()
  })
  for (const name of ["pointerup", "pointercancel"]) box.addEventListener(name, end)
  box.addEventListener("contextmenu", (event) => {
    if (event.pointerType === "touch" && !event.target.closest("a, textarea")) event.preventDefault()
  })
}
