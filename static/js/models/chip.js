/** How a file looks while it is on its way: in the composer, and in a row that is not sent yet. */
import { icon, make, setAttribute } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"
import { fileSize } from "chat/helpers/sizes.js"
import { perFrame } from "chat/helpers/time.js"
import { thumbnail } from "chat/models/thumbnail.js"

/** @param {import("./upload.js").Upload} upload @param {() => void} [remove] @returns {HTMLElement} a list item */
export function chip(upload, remove) {
  const { name } = upload
  const words = make("small", { class: "truncate" })
  const bar = make("progress", { max: 100, value: 0, "aria-label": name })
  const item = make("li", { class: "chip" }, thumbnail(upload), make("span", { class: "chip__words" }, make("bdi", { class: "truncate" }, name), words), bar)
  const again = make("button", { type: "button", class: "button", "aria-label": t("Retry %(name)s", { name }) }, t("Retry"))
  if (remove) {
    const button = make("button", { type: "button", class: "button", "data-kind": "quiet", "data-icon": "", "aria-label": t("Remove %(name)s", { name }) }, icon("close", { small: true }))
    button.addEventListener("click", remove)
    again.addEventListener("click", () => upload.start())
    item.append(again, button)
  }
  const draw = () => {
    again.hidden = upload.state !== "failed"
    setAttribute(item, "data-state", upload.state)
    setAttribute(bar, "value", upload.percent)
    bar.hidden = !upload.isUnderWay && upload.state !== "failed"
    words.textContent = wordsOf(upload)
    words.title = upload.reason
  }
  upload.addEventListener("change", perFrame(draw))
  draw()
  return item
}

function wordsOf({ state, reason, size }) {
  if (state === "refused") return reason
  if (state === "failed") return t("Stopped: %(reason)s", { reason })
  if (state === "waiting") return t("Waiting for the connection")
  return fileSize(size)
}
