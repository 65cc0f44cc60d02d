/** Speaks to screen readers through two regions; the timeline itself is never live. */
import { make, on, one } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"
import { textOf } from "chat/models/facts.js"
import { attachments } from "chat/models/labels.js"
import { Announcements } from "chat/models/announcements.js"

const TOAST = 6_000

export class AnnouncerController {
  #polite
  #assertive = one("#announcer-assertive")
  #session
  #announcements

  /** @param {HTMLElement} polite @param {import("../models/session.js").Session} session */
  constructor(polite, session) {
    this.#polite = polite
    this.#session = session
    this.#announcements = new Announcements((text) => this.#say(this.#polite, text))
    on("say", ({ text, assertive }) => this.#say(assertive ? this.#assertive : this.#polite, text))
    on("toast", (detail) => this.#toast(detail))
    on("rows", (detail) => this.#rows(detail))
    // What was spoken last may be what was deleted.
    session.socket.addEventListener("frame", ({ detail: { type, events } }) => {
      if (type === "message.deleted" || events?.some((each) => each.type === "message.deleted")) polite.replaceChildren()
    })
  }

  #rows({ added, live }) {
    const others = added.filter((row) => row.author !== this.#session.user.id && !this.#session.hidden.has(row.author) && !row.deleted && row.kind !== "system")
    if (document.hidden || !others.length) return
    if (!live) this.#announcements.many(others.length)
    else for (const { article } of others) {
      const name = article.querySelector(".message__author")?.textContent ?? ""
      this.#announcements.row(name, textOf(article.querySelector(".message__body")) || attachments(article))
    }
  }

  // A fresh node each time: the same words twice in a row are news twice.
  #say(region, text) {
    if (text) region?.replaceChildren(make("p", {}, text))
  }

  #toast({ text, failed, act, label }) {
    const words = text ?? t("That did not work. Try again.")
    const toast = make("p", { class: "toast", "data-kind": failed ? "danger" : null }, words)
    if (act) {
      const button = make("button", { type: "button", class: "button", "data-kind": "quiet" }, label)
      button.addEventListener("click", () => { toast.remove(); act() })
      toast.append(button)
    }
    one("#toasts")?.append(toast)
    this.#say(failed ? this.#assertive : this.#polite, words)
    setTimeout(() => toast.remove(), TOAST)
  }
}
