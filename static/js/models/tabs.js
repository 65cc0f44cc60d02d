/**
 * The tabs of one person in this browser: one of them leads, all of them talk.
 *
 * Both rest on Web Locks, which the browser frees by itself when a tab goes or dies. Where there are none (a page
 * over plain http), no tab leads, and every tab looks after itself.
 *
 * Events: `lead` when this tab begins to lead, `word` with what another tab said.
 */
export class Tabs extends EventTarget {
  #prefix
  #name
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("chat:tabs") : null
  #leads = false
  #attending = null

  /** @param {number} user @param {string} name this tab's own */
  constructor(user, name) {
    super()
    this.#prefix = `chat:${user}:`
    this.#name = name
    this.#channel?.addEventListener("message", ({ data }) => this.dispatchEvent(new CustomEvent("word", { detail: data })))
  }

  get leads() { return this.#leads }
  /** Whether one of several tabs can speak for all. */
  get canLead() { return Boolean(this.#channel && navigator.locks) }

  /** Stands in line; leads from its turn until the tab goes. */
  start() {
    if (!this.canLead) return
    navigator.locks.request(`${this.#prefix}leader`, () => {
      this.#leads = true
      this.dispatchEvent(new Event("lead"))
      return new Promise(() => {})
    })
  }

  /** @param {object} word told to all other tabs, of whomever */
  say(word) { this.#channel?.postMessage(word) }

  /** Somebody looks at this tab now, and at this room in it; null when nobody does. @param {number | null} room */
  attend(room) {
    if (!this.canLead || room === (this.#attending?.room ?? null)) return
    this.#attending?.leave()
    this.#attending = null
    if (room === null) return
    const gone = new Promise((leave) => { this.#attending = { room, leave } })
    navigator.locks.request(`${this.#prefix}at:${room}:${this.#name}`, () => gone)
  }

  /** Whether any tab of this person is being looked at with this room open. */
  async isAttended(room) {
    const { held } = await navigator.locks.query()
    return held.some(({ name }) => name.startsWith(`${this.#prefix}at:${room}:`))
  }
}
