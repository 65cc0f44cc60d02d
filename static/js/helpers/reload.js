/** Drawing the page anew when what it stands on has changed. */
const KEY = "chat:reloaded"
const AT_MOST_EVERY = 10_000

/** Never in a quick circle: if the first time did not help, the next waits. */
export function reload() {
  const waits = Number(sessionStorage.getItem(KEY)) + AT_MOST_EVERY - Date.now()
  if (waits > 0) return setTimeout(reload, waits)
  sessionStorage.setItem(KEY, String(Date.now()))
  location.reload()
}
