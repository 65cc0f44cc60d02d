/**
 * Moments as people of this place and language write them. Formats are translated strings with Django's
 * tokens (H i l j F n Y; a backslash makes the next letter literal), so that the server writes the same.
 */

/** The zone of this device, e.g. "Europe/Berlin". */
export const deviceZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"

export class Calendar {
  #parts
  #names

  /** @param {string} language @param {string} timeZone */
  constructor(language, timeZone) {
    const numbers = { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
    this.#parts = new Intl.DateTimeFormat("en-u-nu-latn", { ...numbers, timeZone })
    this.#names = new Intl.DateTimeFormat(language, { weekday: "long", month: "long", day: "numeric", timeZone })
  }

  /** @param {Date} moment @returns {{Y: string, n: string, j: string, H: string, i: string}} */
  parts(moment) {
    const found = Object.fromEntries(this.#parts.formatToParts(moment).map(({ type, value }) => [type, value]))
    return { Y: found.year, n: found.month, j: found.day, H: found.hour, i: found.minute }
  }

  /** The local day, to compare with others. */
  day(moment) {
    const { Y, n, j } = this.parts(moment)
    return `${Y}-${n.padStart(2, "0")}-${j.padStart(2, "0")}`
  }

  /** @param {Date} moment @param {string} format */
  write(moment, format) {
    const values = this.parts(moment)
    return format.replace(/\\(.)|([HijnY])|([lF])/g, (_, literal, number, name) => {
      if (literal !== undefined) return literal
      return number ? values[number] : this.#name(moment, name)
    })
  }

  #name(moment, token) {
    const type = token === "l" ? "weekday" : "month"
    return this.#names.formatToParts(moment).find((part) => part.type === type)?.value ?? ""
  }
}
