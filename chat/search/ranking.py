"""Which of the newest matches say most about the words."""

from __future__ import annotations

from collections.abc import Sequence

from chat.models import Message
from chat.text.folding import fold

# Older ones are not compared: their number has no bound.
MOST_RANKED = 200


def ranked(messages: Sequence[Message], terms: Sequence[str]) -> list[Message]:
    """Whole words first, then words that stand together, then what says little else; the newest of equals first."""
    return sorted(messages, key=lambda one: _distance(fold(_text_of(one)), terms))


def _text_of(message: Message) -> str:
    return " ".join([message.source, *(file.name for file in message.file_list)])


def _distance(folded: str, terms: Sequence[str]) -> tuple[int, bool, int]:
    words = set("".join(each if each.isalnum() else " " for each in folded).split())
    parts_only = sum(term not in words for term in terms)
    return parts_only, " ".join(terms) not in folded, len(folded) // 100
