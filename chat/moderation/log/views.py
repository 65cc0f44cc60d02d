"""The audit log: searched on a page, taken away as a file of lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from chat.audit.queries import Asked, acts_in_log, entries
from chat.doors import door
from chat.models import AuditEntry
from chat.moderation.fields import optional_number
from chat.moderation.views import moderator
from chat.wire.encoding import encode, moment

PAGE = 50
MOST_EXPORTED = 100_000


@door("GET")
def log(request: HttpRequest) -> HttpResponse:
    moderator(request)
    found = list(entries(asked_for(request))[: PAGE + 1])
    context = {
        "section": "log",
        "entries": found[:PAGE],
        "older": found[PAGE - 1].number if len(found) > PAGE else None,
        "acts": acts_in_log(),
        "asked": request.GET,
    }
    return render(request, "chat/moderation/log.html", context)


def asked_for(request: HttpRequest) -> Asked:
    """Raises Invalid for a number that is none; a day that is none does not matter."""
    query = request.GET
    try:
        day = parse_date(query.get("since", ""))
    except ValueError:
        day = None
    midnight = timezone.make_aware(datetime(day.year, day.month, day.day)) if day else None
    return Asked(
        words=query.get("q", "").replace("\x00", "")[:80],
        act=query.get("act", "").replace("\x00", "")[:40],
        since=midnight,
        before=optional_number(query, "before"),
    )


@door("GET")
def export(request: HttpRequest) -> HttpResponse:
    """What was searched for, newest first: `format=csv` for spreadsheets, else one JSON object a line."""
    moderator(request)
    found = entries(asked_for(request))[:MOST_EXPORTED].iterator(chunk_size=1000)
    if request.GET.get("format") == "csv":
        return _file(_csv_lines(found), "audit.csv", "text/csv")
    return _file((encode(facts(one)) + "\n" for one in found), "audit.jsonl", "application/jsonl")


def _file(lines: Iterator[str], name: str, kind: str) -> HttpResponse:
    answer = StreamingHttpResponse(lines, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer  # type: ignore[return-value]  # Django's two kinds of answers share no base that is typed


def facts(entry: AuditEntry) -> dict[str, object]:
    """All that the hash covers, with the names beside the ids."""
    return {
        "number": entry.number,
        "at": moment(entry.at),
        "actor": entry.actor_id,
        "actor_name": entry.actor.display_name if entry.actor else "",
        "act": entry.act,
        "target": entry.target_id,
        "target_name": entry.target.display_name if entry.target else "",
        "room": entry.room_id,
        "message": entry.message_id,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
        "previous": entry.previous,
        "hash": entry.hash,
    }


class _Echo:
    """What csv.writer writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(found: Iterator[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    names = list(facts(AuditEntry(at=timezone.now())))
    yield writer.writerow(names)
    for entry in found:
        yield writer.writerow([_cell(value) for value in facts(entry).values()])


def _cell(value: object) -> str:
    """Spreadsheets run what begins like a formula."""
    text = encode(value) if isinstance(value, dict) else str("" if value is None else value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
