"""Acts in the words of notices and of the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NOTICES = {
    "warn": gettext_noop("A moderator warns you."),
    "mute": gettext_noop("You are muted: you can read, not write."),
    "mute_lifted": gettext_noop("You are no longer muted."),
    "remove": gettext_noop("A moderator removed you from %(room)s."),
    "remove_lifted": gettext_noop("You are back in %(room)s."),
    "room_ban": gettext_noop("You are banned from %(room)s."),
    "room_ban_lifted": gettext_noop("You are no longer banned from %(room)s."),
    "suspend": gettext_noop("Your account is suspended: you can read, not write."),
    "suspend_lifted": gettext_noop("Your account is no longer suspended."),
    "ban": gettext_noop("You were banned."),
    "ban_lifted": gettext_noop("You are no longer banned."),
    "text_removed": gettext_noop("A moderator removed a message of yours in %(room)s."),
    "picture_removed": gettext_noop("A moderator removed your picture."),
    "report_resolved": gettext_noop("Thank you for your report about %(person)s: a moderator acted on it."),
    "report_dismissed": gettext_noop(
        "Thank you for your report about %(person)s: a moderator saw nothing wrong."
    ),
}
ACTS = {
    "warn": gettext_noop("warned"),
    "mute": gettext_noop("muted"),
    "mute_lifted": gettext_noop("lifted a mute"),
    "remove": gettext_noop("removed from a room"),
    "remove_lifted": gettext_noop("took back a removal"),
    "room_ban": gettext_noop("banned from a room"),
    "room_ban_lifted": gettext_noop("lifted a ban from a room"),
    "suspend": gettext_noop("suspended"),
    "suspend_lifted": gettext_noop("lifted a suspension"),
    "ban": gettext_noop("banned"),
    "ban_lifted": gettext_noop("lifted a ban"),
    "text_removed": gettext_noop("removed a message"),
    "text_restored": gettext_noop("restored a message"),
    "text_hidden": gettext_noop("hid a message"),
    "text_shown": gettext_noop("showed a message again"),
    "picture_removed": gettext_noop("removed a picture"),
    "emoji_added": gettext_noop("added an emoji"),
    "emoji_removed": gettext_noop("removed an emoji"),
    "case_taken": gettext_noop("took a case"),
    "case_released": gettext_noop("gave a case back"),
    "case_resolved": gettext_noop("resolved a case"),
    "case_dismissed": gettext_noop("dismissed a case"),
    "clean_up": gettext_noop("cleaned up"),
    "clean_up_undone": gettext_noop("undid a clean-up"),
    "rule_added": gettext_noop("added a rule"),
    "rule_on": gettext_noop("switched a rule on"),
    "rule_off": gettext_noop("switched a rule off"),
    "rule_deleted": gettext_noop("deleted a rule"),
    "rule_broken": gettext_noop("a rule was broken"),
    "house_rules": gettext_noop("changed the house rules"),
    "address_ban": gettext_noop("banned addresses"),
    "address_ban_lifted": gettext_noop("lifted a ban of addresses"),
    "appointed": gettext_noop("gave a rank in a room"),
    "room_posting": gettext_noop("said who writes in a room"),
    "room_locked_until": gettext_noop("closed or opened a room"),
    "room_slow_seconds": gettext_noop("set a room's pace"),
    "room_newcomer_days": gettext_noop("set the probation of a room"),
    "room_most_mentions": gettext_noop("limited mentions in a room"),
    "role_changed": gettext_noop("changed a role"),
    "deactivated": gettext_noop("deactivated an account"),
    "reactivated": gettext_noop("let an account in again"),
    "reset_link_made": gettext_noop("made a link for a new password"),
    "preview_removed": gettext_noop("took away the preview of a link"),
    "instance_changed": gettext_noop("changed this chat"),
    "invitation_revoked": gettext_noop("revoked an invitation"),
}


def notice_text(act: str, arguments: Mapping[str, Any]) -> str:
    """The sentence in the active language; an act of a newer version says nothing."""
    told = {"room": arguments.get("room") or _("a conversation"), "person": arguments.get("person", "")}
    return _(NOTICES[act]) % told if act in NOTICES else ""


def act_text(act: str) -> str:
    return _(ACTS[act]) if act in ACTS else act
