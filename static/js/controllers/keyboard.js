/** Keys that act anywhere. Single letters do so only outside fields. */
import { all, emit, isField, one } from "chat/helpers/dom.js"

export class KeyboardController {
  #session

  /** @param {HTMLElement} root @param {import("../models/session.js").Session} session */
  constructor(root, session) {
    this.#session = session
    root.addEventListener("keydown", (event) => this.#key(event))
  }

  #key(event) {
    if (event.defaultPrevented || event.isComposing) return
    if (this.#chord(event) || this.#single(event)) event.preventDefault()
  }

  #chord(event) {
    const { key, altKey, shiftKey } = event
    if ((event.ctrlKey || event.metaKey) && !altKey && key.toLowerCase() === "k") return emit("switch")
    if ((event.ctrlKey || event.metaKey) && key === "/") return this.#help()
    if (altKey && (key === "ArrowUp" || key === "ArrowDown")) return this.#step(key === "ArrowUp" ? -1 : 1, shiftKey)
    return false
  }

  #single({ key, target, ctrlKey, metaKey, altKey }) {
    if (isField(target) || ctrlKey || metaKey || altKey || one("dialog[open]")) return false
    if (key === "?") return this.#help()
    if (key === "n") return this.#step(1, true)
    return this.#write(key, target)
  }

  // Who starts typing without having chosen the field means the field.
  #write(key, target) {
    const field = one("#write")
    if (!field || [...key].length !== 1 || key === " ") return false
    if (target !== document.body && !target.classList.contains("message") && target.id !== "messages") return false
    if (target !== document.body && "jkremu+".includes(key)) return false
    field.focus()
    return false
  }

  #help() {
    one("#dialog-shortcuts")?.showModal()
    return true
  }

  #step(direction, unreadOnly) {
    const links = all("#sidebar-rooms .room-link")
    const here = links.findIndex((link) => link.getAttribute("aria-current") === "page")
    const order = links.map((_, step) => links[(here + direction * (step + 1) + links.length * 2) % links.length])
    const next = order.find((link) => link !== links[here] && (!unreadOnly || "unread" in link.dataset))
    next?.click()
    return true
  }
}
