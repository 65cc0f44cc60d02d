"""The language of search: words, “phrases” and filters, as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from chat.errors import Invalid
from chat.text.folding import FILE, IMAGE, fold

LONGEST = 500  # characters
MOST_TERMS = 20
PAGE = 25
# What texts have that have one: links however they are written, and the marks before names of files.
HAS_PARTS = {"file": (FILE, IMAGE), "image": (IMAGE,), "link": ("://", "www.", "](")}
HAS = tuple(HAS_PARTS)
FILTERS = ("from", "in", "before", "after", "has", "mentions")

_PART = re.compile(
    r"""(?P<key>[a-z]+)[:：](?:["“](?P<quoted>[^"”]*)["”]?|(?P<value>\S*))"""
    r"""|["“](?P<phrase>[^"”]*)["”]?|(?P<word>\S+)""",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter and where it stands in the text, so that it can be taken out."""

    key: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked. `terms` are folded: each must be part of a message's folded text."""

    text: str
    terms: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.filters)

    def values(self, key: str) -> list[str]:
        return [one.value for one in self.filters if one.key == key]

    def without(self, one: Filter) -> str:
        """The text with this filter taken out."""
        return " ".join((self.text[: one.start] + self.text[one.end :]).split())


def parse(text: str) -> Query:
    """Reads what somebody typed. Raises Invalid, with a sentence, for what cannot be meant."""
    text = text.replace("\x00", "").strip()
    if len(text) > LONGEST:
        raise Invalid(_("A search may have %(limit)s characters.") % {"limit": LONGEST})
    terms: dict[str, None] = {}
    filters = []
    for found in _PART.finditer(text):
        key = (found["key"] or "").lower()
        if key in FILTERS:
            filters.append(_filter(key, (found["quoted"] or found["value"] or "").strip(), found))
            continue
        words = found["phrase"] if found["phrase"] is not None else found[0]
        if folded := fold(words):
            terms[folded] = None
    if len(terms) > MOST_TERMS:
        raise Invalid(_("A search may have %(limit)s words.") % {"limit": MOST_TERMS})
    return Query(text, tuple(terms), tuple(filters))


def _filter(key: str, value: str, found: re.Match[str]) -> Filter:
    if not value:
        raise Invalid(_("Write something after “%(filter)s:”.") % {"filter": key})
    if key == "has" and value.lower() not in HAS:
        raise Invalid(_("“has:” knows file, image and link."))
    if key == "mentions" and value.lower() != "me":
        raise Invalid(_("“mentions:” knows only me."))
    if key in ("before", "after"):
        days_of(value)
    return Filter(key, value, found.start(), found.end())


def days_of(value: str) -> tuple[datetime, datetime]:
    """Where a day, month or year begins and ends in the reader's zone. Raises Invalid."""
    today = timezone.localdate()
    if value.lower() in ("today", "yesterday"):
        first = today - timedelta(days=value.lower() == "yesterday")
        return _midnight(first), _midnight(first + timedelta(days=1))
    found = _DAY.fullmatch(value)
    try:
        if not found:
            raise ValueError
        year, month, day = (int(part) if part else 0 for part in found.groups())
        first = date(year, month or 1, day or 1)
        if day:
            last = first + timedelta(days=1)
        else:
            last = date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1)
        return _midnight(first), _midnight(last)
    except (ValueError, OverflowError):
        raise Invalid(_("“%(date)s” is not a date like 2026-11-23.") % {"date": value[:40]}) from None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
