"""What people fill in about rooms. What it means is decided by the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from chat.models import Room
from chat.rooms.rules import LONGEST_NAME, LONGEST_TOPIC


class RoomForm(forms.Form):
    """Name and topic."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    topic = forms.CharField(label=_("Topic"), max_length=LONGEST_TOPIC, required=False)


class NewRoomForm(RoomForm):
    """A room to open."""

    kind = forms.ChoiceField(
        label=_("Who finds it"),
        choices=[(Room.Kind.OPEN, _("Open")), (Room.Kind.CLOSED, _("Private"))],
        initial="open",
    )


class DirectForm(forms.Form):
    """The people of a conversation."""

    people = forms.TypedMultipleChoiceField(
        label=_("People"), coerce=int, error_messages={"required": _("Choose at least one person.")}
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(person.pk, person.display_name) for person in people]
