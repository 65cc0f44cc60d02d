/** Starts what the page has. Pages of the shell carry boot data; others need little. */
import { deviceZone } from "chat/helpers/dates.js"
import { one } from "chat/helpers/dom.js"
import { fill, getJson } from "chat/helpers/http.js"
import { useCatalogue } from "chat/helpers/i18n.js"
import { Session } from "chat/models/session.js"
import { ActionsController } from "chat/controllers/actions.js"
import { AnnouncerController } from "chat/controllers/announcer.js"
import { ChoicesController } from "chat/controllers/choices.js"
import { CodeController } from "chat/controllers/code.js"
import { ComposerController } from "chat/controllers/composer.js"
import { ConnectionController } from "chat/controllers/connection.js"
import { DividerController } from "chat/controllers/divider.js"
import { EditorController } from "chat/controllers/editor.js"
import { EmojiController } from "chat/controllers/emoji.js"
import { FieldsController } from "chat/controllers/fields.js"
import { FilesController } from "chat/controllers/files.js"
import { FilterController } from "chat/controllers/filter.js"
import { HeaderController } from "chat/controllers/header.js"
import { HintController } from "chat/controllers/hint.js"
import { KeyboardController } from "chat/controllers/keyboard.js"
import { LarderController } from "chat/controllers/larder.js"
import { LevelController } from "chat/controllers/level.js"
import { MoreUnreadController } from "chat/controllers/more_unread.js"
import { NotificationsController } from "chat/controllers/notifications.js"
import { ModerationController } from "chat/controllers/moderation.js"
import { OutboxController } from "chat/controllers/outbox.js"
import { PagingController } from "chat/controllers/paging.js"
import { PanelController } from "chat/controllers/panel.js"
import { PeaceController } from "chat/controllers/peace.js"
import { PresenceController } from "chat/controllers/presence.js"
import { ReaderController } from "chat/controllers/reader.js"
import { ReportingController } from "chat/controllers/reporting.js"
import { RovingController } from "chat/controllers/roving.js"
import { SidebarController } from "chat/controllers/sidebar.js"
import { SilenceController } from "chat/controllers/silence.js"
import { SlowController } from "chat/controllers/slow.js"
import { SplitterController } from "chat/controllers/splitter.js"
import { SuggestionsController } from "chat/controllers/suggestions.js"
import { SwitcherController } from "chat/controllers/switcher.js"
import { TabsController } from "chat/controllers/tabs.js"
import { TimelineController } from "chat/controllers/timeline.js"
import { TitleController } from "chat/controllers/title.js"
import { TypingController } from "chat/controllers/typing.js"
import { UnreadBarController } from "chat/controllers/unread_bar.js"

/** In this order: what shows rows listens before what brings them. */
const SHELL = [
  ["html", NotificationsController],
  ["html", TabsController],
  ["#announcer-polite", AnnouncerController],
  ["#rooms", SidebarController],
  ["#rooms-filter", FilterController],
  ["#rooms-scroll", MoreUnreadController],
  ["#splitter", SplitterController],
  ["#silence", SilenceController],
  ["#hints", HintController],
  ["head > title", TitleController],
  ["#dialog-switcher", SwitcherController],
  ["#dialog-fragment", ReportingController],
  ["html", ModerationController],
  ["html", KeyboardController],
]
const ROOM = [
  ["#main", HeaderController],
  ["#level-toggle", LevelController],
  ["#panel", PanelController],
  ["#messages", RovingController],
  ["#messages", TimelineController],
  ["#unread-bar", UnreadBarController],
  ["#messages", OutboxController],
  ["#messages", PagingController],
  ["#messages", DividerController],
  ["#messages", ReaderController],
  ["#messages", EditorController],
  ["#toolbar", ActionsController],
  ["#messages", CodeController],
  ["#picker", EmojiController],
  ["#messages", PeaceController],
  ["#typing", TypingController],
  ["#write", SuggestionsController],
  ["#composer", ComposerController],
  ["#composer-slow", SlowController],
  ["#messages", FilesController],
]
/** The link is opened last, when everybody listens. */
const LINK = [["html", LarderController], ["html", PresenceController], ["html", ConnectionController]]

/** What only single pages have. */
const RARE = [
  ["#desktop", () => import("chat/controllers/desktop.js")],
  ["#saved", () => import("chat/controllers/saved.js")],
  ["[data-picture]", () => import("chat/controllers/portrait.js")],
]

/** The server writes times of the first paint in this zone. */
function tellZone() {
  document.cookie = `tz=${encodeURIComponent(deviceZone())}; path=/; max-age=31536000; samesite=lax`
}

async function loadWords(urls) {
  const language = document.documentElement.lang
  if (!urls.catalog || language.split("-")[0] === "en") return
  const catalogue = await getJson(fill(urls.catalog, { language })).catch(() => ({}))
  useCatalogue(language, catalogue.catalog ?? catalogue)
}

async function start() {
  tellZone()
  new FieldsController(document)
  new ChoicesController(document.documentElement)
  const data = one("#boot")
  if (!data) return
  const boot = JSON.parse(data.textContent)
  await loadWords(boot.urls)
  const session = new Session(boot)
  for (const [selector, Controller] of [...SHELL, ...(session.room ? ROOM : []), ...LINK]) {
    const element = one(selector)
    if (element) new Controller(element, session)
  }
  for (const [selector, load] of RARE) {
    const element = one(selector)
    for (const Controller of element ? Object.values(await load()) : []) new Controller(element, session)
  }
  document.documentElement.dataset.ready = ""
}

start()
