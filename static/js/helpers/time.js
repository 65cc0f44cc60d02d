/** Calls later, or less often. */

/** Runs once the calls have paused. @param {() => void} act @param {number} ms */
export function debounce(act, ms) {
  let timer = 0
  const run = () => {
    clearTimeout(timer)
    timer = setTimeout(act, ms)
  }
  run.cancel = () => clearTimeout(timer)
  return run
}

/** A page that is hidden or covered has few frames or none; its title and its rows must follow all the same. */
const WITHOUT_FRAMES = 200

/** Runs once in the next frame, or soon without one, however often it is called. @param {() => void} act */
export function perFrame(act) {
  let frame = 0
  let timer = 0
  const run = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    timer = 0
    act()
  }
  return () => {
    if (timer) return
    frame = requestAnimationFrame(run)
    timer = setTimeout(run, WITHOUT_FRAMES)
  }
}

/** Runs at once, then at most every `ms`; calls in between are dropped. @param {() => void} act */
export function atMostEvery(act, ms) {
  let last = -Infinity
  const run = () => {
    const now = performance.now()
    if (now - last < ms) return
    last = now
    act()
  }
  run.reset = () => { last = -Infinity }
  return run
}
