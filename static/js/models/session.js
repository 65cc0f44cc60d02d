/** What all controllers of a page share. */
import { Socket } from "chat/socket.js"
import { uuid } from "chat/helpers/ids.js"
import { Courier } from "chat/models/courier.js"
import { Drafts } from "chat/models/drafts.js"
import { Larder } from "chat/models/larder.js"
import { Outbox } from "chat/models/outbox.js"
import { Room } from "chat/models/room.js"
import { Tabs } from "chat/models/tabs.js"
import { Unread } from "chat/models/unread.js"

export class Session {
  /** @param {object} boot the page's boot data, of somebody signed in */
  constructor(boot) {
    this.boot = boot
    this.user = boot.user
    this.urls = boot.urls
    this.constants = boot.constants
    this.preferences = boot.preferences
    this.socket = new Socket(boot.urls.socket, boot.user.id, boot.constants)
    const name = tabName()
    this.tabs = new Tabs(boot.user.id, name)
    /** What happens in all rooms, as `frame` events: from the own link, or from the leading tab's while this one rests. */
    this.news = new EventTarget()
    this.socket.addEventListener("frame", ({ detail }) => this.news.dispatchEvent(new CustomEvent("frame", { detail })))
    this.outbox = new Outbox(boot.user.id, name)
    this.courier = new Courier(this.outbox, this.socket)
    this.drafts = new Drafts(boot.user.id)
    this.larder = new Larder(boot.user.id)
    this.unread = new Unread(boot.user.id)
    /** @type {Set<number>} people of whom this person wants to hear nothing */
    this.hidden = new Set(boot.hidden ?? [])
    /** @type {Set<number>} messages of this room that this person saved */
    this.saved = new Set(boot.room?.saved ?? [])
    const timeline = document.querySelector("#messages")
    /** @type {Room | null} one that this person may read */
    this.room = timeline && boot.room?.rights.includes("read") ? new Room(timeline, boot, this.socket, this.larder, this.hidden) : null
  }

  /** Takes a message over: from here on it is shown, repeated and kept until it is stored. */
  post({ text, replyTo = null, uploads = [], room = this.room.id }) {
    const item = this.outbox.add({ room, text, replyTo, uploads })
    this.courier.run()
    return item
  }

  /** Nothing of this person stays on the device. */
  wipe() {
    this.outbox.wipe()
    this.drafts.wipe()
    this.larder.wipe()
    sessionStorage.clear()
  }
}

// The same after a reload, so that a tab finds what it wrote.
function tabName() {
  const name = sessionStorage.getItem("chat:tab") ?? uuid()
  sessionStorage.setItem("chat:tab", name)
  return name
}
