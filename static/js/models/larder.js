/**
 * What of recently opened rooms is kept on the device, to be read without a network: the last messages of each, per
 * person. In a private window, or on a full disk, nothing is kept, and nothing fails for that.
 */
const STORE = "rooms"
const MOST_ITEMS = 200
const PAGES = "chat-pages"

/** @typedef {{message: {id: number, seq: number, changed_seq: number}, html: string}} Item */

export class Larder {
  #name
  #base = null
  #closed = false
  #turn = Promise.resolve()

  /** @param {number} user */
  constructor(user) {
    this.#name = `chat-${user}`
  }

  /**
   * Adds newer items, and newer forms of those kept.
   * @param {number} room @param {Item[]} items
   * @param {{from?: number, upto?: number, whole?: boolean}} [reach] the items are all that changed after `from` up to
   *   and with `upto`; `whole`: nothing of the last messages is missing
   */
  keep(room, items, { from = Infinity, upto = 0, whole } = {}) {
    return this.#inTurn(async (base) => {
      const place = store(base, "readwrite")
      const kept = await ask(place.get(room))
      const known = new Map((kept?.items ?? []).map((item) => [item.message.id, item]))
      for (const item of items) {
        const before = known.get(item.message.id)
        if (!before || before.message.changed_seq <= item.message.changed_seq) known.set(item.message.id, item)
      }
      const last = [...known.values()].sort((a, b) => a.message.seq - b.message.seq).slice(-MOST_ITEMS)
      const reached = kept?.upto ?? Math.max(0, ...last.map(({ message }) => message.changed_seq))
      const top = from <= reached ? Math.max(reached, upto) : reached
      const plain = last.map(({ message, html }) => ({ message, html }))
      await ask(place.put({ items: plain, upto: top, whole: whole ?? kept?.whole ?? false }, room))
    })
  }

  /** What was changed or deleted leaves no earlier text behind: neither in its item nor on a kept page. @param {number} room @param {Item[]} items */
  async amend(room, items) {
    await this.#inTurn(async (base) => {
      const place = store(base, "readwrite")
      const kept = await ask(place.get(room))
      const now = new Map(items.map(({ message, html }) => [message.id, { message, html }]))
      const newest = (item) => {
        const other = now.get(item.message.id)
        return other && other.message.changed_seq > item.message.changed_seq ? other : item
      }
      if (kept) await ask(place.put({ ...kept, items: kept.items.map(newest) }, room))
    })
    const path = `/rooms/${room}/`
    const cache = await globalThis.caches?.open(PAGES)
    if (!(await cache?.match(path))) return
    const { amended } = await import("chat/models/kept_page.js")
    // In turn: two changes of one page must not overwrite each other.
    await this.#inTurn(async () => {
      const page = await cache.match(path)
      if (page) await cache.put(path, await amended(page, items))
    })
  }

  /** Up to which change each room is kept, and whether as far back as it should be. @returns {Promise<Map<number, {upto: number, whole: boolean}>>} */
  async tops() {
    return new Map(await this.#inTurn(async (base) => {
      const [rooms, kept] = [await ask(store(base).getAllKeys()), await ask(store(base).getAll())]
      return rooms.map((room, place) => [room, { upto: kept[place].upto ?? 0, whole: kept[place].whole ?? false }])
    }))
  }

  /** @param {number} room @returns {Promise<Item[]>} in order */
  async items(room) {
    return (await this.#inTurn((base) => ask(store(base).get(room))))?.items ?? []
  }

  /** Only these rooms may still be read: the others go, their pages too. @param {number[]} rooms */
  async retain(rooms) {
    await this.#inTurn(async (base) => {
      const kept = await ask(store(base).getAllKeys())
      for (const room of kept) if (!rooms.includes(room)) await ask(store(base, "readwrite").delete(room))
    })
    const cache = await globalThis.caches?.open(PAGES)
    for (const { url } of (await cache?.keys()) ?? []) {
      const room = Number(url.match(/\/rooms\/(\d+)\//)?.[1])
      if (!rooms.includes(room)) await cache.delete(url)
    }
  }

  /** The right to it is gone. @param {number} room */
  async forget(room) {
    await this.#inTurn((base) => ask(store(base, "readwrite").delete(room)))
    const cache = await globalThis.caches?.open(PAGES)
    await cache?.delete(`/rooms/${room}/`)
  }

  /** Nothing of this person stays on the device. */
  wipe() {
    this.#closed = true
    this.#turn = this.#turn.then(() => this.#base?.close())
    globalThis.indexedDB?.deleteDatabase(this.#name)
    return globalThis.caches?.delete(PAGES)
  }

  /** One after the other: reading and writing back must not overtake each other. @template T @param {(base: IDBDatabase) => Promise<T>} act */
  #inTurn(act) {
    const done = this.#turn.then(async () => {
      if (this.#closed) return undefined
      this.#base ??= await open(this.#name)
      return act(this.#base)
    }).catch((error) => { console.warn("Nothing is kept for reading offline.", error) })
    this.#turn = done
    return done
  }
}

const store = (base, mode = "readonly") => base.transaction(STORE, mode).objectStore(STORE)

function ask(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result))
    request.addEventListener("error", () => reject(request.error))
  })
}

async function open(name) {
  const request = indexedDB.open(name, 1)
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE))
  const base = await ask(request)
  // Another tab signs out: it must not wait for this one.
  base.addEventListener("versionchange", () => base.close())
  return base
}
