"""The shared cases of tests/vectors/decorator.json as loaded messages, without a database."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from accounts.models import User
from chat.models import Message, Upload

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "decorator.json").read_text(encoding="utf-8")
)["cases"]


def author_of(facts: dict[str, Any]) -> User:
    """A person or bot who was never saved; its handle does not matter to a row."""
    kind = User.Kind.BOT if facts.get("bot") else User.Kind.HUMAN
    return User(id=facts["id"], display_name=facts["name"], role=facts.get("role", "member"), kind=kind)


def message_of(facts: dict[str, Any]) -> Message:
    """The message that a row of a case describes, in room 3, with what queries attach."""
    message = Message(
        id=facts["id"],
        room_id=3,
        seq=facts["seq"],
        changed_seq=facts["seq"],
        author=author_of(facts["author"]),
        kind=facts.get("kind", "text"),
        html=facts["html"],
        reply_to_id=facts.get("reply_to"),
        arguments=facts.get("arguments", {}),
        created_at=datetime.fromisoformat(facts["at"]),
    )
    if "edited_at" in facts:
        message.edited_at = datetime.fromisoformat(facts["edited_at"])
    message.withheld = facts.get("withheld", "")
    if facts.get("deleted") and not message.withheld:
        message.deleted_at = message.created_at
    message.mention_ids = facts.get("mentions", [])
    message.file_list = [Upload(**one) for one in facts.get("files", [])]
    message.reaction_list = [(emoji, people) for emoji, people in facts.get("reactions", [])]
    return message
