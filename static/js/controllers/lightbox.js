/** One picture over the whole page, and the way to its neighbours. Loaded when somebody first opens one. */
import { all, icon, make, one, setAttribute } from "chat/helpers/dom.js"
import { number, t } from "chat/helpers/i18n.js"
import { Zoom } from "chat/models/zoom.js"

const STEP = 1.5

export class LightboxController {
  #box
  #dialog
  #frame
  #picture
  #counter = make("span", { class: "lightbox__count" })
  #said = make("p", { class: "unseen", "aria-live": "polite" })
  #download = make("a", { class: "button", download: "", "aria-label": t("Download") }, icon("download"), make("span", { class: "from-wide" }, t("Download")))
  #links = []
  #at = 0
  #from = null
  #zoom = new Zoom()
  #pointers = new Map()

  /** @param {import("../models/session.js").Session} session */
  constructor(session) {
    this.#box = session.room.viewport.box
    this.#picture = make("img", { alt: "", draggable: "false" })
    this.#frame = make("div", { class: "lightbox__frame" }, this.#picture)
    this.#dialog = this.#build()
    one("#main").append(this.#dialog)
    this.#listen()
  }

  /** @param {HTMLAnchorElement} link of the picture in its row */
  open(link) {
    this.#from = link
    this.#links = all(".files__picture", this.#box)
    this.#dialog.showModal()
    this.#show(this.#links.indexOf(link))
  }

  #build() {
    const button = (name, words, act) => {
      const made = make("button", { type: "button", class: "button", "data-icon": "", "aria-label": words }, name)
      made.addEventListener("click", act)
      return made
    }
    const [back, next] = [icon("back"), icon("back")]
    back.setAttribute("data-flip", "")
    next.setAttribute("data-next", "")
    return make("dialog", { class: "lightbox", "aria-label": t("Picture"), tabindex: -1 },
      make("div", { class: "lightbox__bar" }, make("bdi", { class: "truncate lightbox__name" }), this.#counter,
        button(icon("minus"), t("Smaller"), () => this.#grow(1 / STEP)), button(icon("plus"), t("Larger"), () => this.#grow(STEP)),
        this.#download, button(icon("close"), t("Close"), () => this.#dialog.close())),
      this.#frame, button(back, t("Previous picture"), () => this.#show(this.#at - 1)),
      button(next, t("Next picture"), () => this.#show(this.#at + 1)), this.#said)
  }

  #listen() {
    this.#dialog.addEventListener("keydown", (event) => this.#key(event))
    // A row may have been drawn anew meanwhile: its link is found by where it leads.
    this.#dialog.addEventListener("close", () => {
      const link = this.#from.isConnected ? this.#from : all(".files__picture", this.#box).find(({ href }) => href === this.#from.href)
      this.#picture.removeAttribute("src")
      link?.focus({ preventScroll: true })
    })
    this.#picture.addEventListener("error", () => { if (this.#picture.hasAttribute("src")) this.#tell(t("This picture cannot be shown.")) })
    this.#picture.addEventListener("load", () => setAttribute(this.#frame, "data-loaded", true))
    this.#frame.addEventListener("dblclick", (event) => this.#grow(this.#zoom.scale > 1 ? 0 : 2 * STEP, event))
    this.#frame.addEventListener("wheel", (event) => {
      event.preventDefault()
      this.#grow(Math.exp(-event.deltaY / 300), event)
    }, { passive: false })
    this.#frame.addEventListener("pointerdown", (event) => this.#down(event))
    this.#frame.addEventListener("pointermove", (event) => this.#drag(event))
    for (const name of ["pointerup", "pointercancel"]) this.#frame.addEventListener(name, ({ pointerId }) => this.#pointers.delete(pointerId))
  }

  #show(at) {
    const link = this.#links[at]
    if (!link) return
    this.#at = at
    const shown = link.firstElementChild
    this.#zoom.reset()
    this.#pointers.clear()
    setAttribute(this.#frame, "data-loaded", false)
    Object.assign(this.#picture, { src: link.href, alt: shown.alt, width: link.dataset.width, height: link.dataset.height })
    this.#download.href = link.dataset.url
    one(".lightbox__name", this.#dialog).textContent = shown.alt
    this.#tell(t("%(name)s, picture %(place)s of %(count)s", { name: shown.alt, place: number(at + 1), count: number(this.#links.length) }))
    this.#counter.textContent = t("%(place)s of %(count)s", { place: number(at + 1), count: number(this.#links.length) })
    const ends = all(":scope > .button", this.#dialog)
    ends.forEach((button, side) => { button.hidden = side ? at === this.#links.length - 1 : at === 0 })
    if (!this.#dialog.contains(document.activeElement) || document.activeElement.hidden) this.#dialog.focus()
    this.#draw()
  }

  // Outside a modal dialog nothing is heard.
  #tell(words) { this.#said.textContent = words }

  #key(event) {
    const forward = document.dir === "rtl" ? -1 : 1
    const acts = {
      ArrowRight: () => this.#show(this.#at + forward), ArrowLeft: () => this.#show(this.#at - forward),
      "+": () => this.#grow(STEP), "=": () => this.#grow(STEP), "-": () => this.#grow(1 / STEP), 0: () => this.#grow(0),
    }
    event.stopPropagation()
    if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    acts[event.key]()
  }

  /** @param {number} factor 0: back to fitting @param {{clientX: number, clientY: number}} [point] that stays where it is */
  #grow(factor, point) {
    if (factor) this.#zoom.by(factor, point && this.#fromMiddle(point))
    else this.#zoom.reset()
    this.#draw()
  }

  #fromMiddle({ clientX, clientY }) {
    const { left, top, width, height } = this.#frame.getBoundingClientRect()
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 }
  }

  #down(event) {
    event.preventDefault()
    this.#frame.setPointerCapture(event.pointerId)
    this.#pointers.set(event.pointerId, event)
  }

  // One pointer moves the picture, two also stretch it.
  #drag(event) {
    const before = this.#pointers.get(event.pointerId)
    if (!before) return
    const [first, second] = [...this.#pointers.values()]
    this.#pointers.set(event.pointerId, event)
    if (second) {
      const [left, right] = [...this.#pointers.values()]
      this.#zoom.by(apart(left, right) / apart(first, second), this.#fromMiddle(between(left, right)))
    }
    const share = second ? 2 : 1
    this.#zoom.move((event.clientX - before.clientX) / share, (event.clientY - before.clientY) / share)
    this.#draw()
  }

  #draw() {
    const { offsetWidth: width, offsetHeight: height } = this.#picture
    this.#zoom.hold({ width, height }, { width: this.#frame.clientWidth, height: this.#frame.clientHeight })
    this.#picture.style.transform = this.#zoom.css
    setAttribute(this.#frame, "data-zoom", Math.round(this.#zoom.scale * 100))
  }
}

const apart = (left, right) => Math.max(1, Math.hypot(left.clientX - right.clientX, left.clientY - right.clientY))
const between = (left, right) => ({ clientX: (left.clientX + right.clientX) / 2, clientY: (left.clientY + right.clientY) / 2 })
