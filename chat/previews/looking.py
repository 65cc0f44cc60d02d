"""From an address to a card that no message has yet: the page, its words, its picture."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django.utils import timezone

from chat import limits
from chat.models import LinkPreview
from chat.models.previews import digest_of
from chat.previews.fetching import Network, Wish, fetch
from chat.previews.pages import card_of
from chat.previews.rules import NotFetched
from chat.uploads import keeping, receiving
from chat.uploads.finishing import develop

PAGE: Final = Wish(frozenset({"text/html", "application/xhtml+xml"}), most_bytes=1_048_576)
PICTURE: Final = Wish(
    frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}), most_bytes=5_242_880, whole=True
)
FORM: Final = "thumb"  # the one form of its picture that is kept


def look(url: str, network: Network) -> LinkPreview:
    """A new card, kept; of another message's where that is young enough. Raises NotFetched."""
    return _taken_again(url) or _fetched(url, network)


def _taken_again(url: str) -> LinkPreview | None:
    earlier = LinkPreview.objects.recent(url, timezone.now()).order_by("-made_at").first()
    if earlier is None:
        return None
    preview = LinkPreview.objects.create(
        url=url, digest=earlier.digest, host=earlier.host, title=earlier.title, words=earlier.words
    )
    if earlier.has_picture:
        keeping.copy(earlier, preview, FORM)
        _note_picture(preview)
    return preview


def _fetched(url: str, network: Network) -> LinkPreview:
    if not limits.may_ask_host(urlsplit(url).hostname or ""):
        raise NotFetched("asked often enough")
    page = fetch(url, PAGE, network)
    card = card_of(page.body, charset=page.charset, url=page.url)
    if card is None:
        raise NotFetched("says nothing")
    preview = LinkPreview.objects.create(
        url=url, digest=digest_of(url), host=page.host, title=card.title, words=card.words
    )
    if card.image:
        _keep_picture(preview, card.image, network)
    return preview


def _keep_picture(preview: LinkPreview, url: str, network: Network) -> None:
    """Decoded and encoded anew in the process that does it for uploads; the card has none where anything fails."""
    if receiving.is_full(PICTURE.most_bytes):
        return
    try:
        found = fetch(url, PICTURE, network)
    except NotFetched:
        return
    with receiving.workshop() as workshop:
        source = workshop / "source"
        source.write_bytes(found.body)
        if develop(source, workshop):
            keeping.keep(preview, FORM, workshop / FORM)
            _note_picture(preview)


def _note_picture(preview: LinkPreview) -> None:
    preview.has_picture = True
    preview.save(update_fields=["has_picture"])


def sweep() -> int:
    """What no message has leaves the storage, then the database; how many went."""
    gone = 0
    for preview in LinkPreview.objects.spare(timezone.now()).iterator():
        keeping.forget(preview)
        preview.delete()
        gone += 1
    return gone
