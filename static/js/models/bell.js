/** Shows notifications of the desktop, one per room at a time, through the service worker where there is one. */
import { one } from "chat/helpers/dom.js"

const TONES = [660, 880]
const LASTS = 0.12

export class Bell {
  #shown = new Map()
  #open

  /** @param {(url: string) => void} open called when one is activated and no service worker does it */
  constructor(open) {
    this.#open = open
  }

  get isAllowed() { return "Notification" in globalThis && Notification.permission === "granted" }

  /** @param {{room: number, title: string, body: string, url: string}} news replaces an earlier one of the room */
  async show({ room, title, body, url }) {
    if (!this.isAllowed) return
    const options = { body, tag: tagOf(room), renotify: true, silent: true, icon: one("link[rel=apple-touch-icon]")?.href, data: { url } }
    const worker = await registration()
    if (worker) return worker.showNotification(title, options)
    const shown = new Notification(title, options)
    shown.addEventListener("click", () => { globalThis.focus(); shown.close(); this.#open(url) })
    this.#shown.set(room, shown)
  }

  /** The room was read. */
  async close(room) {
    this.#shown.get(room)?.close()
    this.#shown.delete(room)
    const worker = await registration()
    const shown = await worker?.getNotifications({ tag: tagOf(room) })
    for (const each of shown ?? []) each.close()
  }

  /** What it told of is no more. @param {string} url of the message */
  async withdraw(room, url) {
    if (this.#shown.get(room)?.data?.url === url) this.#shown.get(room).close()
    const worker = await registration()
    for (const each of (await worker?.getNotifications({ tag: tagOf(room) })) ?? []) if (each.data?.url === url) each.close()
  }

  /** Two short notes; browsers allow them once the person has touched the page. */
  ring() {
    const audio = new AudioContext()
    TONES.forEach((tone, place) => {
      const note = audio.createOscillator()
      const volume = audio.createGain()
      const start = audio.currentTime + place * LASTS
      note.frequency.value = tone
      volume.gain.setValueAtTime(0.08, start)
      volume.gain.exponentialRampToValueAtTime(0.001, start + LASTS)
      note.connect(volume).connect(audio.destination)
      note.start(start)
      note.stop(start + LASTS)
    })
    setTimeout(() => audio.close(), 1_000)
  }
}

const tagOf = (room) => `room-${room}`

async function registration() {
  const found = await navigator.serviceWorker?.getRegistration()
  return found?.active ? found : undefined
}
