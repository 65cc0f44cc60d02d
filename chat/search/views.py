"""The page of search. What scripts fetch is its middle part, with or without a form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from chat import limits
from chat.doors import door, wants_fragment
from chat.errors import Invalid
from chat.models import Message
from chat.rooms.sidebar import Sidebar, sidebar_of
from chat.search.queries import Hit, find, messages_of
from chat.search.ranking import MOST_RANKED, ranked
from chat.search.rendering import Result, result_of
from chat.search.rules import PAGE, Query, parse
from chat.search.scope import Names, names_like, wanted_of

RELEVANCE = "relevance"


@dataclass(slots=True)
class Answer:
    """What a page shows. `complaint`: why nothing was looked for; `more`: the place from which it goes on."""

    query: Query
    sort: str = ""
    results: list[Result] = field(default_factory=list)
    names: Names | None = None
    more: int | None = None
    complaint: str = ""

    @property
    def count_words(self) -> str:
        """Said aloud and shown; empty while nothing was asked for."""
        if self.complaint or not self.query:
            return self.complaint
        count = len(self.results)
        if self.more is not None:
            return _("The newest %(count)s results") % {"count": count}
        if not count:
            return _("No results")
        return ngettext("%(count)s result", "%(count)s results", count) % {"count": count}

    @property
    def chips(self) -> list[tuple[str, str]]:
        """Each filter as it is shown, and the search without it."""
        return [
            (f"{one.key}: {one.value}", self.address(self.query.without(one))) for one in self.query.filters
        ]

    def address(self, text: str, **also: str | int) -> str:
        return "?" + urlencode({"q": text, **({"sort": self.sort} if self.sort else {}), **also})

    @property
    def more_address(self) -> str:
        return self.address(self.query.text, before=self.more or 0)

    @property
    def other_sort(self) -> str:
        other = "" if self.sort else RELEVANCE
        return "?" + urlencode({"q": self.query.text, **({"sort": other} if other else {})})


@door("GET")
def search(request: HttpRequest) -> HttpResponse:
    """`q`: what to look for; `sort`: `relevance` or the newest first; `before`: the place of the last one shown."""
    user = cast(User, request.user)
    answer = _answer(user, request)
    template = "chat/search/_search.html" if wants_fragment(request) else "chat/search/search.html"
    return render(request, template, {"answer": answer})


def _answer(user: User, request: HttpRequest) -> Answer:
    text = request.GET.get("q", "")
    sort = RELEVANCE if request.GET.get("sort") == RELEVANCE else ""
    try:
        query = parse(text)
        if not query:
            return Answer(query, sort)
        limits.check_may_search(user.pk)
        return _found(user, query, sort, _place(request.GET.get("before", "")))
    except Invalid as error:
        return Answer(Query(text[:1000]), sort, complaint=str(error.detail))


def _found(user: User, query: Query, sort: str, before: int | None) -> Answer:
    sidebar = sidebar_of(user)
    wanted = wanted_of(user, query, sidebar, before=before)
    names = names_like(user, query, sidebar) if before is None else None
    if sort:
        best = ranked(messages_of(user, find(wanted, limit=MOST_RANKED)), query.terms)
        return Answer(query, sort, [_result(sidebar, one, query) for one in best[: 2 * PAGE]], names)
    hits = find(wanted, limit=PAGE + 1)
    page = hits[:PAGE]
    results = [_result(sidebar, one, query) for one in messages_of(user, page)]
    return Answer(query, sort, results, names, _rest(hits))


def _rest(hits: list[Hit]) -> int | None:
    return hits[PAGE - 1].place if len(hits) > PAGE else None


def _result(sidebar: Sidebar, message: Message, query: Query) -> Result:
    row = sidebar.row(message.room_id)
    return result_of(message, row.name if row else message.room.name, query.terms)


def _place(text: str) -> int | None:
    """Anybody may write anything there; what is no place begins at the newest."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= 18 else None
