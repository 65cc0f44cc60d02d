/** What can be done with a message: one toolbar and one menu for all rows; what is rarer is loaded when it is wanted. */
import { all, emit, isField, on, one, setAttribute } from "chat/helpers/dom.js"
import { copy } from "chat/helpers/clipboard.js"
import { longPress } from "chat/helpers/touch.js"
import { t } from "chat/helpers/i18n.js"
import { roves } from "chat/helpers/menus.js"
import { textOf } from "chat/models/facts.js"

const RARE = ["day", "quote", "pin", "unpin", "save", "unsave", "unlink"]

export class ActionsController {
  #toolbar
  #session
  #room
  #row = null
  #reactMenu = one("#react-menu")
  #moreMenu = one("#more-menu")

  /** @param {HTMLElement} toolbar @param {import("../models/session.js").Session} session */
  constructor(toolbar, session) {
    this.#toolbar = toolbar
    this.#session = session
    this.#room = session.room
    const box = session.room.viewport.box
    for (const name of ["pointerover", "focusin"]) box.addEventListener(name, (event) => this.#follow(event))
    box.addEventListener("click", (event) => this.#click(event))
    box.addEventListener("contextmenu", (event) => this.#context(event))
    box.addEventListener("keydown", (event) => this.#key(event))
    longPress(box, (target) => this.#lift(target), (target) => this.#pressed(target))
    this.#reactMenu.addEventListener("click", (event) => this.#pick(event))
    this.#moreMenu.addEventListener("click", (event) => this.#choose(event))
    this.#moreMenu.addEventListener("keydown", (event) => roves(event, all("[role=menuitem]:not([hidden])", this.#moreMenu)))
    for (const menu of [this.#reactMenu, this.#moreMenu]) menu.addEventListener("toggle", (event) => this.#toggled(event))
    on("rows", () => this.#check())
    session.news.addEventListener("frame", ({ detail }) => {
      if (detail.type === "saved.changed") session.saved[detail.saved ? "add" : "delete"](detail.message)
    })
    on("delete", ({ row }) => this.#delete(row))
  }

  #follow(event) {
    // A pointer that passes by must not take the toolbar from under the keyboard.
    if (this.#isOpen() || (event.type === "pointerover" && this.#toolbar.matches(":has(:focus-visible)"))) return
    const row = this.#room.rows.of(event.target)
    if (row && row !== this.#row) this.#attach(row)
  }

  #isOpen() { return this.#reactMenu.matches(":popover-open") || this.#moreMenu.matches(":popover-open") }

  #attach(row) {
    this.#row = row
    const may = this.#may(row)
    this.#toolbar.hidden = row.deleted || row.kind === "system"
    for (const button of all("[data-act]", this.#toolbar)) button.hidden = !may[button.dataset.act]
    if (!this.#toolbar.hidden) row.article.append(this.#toolbar)
  }

  // The row may have been deleted, or trimmed together with the toolbar in it.
  #check() {
    if (!this.#row) return
    if (!this.#row.article.isConnected) this.#row = null
    else if (this.#row.deleted) this.#attach(this.#row)
  }

  #may(row) {
    const { rights } = this.#room
    const own = row.author === this.#session.user.id
    const writes = rights.has("post")
    const takes = (own && rights.has("delete_own")) || rights.has("delete_any")
    return {
      more: true, "copy-link": true, "copy-text": true, "mark-unread": true, reply: writes, react: rights.has("react"),
      edit: own && row.kind === "text" && rights.has("edit"), delete: takes,
      unlink: takes && one(".preview", row.article),
      report: !own && rights.has("report"), person: true, day: true, quote: writes,
      pin: rights.has("pin") && !row.pinned, unpin: rights.has("pin") && row.pinned,
      save: !this.#session.saved.has(row.id), unsave: this.#session.saved.has(row.id),
    }
  }

  #click(event) {
    const row = this.#room.rows.of(event.target)
    const day = event.target.closest(".divider[data-kind=day] > span")
    const chip = event.target.closest(".reaction[data-emoji]")
    const act = event.target.closest("[data-act]")
    if (day) this.#actRarely("day", this.#room.rows.of(one(".message", day.closest(".entry"))))
    if (!row) return
    if (chip) this.#react(row, chip.dataset.emoji)
    else if (act && (this.#toolbar.contains(act) || act.classList.contains("reaction"))) this.#act(act.dataset.act, row, act)
    else this.#jump(event)
  }

  // A quote leads to its message; without loading when it is on the page.
  #jump(event) {
    const id = Number(event.target.closest("a.reply")?.closest("[data-quote]")?.dataset.quote)
    const row = id && this.#room.window.find({ id })
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    this.#room.viewport.show(row.article, 1 / 3)
    emit("focus-row", { row })
  }

  // A row that can be acted on shows that the finger may lift.
  #lift(target) {
    for (const article of all(".message[data-active]", this.#room.viewport.box)) setAttribute(article, "data-active", null)
    const row = this.#room.rows.of(target)
    if (row && !row.deleted && row.kind !== "system") setAttribute(row.article, "data-active", true)
  }

  #pressed(target) {
    this.#lift(null)
    const row = this.#room.rows.of(target)
    if (!row || row.deleted || row.kind === "system" || this.#isOpen()) return
    if (this.#row !== row) this.#attach(row)
    this.#openMore(row, one("[data-act=more]", this.#toolbar))
  }

  #key(event) {
    if (isField(event.target) || !event.target.classList.contains("message")) return
    const row = this.#room.rows.of(event.target)
    const act = { r: "reply", e: "edit", "+": "react", Delete: "delete", m: "more", u: "mark-unread", q: "quote", d: "day",
      s: this.#session.saved.has(row?.id) ? "unsave" : "save", p: row?.pinned ? "unpin" : "pin", ContextMenu: "more" }[event.key]
    const isMenu = event.key === "F10" && event.shiftKey
    const isLetter = event.key.length === 1 && !this.#session.preferences.letter_keys
    if (!row || row.deleted || row.kind === "system" || isLetter || !(act || isMenu) || event.ctrlKey || event.metaKey || event.altKey) return
    if (this.#row !== row) this.#attach(row)
    if (!this.#may(row)[act ?? "more"]) return
    event.preventDefault()
    this.#act(act ?? "more", row, one("[data-act=more]", this.#toolbar))
  }

  #context(event) {
    // Only the keyboard's menu key: the pointer keeps the browser's own menu for links and text.
    if (event.pointerType === "" && event.target.classList.contains("message")) event.preventDefault()
  }

  #act(act, row, source) {
    if (act === "react") this.#open(this.#reactMenu, source)
    else if (act === "more") this.#openMore(row, source)
    else if (act === "reply") emit("reply", { row })
    else if (act === "edit") emit("edit", { row })
    else if (act === "delete") this.#delete(row)
    else if (act === "report" || act === "person") emit(act, { row })
    else if (act === "mark-unread") emit("unread-from", { row })
    else if (RARE.includes(act)) this.#actRarely(act, row)
    else if (act === "copy-link") this.#copy(new URL(this.#room.permalink(row.id), location.href).href)
    else if (act === "copy-text") this.#copy(one(".message__body", row.article).innerText)
  }

  async #actRarely(act, row) {
    try {
      const { perform } = await import("chat/models/row_acts.js")
      await perform(act, row, this.#session)
    } catch (error) {
      emit("toast", { text: error.code ? error.message : t("There is no connection. Try again."), failed: true })
    }
  }

  #open(menu, source) {
    menu.showPopover({ source })
    if (!CSS.supports("anchor-name", "--a")) {
      const { bottom, left } = source.getBoundingClientRect()
      Object.assign(menu.style, { top: `${bottom}px`, left: `${Math.min(left, innerWidth - menu.offsetWidth - 8)}px` })
    }
    all("button:not([hidden])", menu)[0]?.focus()
  }

  #openMore(row, source) {
    const may = this.#may(row)
    for (const item of all("[data-act]", this.#moreMenu)) item.hidden = !may[item.dataset.act]
    this.#open(this.#moreMenu, source)
  }

  #toggled({ newState, target }) {
    setAttribute(one(`[aria-controls="${target.id}"]`, this.#toolbar) ?? target, "aria-expanded", newState === "open" ? "true" : "false")
    if (newState === "closed" && this.#row && document.activeElement === document.body) this.#row.article.focus({ preventScroll: true })
  }

  #choose(event) {
    const act = event.target.closest("[data-act]")?.dataset.act
    if (!act) return
    this.#moreMenu.hidePopover()
    this.#act(act, this.#row, one("[data-act=more]", this.#toolbar))
  }

  #pick(event) {
    if (event.target.closest("[data-more]")) return this.#pickMore()
    const emoji = event.target.closest("[data-emoji]")?.dataset.emoji
    if (!emoji) return
    this.#reactMenu.hidePopover()
    this.#react(this.#row, emoji)
  }

  #pickMore() {
    const row = this.#row
    this.#reactMenu.hidePopover()
    emit("pick-emoji", { source: one("[data-act=react]", this.#toolbar), chosen: (emoji) => {
      this.#react(row, emoji)
      row.article.focus({ preventScroll: true })
    } })
  }

  #react(row, emoji) {
    const mine = row.reactions.some(([each, people]) => each === emoji && people.includes(this.#session.user.id))
    this.#ask(mine ? "reaction.remove" : "reaction.add", { message: row.id, emoji })
  }

  #delete(row) {
    const dialog = one("#dialog-delete")
    one("#delete-quote").textContent = textOf(one(".message__body", row.article))
    dialog.returnValue = ""
    dialog.showModal()
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "delete") this.#ask("message.delete", { message: row.id })
      row.article.focus({ preventScroll: true })
    }, { once: true })
  }

  async #ask(type, payload) {
    try {
      await this.#session.socket.request(type, { room: this.#room.id, ...payload })
    } catch (error) {
      emit("toast", { text: error.isUncertain ? t("There is no connection. Try again.") : error.message, failed: true })
    }
  }

  async #copy(text) {
    emit("toast", (await copy(text)) ? { text: t("Copied") } : { failed: true })
  }
}
