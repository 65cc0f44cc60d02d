/**
 * Keeps the shell and the rooms that were opened lately, so that they open without a network; shows what a
 * notification leads to. It never answers from its store while the server can be asked: what the server refuses,
 * it forgets.
 */
const BUILD = new URL(location.href).searchParams.get("build") ?? ""
const ASSETS = `chat-assets-${BUILD}`
const PAGES = "chat-pages"
const OFFLINE = "/offline/"
const ROOM = /^\/rooms\/\d+\/$/
const HASHED = /\.[0-9a-f]{12}\.\w+$/
const MOST_ROOMS = 20
const REFUSED = [401, 403, 404, 410]

addEventListener("install", (event) => {
  skipWaiting()
  event.waitUntil(caches.open(ASSETS).then((cache) => cache.add(OFFLINE)))
})

addEventListener("activate", (event) => event.waitUntil(takeOver()))

addEventListener("fetch", (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== "GET" || url.origin !== location.origin) return
  if (request.mode === "navigate") event.respondWith(page(event, url))
  else if (url.pathname.startsWith("/static/") || /^\/(i18n|emoji)\//.test(url.pathname)) event.respondWith(asset(request, url))
})

addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(lead(event.notification.data.url))
})

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith("chat-assets-") && name !== ASSETS)
  await Promise.all(old.map((name) => caches.delete(name)))
  await clients.claim()
}

async function page({ request }, url) {
  const isRoom = ROOM.test(url.pathname)
  let response
  try {
    response = await fetch(request)
  } catch {
    return (isRoom && (await keptPage(url.pathname))) || (url.pathname === "/" && (await keptPage())) || caches.match(OFFLINE)
  }
  if (isRoom) await remember(url.pathname, response)
  return response
}

async function remember(path, response) {
  const cache = await caches.open(PAGES)
  const isOurs = response.ok && !response.redirected && response.type === "basic"
  // Put anew, so that the last opened stands last.
  if (isOurs || response.redirected || REFUSED.includes(response.status) || response.type === "opaqueredirect") await cache.delete(path)
  if (!isOurs) return
  await cache.put(path, response.clone())
  const paths = await cache.keys()
  await Promise.all(paths.slice(0, -MOST_ROOMS).map((old) => cache.delete(old)))
}

/** The room, or without a path the one that was opened last. */
async function keptPage(path) {
  const cache = await caches.open(PAGES)
  return cache.match(path ?? (await cache.keys()).at(-1) ?? "")
}

// A hashed name never changes what it means; others are asked for first.
async function asset(request, url) {
  const cache = await caches.open(ASSETS)
  const kept = await cache.match(request)
  if (kept && HASHED.test(url.pathname)) return kept
  try {
    const response = await fetch(request)
    if (response.ok) await cache.put(request, response.clone())
    return response
  } catch (error) {
    if (kept) return kept
    throw error
  }
}

async function lead(url) {
  const open = await clients.matchAll({ type: "window" })
  const room = url.match(/\/rooms\/\d+\//)?.[0]
  const tab = open.find((each) => room && each.url.includes(room)) ?? open[0]
  if (!tab) return clients.openWindow(url)
  await tab.focus()
  tab.postMessage({ open: url })
}
