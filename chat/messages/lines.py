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
