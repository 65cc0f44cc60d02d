/** Keys that act anywhere. Single letters do so only outside fields, and only while they are wanted. */
import { all, emit, isField, one } from "chat/helpers/dom.js"

/** In the order of the page; what is hidden or empty is passed over. */
const REGIONS = ["#rooms", ".bar", "#messages", "#composer", "#panel", ".page"]
/** What single letters mean on a row. */
const OF_ROWS = "jkremu+qspd"

export class KeyboardController {
  #session

  /** @param {HTMLElement} root @param {import("../models/session.js").Session} session */
  constructor(root, session) {
    this.#session = session
    root.addEventListener("keydown", (event) => this.#key(event))
    root.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-search]")
      if (link && !event.ctrlKey && !event.metaKey && search(link.href)) event.preventDefault()
    })
    if (one("#search-page")) search()
    one("#dialog-all-read")?.addEventListener("close", ({ target }) => { if (target.returnValue === "read") this.#readAll() })
  }

  #key(event) {
    if (event.defaultPrevented || event.isComposing) return
    if (this.#chord(event) || this.#single(event)) event.preventDefault()
  }

  #chord(event) {
    const { key, altKey, shiftKey } = event
    const command = event.ctrlKey || event.metaKey
    if (command && !altKey && key.toLowerCase() === "k") return emit("switch")
    if (command && shiftKey && key.toLowerCase() === "f") return search()
    if (command && key === "/") return this.#show("#dialog-shortcuts")
    if (key === "F6" && (command || matchMedia("(display-mode: standalone)").matches)) return this.#cycle(shiftKey ? -1 : 1)
    if (key === "Escape" && shiftKey && !one("dialog[open]")) return this.#show("#dialog-all-read")
    if (altKey && (key === "ArrowUp" || key === "ArrowDown")) return this.#step(key === "ArrowUp" ? -1 : 1, shiftKey)
    return false
  }

  #single({ key, target, ctrlKey, metaKey, altKey }) {
    if (isField(target) || ctrlKey || metaKey || altKey || one("dialog[open]")) return false
    const { letter_keys, type_anywhere } = this.#session.preferences
    if (letter_keys && key === "?") return this.#show("#dialog-shortcuts")
    if (letter_keys && key === "/") return search()
    if (letter_keys && key === "n") return this.#step(1, true)
    return type_anywhere && this.#write(key, target, letter_keys)
  }

  // Who starts typing without having chosen the field means the field.
  #write(key, target, letters) {
    const field = one("#write")
    if (!field || [...key].length !== 1 || key === " ") return false
    const onRow = target.classList.contains("message") || target.id === "messages"
    if (target !== document.body && !onRow) return false
    if (onRow && letters && OF_ROWS.includes(key)) return false
    field.focus()
    return false
  }

  #show(dialog) {
    one(dialog)?.showModal()
    return true
  }

  #cycle(direction) {
    const regions = REGIONS.map((region) => one(region)).filter((region) => region?.checkVisibility())
    const at = regions.findIndex((region) => region.contains(document.activeElement))
    for (let step = 1; step <= regions.length; step += 1) {
      const region = regions[(at + direction * step + regions.length * 2) % regions.length]
      const stop = stopIn(region)
      if (!stop) continue
      stop.focus()
      return true
    }
    return false
  }

  #step(direction, unreadOnly) {
    const links = all("#sidebar-rooms .room-link")
    const here = links.findIndex((link) => link.getAttribute("aria-current") === "page")
    const order = links.map((_, step) => links[(here + direction * (step + 1) + links.length * 2) % links.length])
    const next = order.find((link) => link !== links[here] && (!unreadOnly || "unread" in link.dataset))
    next?.click()
    return true
  }

  async #readAll() {
    emit("caught-up")
    await this.#session.socket.request("read.mark_all").catch(() => emit("toast", { failed: true }))
  }
}

// The field of the composer, the open room of the list, the row that was last, else whatever comes first.
function stopIn(region) {
  const wanted = ["textarea", "[aria-current=page]", ".message[tabindex='0']", "a[href]", "button", "input"]
  return wanted.map((what) => all(what, region).find((each) => each.checkVisibility() && !each.disabled)).find(Boolean)
}

// Loaded at its first use, and at once on its own page.
function search(address = one("a[data-search]")?.href) {
  return import("chat/controllers/search_box.js").then((box) => box.openSearch(address))
}
