"""What an entry of the log says about before and after, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Choices
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.dateparse import parse_datetime
from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Instance, User
from chat.models import AuditEntry, CleanUp, HouseRules, Membership, Room, Rule
from chat.moderation.reports.rules import DECISIONS

Words = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Detail:
    """One fact. `before` and `after` None: it is only said of the other side."""

    label: str
    before: str | None
    after: str | None


def details_of(entry: AuditEntry) -> list[Detail]:
    """In the active language and time zone; a fact of a newer version shows as it stands."""
    keys = [*entry.before, *(key for key in entry.after if key not in entry.before)]
    found = []
    for key in _worth_saying(entry, keys):
        label, words = _field(entry.act, key)
        before, after = ((words(side[key]) if key in side else None) for side in (entry.before, entry.after))
        if before or after:
            found.append(Detail(str(label), before, after))
    return found


def _worth_saying(entry: AuditEntry, keys: Iterable[str]) -> list[str]:
    """Not what only the machine needs, nor an end of what has none, nor settings that a rule does not use."""
    facts = {**entry.before, **entry.after}
    left_out = {"sanction", "room_id"}
    if entry.act.removesuffix("_lifted") in ("warn", "remove"):
        left_out.add("until")
    if entry.act.startswith("rule_") and "kind" in facts:
        counts = facts["kind"] in (Rule.Kind.FLOOD, Rule.Kind.REPEAT)
        left_out |= {"text"} if counts else {"count", "seconds"}
        if facts.get("outcome") != Rule.Outcome.MUTE:
            left_out.add("mute_minutes")
    return [key for key in keys if key not in left_out]


def _field(act: str, key: str) -> tuple[str | Promise, Words]:
    return OF_ACT.get((act, key)) or FIELDS.get(key) or (key, str)


def _moment(value: Any, *, without: str) -> str:
    at = parse_datetime(value) if isinstance(value, str) and value else None
    return format_date(timezone.localtime(at), get_format("DATETIME_FORMAT")) if at else without


def _end(value: Any) -> str:
    return _moment(value, without=_("until it is lifted"))


def _lock(value: Any) -> str:
    """None: not locked; empty: without an end."""
    return _("not closed") if value is None else _moment(value, without=_("until it is opened again"))


def _yes_or_no(value: Any) -> str:
    return _("yes") if value else _("no")


def _number_or_off(value: Any) -> str:
    return str(value) if value else _("off")


def _seconds(value: Any) -> str:
    return ngettext("%(n)s second", "%(n)s seconds", value) % {"n": value} if value else _("off")


def _one_of(*choices: type[Choices]) -> Words:
    """The word for a stored choice; the first list that knows it."""
    labels: dict[Any, Any] = {}
    for one in reversed(choices):
        labels.update(one.choices)
    return lambda value: str(labels.get(value, value))


def _outcome(value: Any) -> str:
    decision = DECISIONS.get(value)
    return str(decision.name) if decision else _one_of(Rule.Outcome)(value)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


FIELDS: dict[str, tuple[Promise, Words]] = {
    "until": (gettext_lazy("until"), _end),
    "state": (gettext_lazy("place in the room"), _one_of(Membership.State)),
    "role": (gettext_lazy("role"), _one_of(Membership.Role, User.Role)),
    "case": (gettext_lazy("case"), _plain),
    "outcome": (gettext_lazy("decision"), _outcome),
    "text_removed": (gettext_lazy("message removed, too"), _yes_or_no),
    "span": (gettext_lazy("messages"), _one_of(CleanUp.Span)),
    "messages": (gettext_lazy("how many"), _plain),
    "network": (gettext_lazy("addresses"), _plain),
    "people": (gettext_lazy("people signed in from there"), _plain),
    "rule": (gettext_lazy("rule"), _plain),
    "name": (gettext_lazy("name"), _plain),
    "kind": (gettext_lazy("looks for"), _one_of(Rule.Kind)),
    "text": (gettext_lazy("words or pattern"), _plain),
    "count": (gettext_lazy("messages"), _plain),
    "seconds": (gettext_lazy("within seconds"), _plain),
    "mute_minutes": (gettext_lazy("minutes"), _plain),
    "posting": (gettext_lazy("who writes"), _one_of(Room.Posting)),
    "locked_until": (gettext_lazy("closed for writing until"), _lock),
    "slow_seconds": (gettext_lazy("between two messages"), _seconds),
    "newcomer_days": (gettext_lazy("days before links and mentions"), _number_or_off),
    "most_mentions": (gettext_lazy("most people in one message"), _number_or_off),
    "tell_reporters": (gettext_lazy("reporters are told the outcome"), _yes_or_no),
    "tell_authors": (gettext_lazy("authors are told the outcome"), _yes_or_no),
    "hide_after": (gettext_lazy("a reported text is hidden"), _one_of(HouseRules.HideAfter)),
    "signup_mode": (gettext_lazy("sign-up"), _one_of(Instance.SignupMode)),
    "link_previews": (gettext_lazy("link previews"), _yes_or_no),
}
# Where the same key means something else.
OF_ACT: dict[tuple[str, str], tuple[Promise, Words]] = {
    ("role_changed", "role"): (gettext_lazy("role"), _one_of(User.Role)),
    ("rule_broken", "outcome"): (gettext_lazy("then"), _one_of(Rule.Outcome)),
    **{
        (act, "outcome"): (gettext_lazy("then"), _one_of(Rule.Outcome))
        for act in ("rule_added", "rule_on", "rule_off", "rule_deleted")
    },
}
