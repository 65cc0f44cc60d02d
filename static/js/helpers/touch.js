/** Touches that mouse and keyboard do not know. */

const LONG = 500
/** A finger is never quite still. */
const STRAY = 10
const OWN = "a, button, textarea"

/**
 * `armed` is called with the target once a finger has rested on it for half a second, `act` when it lifts then: what
 * opened under the finger would take the lifting for a tap beside it. A scroll, or a second finger, calls it off.
 * @param {HTMLElement} box @param {(target: Element) => void} armed @param {(target: Element) => void} act
 */
export function longPress(box, armed, act) {
  let timer = 0
  let start = null
  let target = null
  const off = () => {
    clearTimeout(timer)
    target = null
  }
  box.addEventListener("touchstart", (event) => {
    off()
    if (event.touches.length > 1 || event.target.closest(OWN)) return
    start = event.touches[0]
    timer = setTimeout(() => {
      target = event.target
      armed(target)
    }, LONG)
  }, { passive: true })
  box.addEventListener("touchmove", ({ touches: [touch] }) => {
    if (start && Math.hypot(touch.clientX - start.clientX, touch.clientY - start.clientY) > STRAY) off()
  }, { passive: true })
  box.addEventListener("touchend", (event) => {
    if (target) {
      event.preventDefault()
      setTimeout(act, 0, target)
    }
    off()
  })
  box.addEventListener("touchcancel", off)
  box.addEventListener("contextmenu", (event) => {
    if (event.pointerType === "touch" && !event.target.closest(OWN)) event.preventDefault()
  })
}
