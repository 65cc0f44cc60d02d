"""What the system's lines say, from the facts stored with them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# The browser knows the same sentences by these keys (static/js/models/decorator.js).
SENTENCES = {
    "room_created": gettext_noop("%(actor)s created the room"),
    "joined": gettext_noop("%(actor)s joined"),
    "joined_invited": gettext_noop("%(actor)s joined with an invitation from %(invited_by)s"),
    "left": gettext_noop("%(actor)s left"),
    "added": gettext_noop("%(actor)s added %(target)s"),
    "removed": gettext_noop("%(actor)s removed %(target)s"),
    "renamed": gettext_noop("%(actor)s renamed the room to “%(value)s”"),
    "topic_changed": gettext_noop("%(actor)s changed the topic to “%(value)s”"),
    "topic_removed": gettext_noop("%(actor)s removed the topic"),
    "archived": gettext_noop("%(actor)s archived the room"),
    "unarchived": gettext_noop("%(actor)s reopened the room"),
    "banned": gettext_noop("%(actor)s banned %(target)s from the room"),
    "unbanned": gettext_noop("%(actor)s lifted the ban of %(target)s"),
    "readmitted": gettext_noop("%(actor)s took %(target)s back in"),
    "made_owner": gettext_noop("%(actor)s made %(target)s an owner"),
    "made_moderator": gettext_noop("%(actor)s made %(target)s a moderator"),
    "made_member": gettext_noop("%(actor)s made %(target)s a member"),
    "made_reader": gettext_noop("%(actor)s made %(target)s a reader"),
    "announcing": gettext_noop("%(actor)s made this a room for announcements"),
    "everyone_writes": gettext_noop("%(actor)s opened the room for everyone to write"),
    "locked": gettext_noop("%(actor)s closed the room for writing"),
    "unlocked": gettext_noop("%(actor)s opened the room for writing again"),
    "slow_seconds": gettext_noop("%(actor)s set %(value)s seconds between two messages of one person"),
    "slow_seconds_off": gettext_noop("%(actor)s ended the slow mode"),
    "newcomer_days": gettext_noop("%(actor)s lets accounts post links and mentions after %(value)s days"),
    "newcomer_days_off": gettext_noop("%(actor)s lets everyone post links and mentions"),
    "most_mentions": gettext_noop("%(actor)s lets one message name %(value)s people"),
    "most_mentions_off": gettext_noop("%(actor)s lets a message name any number of people"),
}


def line_text(arguments: Mapping[str, Any]) -> str:
    """The sentence in the active language; an act that this version does not know gives its actor's name."""
    act = arguments.get("act", "")
    if act == "joined" and arguments.get("invited_by"):
        act = "joined_invited"
    if act == "topic_changed" and not arguments.get("value"):
        act = "topic_removed"
    names = {key: (arguments.get(key) or {}).get("name", "") for key in ("actor", "target", "invited_by")}
    return _(SENTENCES.get(act, "%(actor)s")) % {**names, "value": arguments.get("value") or ""}
