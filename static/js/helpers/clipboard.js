/** The clipboard, also where the page came over plain http and scripts are offered none. */

/** @param {string} text @returns {Promise<boolean>} whether it was copied */
export async function copy(text) {
  const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false)
  return copied || copyByHand(text)
}

function copyByHand(text) {
  const field = document.createElement("textarea")
  const focused = document.activeElement
  field.value = text
  document.body.append(field)
  field.select()
  const copied = document.execCommand("copy")
  field.remove()
  focused?.focus?.()
  return copied
}
