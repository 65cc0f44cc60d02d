/** The settings' button that asks the browser for notifications; nothing else ever asks. */
import { one } from "chat/helpers/dom.js"
import { t } from "chat/helpers/i18n.js"

export class DesktopController {
  #section

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#section = section
    one("#desktop-ask").addEventListener("click", () => this.#ask())
    this.#draw()
  }

  async #ask() {
    await Notification.requestPermission()
    this.#draw()
  }

  #draw() {
    const state = stateOf()
    this.#section.dataset.state = state
    one("#desktop-text").textContent = WORDS[state]()
    one("#desktop-ask").hidden = state !== "default"
  }
}

// Browsers on an iPhone or iPad offer notifications only to pages on the Home Screen.
const isApplePhone = () => /iPhone|iPad/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1)

function stateOf() {
  if (isApplePhone() && !navigator.standalone) return "home"
  if (!("Notification" in globalThis) || !globalThis.isSecureContext) return "absent"
  return Notification.permission
}

const WORDS = {
  default: () => t("Hear of messages while you look elsewhere. Your browser will ask you once."),
  granted: () => t("Notifications are on in this browser."),
  denied: () => t("This browser refuses notifications from here. Click the icon left of the address, allow notifications, and reload this page."),
  absent: () => t("This browser shows no notifications here. They need a secure address (https)."),
  home: () => t("On an iPhone or iPad: tap Share, then “Add to Home Screen”, and open the chat from there."),
}
