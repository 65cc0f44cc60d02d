/** A room's page as it was kept, in words of today: a message that was changed or deleted since is exchanged. */

/**
 * The page with these items in it. Bodies are sanitised and attributes escaped: what is cut between is the server's own.
 * @param {Response} page @param {{message: {id: number}, html: string}[]} items @returns {Promise<Response>}
 */
export async function amended(page, items) {
  const { status, headers } = page
  const text = await page.text()
  return new Response(items.reduce(exchange, text), { status, headers })
}

function exchange(page, { message: { id }, html }) {
  const row = new RegExp(`<article class="message"[^>]* data-id="${id}"[^>]*>.*?</article>`, "s")
  const quotes = new RegExp(`(<div class="message__quote" data-quote="${id}">).*?(</div>)`, "gs")
  return page.replace(row, () => html).replace(quotes, "$1$2")
}
