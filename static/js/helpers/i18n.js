/** Words: `t` and `ngettext` over the catalogue of the page's language; without one, the English source. */

let words = {}
let rules = new Intl.PluralRules("en")

/**
 * @param {string} language of the page
 * @param {Record<string, string | string[]>} catalogue source text to translation, or to its plural forms
 */
export function useCatalogue(language, catalogue) {
  words = catalogue
  rules = new Intl.PluralRules(language || "en")
}

/** @param {string} source @param {Record<string, unknown>} [values] for its `%(name)s` places */
export function t(source, values) {
  const found = words[source]
  return place((Array.isArray(found) ? found[0] : found) || source, values)
}

/** @param {string} one @param {string} many @param {number} count also offered as `%(count)s` */
export function ngettext(one, many, count, values = {}) {
  const forms = words[one]
  const text = Array.isArray(forms) ? forms[form(count, forms.length)] : count === 1 ? one : many
  return place(text || many, { count: number(count), ...values })
}

/** @param {number} value in the digits of the page's language */
export const number = (value) => new Intl.NumberFormat(rules.resolvedOptions().locale).format(value)

/** "Ana, Bo and Cy" @param {string[]} items */
export const list = (items) => new Intl.ListFormat(rules.resolvedOptions().locale).format(items)

// The forms of a catalogue stand in the order of the plural categories, integers first.
function form(count, forms) {
  const order = ["zero", "one", "two", "few", "many", "other"]
  const categories = order.filter((name) => rules.resolvedOptions().pluralCategories.includes(name))
  return Math.min(categories.indexOf(rules.select(count)), forms - 1)
}

function place(text, values) {
  if (!values) return text
  return text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole))
}
