/** Where files come from, and where they are opened. What is done with them is loaded with the first one. */
import { emit, on, one } from "chat/helpers/dom.js"

export class FilesController {
  #load
  #desk = null
  #coming = 0
  #isHurried = false

  /** @param {HTMLElement} box the timeline @param {import("../models/session.js").Session} session */
  constructor(box, session) {
    this.#load = () => import("chat/controllers/desk.js").then(({ DeskController }) => new DeskController(box, session))
    box.addEventListener("click", (event) => this.#click(event))
    const input = one("#attach-files")
    if (!input) return
    one("#attach").addEventListener("click", () => input.click())
    input.addEventListener("change", () => {
      this.#ask("add", [...input.files])
      input.value = ""
    })
    for (const name of ["paste", "dragenter", "dragover", "drop"]) addEventListener(name, (event) => this.#bring(event))
    on("take-files", (wish, event) => { if (this.#coming) this.#hurry(event) })
    const { outbox, room } = session
    if (`chat:files:${room.id}` in sessionStorage || outbox.items(room.id).some(({ uploads }) => uploads.length)) this.#ask("add", [])
  }

  // Who sends before the first chip is there must not send without the files.
  async #ask(act, what) {
    this.#coming += 1
    try {
      await (await (this.#desk ??= this.#load()))[act](what)
    } catch {
      this.#desk = null
      emit("toast", { failed: true })
    }
    this.#coming -= 1
    if (this.#coming || !this.#isHurried) return
    this.#isHurried = false
    one("#composer").requestSubmit()
  }

  #hurry(event) {
    this.#isHurried = true
    event.preventDefault()
  }

  #bring(event) {
    const { files, types } = event.clipboardData ?? event.dataTransfer
    if (!types.includes("Files") || one("dialog[open]")) return
    // Text that comes with a picture goes where text goes; a file must not take the place of the page.
    if (event.type !== "paste" || !types.includes("text/plain")) event.preventDefault()
    if (event.type === "dragenter") this.#ask("hover")
    else if (event.type !== "dragover") this.#ask("add", [...files])
  }

  #click(event) {
    const opened = event.target.closest(".files__picture, .file__look")
    if (!opened || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    this.#ask("open", opened)
  }
}
