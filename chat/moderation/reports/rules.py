"""What a report needs, and what can be decided about one. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.names import clean_name
from chat.errors import Invalid
from chat.models import Report, Sanction
from chat.models.moderation import LONGEST_REASON

Kind = Sanction.Kind
# What members may choose; "an automatic rule" is not theirs to say.
REASONS = [(value, label) for value, label in Report.Reason.choices if value != Report.Reason.RULE]


@dataclass(frozen=True, slots=True)
class Decision:
    """`kind`: the sanction that comes with it. `hint` says what it does, for the form."""

    name: Promise
    hint: Promise
    kind: Sanction.Kind | None = None
    in_room: bool = False
    removes: bool = False
    timed: bool = False


DECISIONS: dict[str, Decision] = {
    "dismiss": Decision(gettext_lazy("Dismiss"), gettext_lazy("The message stays, and shows again for all.")),
    "remove": Decision(
        gettext_lazy("Remove the message"),
        gettext_lazy("Its place stays. For 30 days it can come back."),
        removes=True,
    ),
    "warn": Decision(gettext_lazy("Warn"), gettext_lazy("They read your reason."), Kind.WARN, in_room=True),
    "mute_here": Decision(
        gettext_lazy("Mute in this room"),
        gettext_lazy("They read along here, but do not write."),
        Kind.MUTE,
        in_room=True,
        timed=True,
    ),
    "mute": Decision(
        gettext_lazy("Mute everywhere"),
        gettext_lazy("They read along, but write nowhere."),
        Kind.MUTE,
        timed=True,
    ),
    "remove_person": Decision(
        gettext_lazy("Remove from the room"),
        gettext_lazy("They can come back where the room is open."),
        Kind.REMOVE,
        in_room=True,
    ),
    "room_ban": Decision(
        gettext_lazy("Ban from the room"),
        gettext_lazy("They neither read it nor come back."),
        Kind.ROOM_BAN,
        in_room=True,
        timed=True,
    ),
    "suspend": Decision(
        gettext_lazy("Suspend the account"),
        gettext_lazy("They can read, and nothing else."),
        Kind.SUSPEND,
        timed=True,
    ),
    "ban": Decision(
        gettext_lazy("Ban from this chat"),
        gettext_lazy("All their sessions and invitations end at once."),
        Kind.BAN,
        timed=True,
    ),
}


def check_report(reason: str, words: str) -> tuple[str, str]:
    """The reason and the cleaned words. Raises Invalid: "something else" needs words."""
    if reason not in Report.Reason.values or reason == Report.Reason.RULE:
        raise Invalid(_("Choose a reason."))
    try:
        said = clean_name(words[: 4 * LONGEST_REASON])[:LONGEST_REASON]
    except ValueError as error:
        raise Invalid(_("That text cannot be stored.")) from error
    if reason == Report.Reason.OTHER and not said:
        raise Invalid(_("Say in a few words what is wrong."))
    return reason, said
