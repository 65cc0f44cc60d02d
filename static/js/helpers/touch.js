/** Touches that mouse and keyboard do not know. */

const LONG = 500
/** A finger is never quite still. */
const STRAY = 10

/**
 * Calls with the target once a finger has rested on it for half a second, and again when it lifts: what opened
 * under the finger takes the lifting for a tap outside of it and closes.
 */
export function longPress(box, act) {
  let timer = 0
  let start = null
  let isLong = false
  const end = () => {
    clearTimeout(timer)
    if (isLong) setTimeout(act, 0, start.target)
    isLong = false
  }
  box.addEventListener("pointerdown", (event) => {
    end()
    start = event
    if (event.pointerType !== "touch" || !event.isPrimary || event.target.closest("a, button, textarea")) return
    timer = setTimeout(() => {
      isLong = true
      act(event.target)
    }, LONG)
  })
  box.addEventListener("pointermove", (event) => {
    if (!isLong && start && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > STRAY) clearTimeout(timer)
  })
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, end)
  box.addEventListener("contextmenu", (event) => {
    if (event.pointerType === "touch" && !event.target.closest("a, textarea")) event.preventDefault()
  })
}
