"""Automatic rules: what a text runs into. Reads, decides, and leaves the consequences to chat.moderation.

The rules are kept per process and read again when the version that the gate brought along is another one.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import re2  # type: ignore[import-untyped]  # a binding without types
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.access.gates import Access
from chat.access.permissions import Permission
from chat.errors import Forbidden, Invalid
from chat.models import Message, Rule

# rule: Rule, message: Message, turn: Turn. Sent inside the transaction that stores the message.
rule_broken = Signal()

MOST_MEMORY = 1 << 20  # bytes that one pattern may take
MOST_COMPARED = 200
WITHHOLDING = frozenset({Rule.Outcome.HOLD, Rule.Outcome.HIDE, Rule.Outcome.MUTE})
READS_TEXT = frozenset({Rule.Kind.WORDS, Rule.Kind.PATTERN})
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])

Matcher = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Book:
    version: int
    rules: tuple[tuple[Rule, Matcher | None], ...]


_book = _Book(0, ())
_lock = threading.Lock()


def withholds(rule: Rule | None) -> bool:
    """Whether nobody sees the message at first."""
    return rule is not None and rule.outcome in WITHHOLDING


def screen(access: Access, source: str) -> Rule | None:
    """The first rule that this text breaks. Moderators break none; no rule reads what is said in a direct room."""
    if not access.rules_version or access.may(Permission.MODERATE):
        return None
    for rule, matches in _rules_of(access.rules_version):
        if rule.room_id not in (None, access.room.pk):
            continue
        if matches is not None and access.room.is_direct:
            continue
        if matches(source) if matches is not None else _is_too_much(rule, access, source):
            return rule
    return None


def check_edit(access: Access, source: str) -> None:
    """Raises Forbidden: what would be withheld as a message cannot be brought in by an edit."""
    rule = screen(access, source)
    if withholds(rule) and rule is not None and rule.kind in READS_TEXT:
        raise Forbidden(_("A rule of this chat stops that text."))


def _rules_of(version: int) -> tuple[tuple[Rule, Matcher | None], ...]:
    global _book
    if _book.version != version:
        with _lock:
            if _book.version != version:
                rows = Rule.objects.filter(enabled=True).order_by("pk")
                _book = _Book(version, tuple((rule, matcher_of(rule)) for rule in rows))
    return _book.rules


def matcher_of(rule: Rule) -> Matcher | None:
    """What tells whether a text breaks the rule; None for rules that count messages. Raises Invalid."""
    if rule.kind not in READS_TEXT:
        return None
    if rule.kind == Rule.Kind.WORDS:
        words = [normal(line) for line in rule.text.splitlines() if line.strip()]
        if not words:
            raise Invalid(_("Write at least one word."))
        pattern = "|".join(_as_pattern(word) for word in words)
    else:
        pattern = rule.text.strip()
    compiled = _compile(pattern)
    return lambda text: compiled.search(normal(text)) is not None


def _compile(pattern: str) -> re2.Pattern:
    options = re2.Options()
    options.max_mem = MOST_MEMORY
    options.case_sensitive = False
    options.log_errors = False
    try:
        if pattern and len(pattern) <= 4000:
            return re2.compile(pattern, options)
    except re2.error as error:
        raise Invalid(_("This pattern cannot be read: %(why)s") % {"why": str(error)[:200]}) from error
    raise Invalid(_("Write a pattern."))


def normal(text: str) -> str:
    """What rules compare: compatible forms folded, case folded, invisible characters gone."""
    return unicodedata.normalize("NFKC", text).translate(_INVISIBLE).casefold()


def _as_pattern(word: str) -> str:
    """A whole word where words have edges; anywhere in scripts that write without spaces."""
    escaped = str(re2.escape(word))
    if any(unicodedata.east_asian_width(character) == "W" for character in word):
        return escaped
    return f"(?:^|[^\\pL\\pN]){escaped}(?:$|[^\\pL\\pN])"


def _is_too_much(rule: Rule, access: Access, source: str) -> bool:
    """Whether this message would be the one too many. One query."""
    since = timezone.now() - timedelta(seconds=rule.seconds)
    recent = Message.objects.filter(author=access.user, created_at__gte=since)
    if rule.room_id:
        recent = recent.filter(room=rule.room_id)
    if rule.kind == Rule.Kind.FLOOD:
        return recent.count() + 1 >= rule.count
    same = normal(source)
    texts = recent.order_by("-created_at").values_list("source", flat=True)[:MOST_COMPARED]
    return 1 + sum(normal(text) == same for text in texts) >= rule.count
