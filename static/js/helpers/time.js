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

/** Runs once in the next frame, however often it is called. @param {() => void} act */
export function perFrame(act) {
  let asked = false
  return () => {
    if (asked) return
    asked = true
    requestAnimationFrame(() => {
      asked = false
      act()
    })
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
