"""Writing rules, switching them, and following them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, random_id
from chat.access.screening import matcher_of, withholds
from chat.audit.actions import record
from chat.errors import Forbidden, Invalid, NotFound
from chat.messages.bin import put_away
from chat.models import HouseRules, Message, Report, Room, Rule
from chat.models.rooms import Turn
from chat.moderation.policy import may_moderate
from chat.moderation.reports.actions import announce_case, open_case
from chat.moderation.sanctions.actions import impose

MOST_RULES = 100
MOST_COUNTED = 100
LONGEST_WINDOW = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class RuleValues:
    """What a rule is made of. `count` messages in `seconds` is for floods and repetitions, `text` for the others."""

    name: str
    kind: str
    outcome: str
    text: str = ""
    count: int = 5
    seconds: int = 10
    mute_minutes: int = 10
    room_id: int | None = None


def draft_rule(values: RuleValues, *, by: User) -> Rule:
    """The rule that these values make, not stored. Raises Invalid."""
    if values.kind not in Rule.Kind.values or values.outcome not in Rule.Outcome.values:
        raise Invalid
    bounds = (
        (values.count, 2, MOST_COUNTED),
        (values.seconds, 1, LONGEST_WINDOW),
        (values.mute_minutes, 1, 366 * 24 * 60),
    )
    if any(not least <= one <= most for one, least, most in bounds):
        raise Invalid
    if not values.name.strip():
        raise Invalid(_("Give the rule a name."))
    if values.room_id is not None and not Room.objects.filter(pk=values.room_id).exists():
        raise Invalid
    rule = Rule(
        name=values.name.strip()[:60],
        kind=values.kind,
        outcome=values.outcome,
        text=values.text[:2000],
        count=values.count,
        seconds=values.seconds,
        mute_minutes=values.mute_minutes,
        room_id=values.room_id,
        created_by=by,
    )
    matcher_of(rule)
    return rule


def add_rule(*, actor: User, values: RuleValues) -> Rule:
    """A new rule, switched off."""
    _check_may(actor)
    rule = draft_rule(values, by=actor)
    with transaction.atomic():
        if Rule.objects.count() >= MOST_RULES:
            raise Invalid(_("There are enough rules."))
        rule.save(force_insert=True)
        record("rule_added", actor=actor, room=rule.room_id, after=_facts(rule))
    return rule


def switch_rule(*, actor: User, rule_id: int, enabled: bool) -> None:
    _check_may(actor)
    with transaction.atomic():
        rule = _access_rule(rule_id)
        if rule.enabled == enabled:
            return
        rule.enabled = enabled
        rule.save(update_fields=["enabled"])
        _renew_version()
        act = "rule_on" if enabled else "rule_off"
        record(act, actor=actor, room=rule.room_id, after=_facts(rule))


def delete_rule(*, actor: User, rule_id: int) -> None:
    _check_may(actor)
    with transaction.atomic():
        rule = _access_rule(rule_id)
        before = _facts(rule)
        rule.delete()
        _renew_version()
        record("rule_deleted", actor=actor, before=before)


def follow(*, rule: Rule, message: Message, turn: Turn, **_kwargs: Any) -> None:
    """What a broken rule brings, inside the transaction that stores the message. Its author reads why."""
    if withholds(rule):
        put_away(message, turn, by=None)
        hides = rule.outcome == Rule.Outcome.HIDE
        message.withheld = Message.Withheld.HIDDEN if hides else Message.Withheld.HELD
        message.save(update_fields=["source", "html", "withheld"])
        message.mention_ids = []
        _report(rule, message)
    if rule.outcome in (Rule.Outcome.WARN, Rule.Outcome.MUTE):
        is_mute = rule.outcome == Rule.Outcome.MUTE
        impose(
            actor=None,
            person_id=message.author_id,
            kind="mute" if is_mute else "warn",
            reason=rule.name,
            minutes=rule.mute_minutes if is_mute else None,
            room_id=rule.room_id,
            case=message.cases.first(),
            rule=rule,
        )
    record(
        "rule_broken",
        actor=None,
        target=message.author,
        room=message.room_id,
        message_id=message.pk,
        after={"rule": rule.name, "outcome": rule.outcome},
    )


def _report(rule: Rule, message: Message) -> None:
    case = open_case(about=message.author, room=message.room, message=message)
    if not message.room.is_direct:
        case.snapshot = message.removed.source
        case.save(update_fields=["snapshot"])
    Report.objects.create(case=case, reporter=None, reason=Report.Reason.RULE, words=rule.name)
    announce_case(case)


def _check_may(actor: User) -> None:
    if not may_moderate(actor):
        raise Forbidden


def _access_rule(rule_id: int) -> Rule:
    rule = Rule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NotFound
    return rule


def _renew_version() -> None:
    HouseRules.objects.get_or_create(singleton=True)
    HouseRules.objects.update(version=random_id())


def _facts(rule: Rule) -> dict[str, Any]:
    names = ("name", "kind", "text", "count", "seconds", "outcome", "mute_minutes", "room_id")
    return {name: getattr(rule, name) for name in names}


def change_house_rules(*, actor: User, tell_reporters: bool, tell_authors: bool, hide_after: int) -> None:
    """Who is told outcomes, and how many reports hide a text. Raises Forbidden or Invalid."""
    _check_may(actor)
    if hide_after not in HouseRules.HideAfter.values:
        raise Invalid
    wanted = {"tell_reporters": tell_reporters, "tell_authors": tell_authors, "hide_after": hide_after}
    with transaction.atomic():
        rules, _new = HouseRules.objects.get_or_create(singleton=True)
        before = {name: getattr(rules, name) for name in wanted}
        if before != wanted:
            HouseRules.objects.update(**wanted)
            record("house_rules", actor=actor, before=before, after=wanted)
