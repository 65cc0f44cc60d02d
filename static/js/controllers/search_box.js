/** Search while one types: on its own page, and in a dialog over the page that is open. Loaded at its first use. */
import { all, emit, make, one, setAttribute } from "chat/helpers/dom.js"
import { parse } from "chat/helpers/html.js"
import { getText } from "chat/helpers/http.js"
import { t } from "chat/helpers/i18n.js"
import { debounce } from "chat/helpers/time.js"

const PAUSE = 250
/** How near the end of the list brings more, in CSS pixels. */
const NEAR = 400

class SearchBox {
  #box
  #scroller
  #inDialog
  #asked = null
  #later = debounce(() => this.#ask(this.#addressOfForm()), PAUSE)
  #loadingMore = false

  /** @param {HTMLElement} box @param {HTMLElement} scroller what scrolls around it */
  constructor(box, scroller, { inDialog = false } = {}) {
    this.#box = box
    this.#scroller = scroller
    this.#inDialog = inDialog
    box.addEventListener("input", () => this.#later())
    box.addEventListener("submit", (event) => { event.preventDefault(); this.#later.cancel(); this.#ask(this.#addressOfForm()) })
    box.addEventListener("click", (event) => this.#click(event))
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true })
    if (!inDialog) this.#comeBack()
  }

  get field() { return one("input[type=search]", this.#box) }

  #addressOfForm() {
    const form = one("form", this.#box)
    return `${form.action}?${new URLSearchParams(new FormData(form))}`
  }

  #click(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    const link = event.target.closest("a")
    if (!link) return
    if (link.matches(".found")) return this.#leave(link)
    if (link.matches("[data-search-again]")) this.#again(link.href)
    else if (link.closest("[data-search-more]")) this.#more()
    else return
    event.preventDefault()
  }

  #again(address) {
    this.field.value = new URL(address).searchParams.get("q") ?? ""
    this.field.focus()
    this.#ask(address)
  }

  // Only the newest question is answered: the one before is called back.
  async #ask(address) {
    this.#asked?.abort()
    const asked = (this.#asked = new AbortController())
    setAttribute(this.#box, "aria-busy", "true")
    this.#tell(t("Searching…"))
    try {
      const html = await getText(address, {}, { signal: asked.signal })
      if (asked !== this.#asked) return
      this.#draw(parse(html))
      if (!this.#inDialog) history.replaceState(null, "", address)
      this.#tell(this.#countWords())
    } catch (error) {
      if (asked === this.#asked && error.name !== "AbortError") this.#fail(error)
    } finally {
      if (asked === this.#asked) setAttribute(this.#box, "aria-busy", null)
    }
  }

  #draw(fresh) {
    one("[data-search-results]", this.#box).replaceWith(one("[data-search-results]", fresh))
    const sort = (root) => one("input[name=sort]", root)
    sort(this.#box)?.remove()
    if (sort(fresh)) one("form", this.#box).append(sort(fresh))
  }

  #fail(error) {
    const words = error.status ? error.message : t("The search did not reach the server. Try again.")
    const again = make("button", { type: "submit", class: "button" }, t("Try again"))
    again.addEventListener("click", () => this.#ask(this.#addressOfForm()))
    one("[data-search-results]", this.#box).replaceChildren(make("div", { class: "empty" }, make("p", {}, words), again))
    this.#tell(words)
  }

  #countWords() { return one("[data-search-count]", this.#box)?.textContent ?? "" }

  #tell(words) { one("[data-search-status]", this.#box).textContent = words }

  #scrolled() {
    const { scrollHeight, clientHeight, scrollTop } = this.#scroller
    if (scrollHeight - clientHeight - scrollTop < NEAR) this.#more()
  }

  async #more() {
    const place = one("[data-search-more]", this.#box)
    if (!place || this.#loadingMore) return false
    this.#loadingMore = true
    try {
      const fresh = parse(await getText(one("a", place).href))
      if (!place.isConnected) return false
      const rows = all("[data-search-list] > li", fresh)
      const hadFocus = place.contains(document.activeElement)
      one("[data-search-list]", this.#box).append(...rows)
      place.replaceWith(...[one("[data-search-more]", fresh)].filter(Boolean))
      const count = all("[data-search-list] > li", this.#box).length
      one("[data-search-count]", this.#box).textContent = t("%(count)s results so far", { count })
      this.#tell(this.#countWords())
      if (hadFocus) one("a", rows[0])?.focus()
      return true
    } catch {
      emit("toast", { failed: true })
      return false
    } finally {
      this.#loadingMore = false
    }
  }

  // Back finds the list as it was: how long, where, and on which row.
  #leave(link) {
    const state = { search: { rows: all(".found", this.#box).length, top: this.#scroller.scrollTop, id: link.dataset.id } }
    if (this.#inDialog) history.pushState(state, "", this.#addressOfForm())
    else history.replaceState(state, "")
  }

  async #comeBack() {
    const was = history.state?.search
    if (!was) return
    while (all(".found", this.#box).length < was.rows && (await this.#more()));
    this.#scroller.scrollTop = was.top
    one(`.found[data-id="${was.id}"]`, this.#box)?.focus({ preventScroll: true })
  }
}

/**
 * A dialog over whatever is open; Escape gives it back as it was. On the page of search its own field.
 * @param {string} [address] of a search
 */
export function openSearch(address) {
  const page = one("#search-page")
  return page ? onPage(page) : inDialog(address)
}

async function inDialog(address) {
  if (one("dialog[open]")) return
  const from = document.activeElement
  const dialog = make("dialog", { class: "dialog", "aria-label": t("Search") })
  const html = await getText(address).catch(() => null)
  if (html === null) return location.assign(address)
  if (one("dialog[open]")) return
  dialog.append(parse(html))
  // One Escape leaves; the browser's own would only empty the field.
  dialog.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) { event.preventDefault(); dialog.close() } })
  document.body.append(dialog)
  dialog.addEventListener("close", () => { dialog.remove(); from?.focus({ preventScroll: true }) })
  dialog.showModal()
  const { field } = new SearchBox(one("[data-search-box]", dialog), dialog, { inDialog: true })
  field.focus()
  field.setSelectionRange(field.value.length, field.value.length)
}

function onPage(page) {
  const box = one("[data-search-box]", page)
  if (!("searches" in page.dataset)) new SearchBox(box, page)
  const field = one("input[type=search]", box)
  if (!field.value || "searches" in page.dataset) field.focus()
  page.dataset.searches = ""
}
