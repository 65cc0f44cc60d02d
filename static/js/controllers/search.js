/** Loads search at its first use: by key, by its links, and at once on its own page. */
import { on, one } from "chat/helpers/dom.js"

export class SearchController {
  /** @param {HTMLElement} root */
  constructor(root) {
    on("search", () => open(one("a[data-search]")?.href))
    root.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-search]")
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      open(link.href)
    })
    if (one("#search-page")) open()
  }
}

async function open(address) {
  const { openSearch } = await import("chat/controllers/search_box.js")
  openSearch(address)
}
