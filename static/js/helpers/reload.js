/** Drawing the page anew when what it stands on has changed. */
const KEY = "chat:reloaded"
const AT_MOST_EVERY = 10_000

/** Never in a circle: if the first time did not help, the next must wait. */
export function reload() {
  if (Date.now() - Number(sessionStorage.getItem(KEY)) < AT_MOST_EVERY) return
  sessionStorage.setItem(KEY, String(Date.now()))
  location.reload()
}
