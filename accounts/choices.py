"""Forms of a person's own choices: how to be told, how to write, what to say of oneself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import STATUS_LENGTH, User
from accounts.names import clean_name
from accounts.preferences import as_facts, preferences_of, status_end

SKINS = [(0, "✋"), (1, "✋🏻"), (2, "✋🏼"), (3, "✋🏽"), (4, "✋🏾"), (5, "✋🏿")]
SPOKEN = [("all", _("All messages of the open room")), ("mentions", _("Mentions")), ("off", _("Nothing"))]
STATUS_ENDS = [
    ("half", _("for 30 minutes")),
    ("hour", _("for an hour")),
    ("day", _("until tonight")),
    ("week", _("until the end of the week")),
    ("never", _("until I change it")),
]


class ChoicesForm(forms.Form):
    """Fields are named as in Preferences and start with what the person has chosen."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", as_facts(preferences_of(user)))
        super().__init__(*args, **kwargs)


class NotificationsForm(ChoicesForm):
    sounds = forms.BooleanField(label=_("Play a sound"), required=False)
    previews = forms.BooleanField(label=_("Show the text of the message"), required=False)
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    quiet_to = forms.TimeField(
        label=_("Until"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    direct_through = forms.BooleanField(label=_("Let direct messages through"), required=False)
    announce = forms.ChoiceField(label=_("Screen readers speak"), choices=SPOKEN)
    hide_presence = forms.BooleanField(label=_("Look offline to the others"), required=False)
    hide_typing = forms.BooleanField(label=_("Do not show when I am typing"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("quiet_from", "quiet_to"):
            data[name] = data[name].strftime("%H:%M") if data.get(name) else ""
        return data


class KeyboardForm(ChoicesForm):
    send_with_ctrl = forms.BooleanField(
        label=_("Send with Ctrl+Enter; Enter makes a new line"), required=False
    )
    letter_keys = forms.BooleanField(label=_("Single letters are shortcuts"), required=False)
    type_anywhere = forms.BooleanField(label=_("Typing anywhere goes into the message box"), required=False)
    skin = forms.TypedChoiceField(label=_("Skin tone of emoji"), coerce=int, choices=SKINS)


class StatusForm(forms.Form):
    text = forms.CharField(label=_("Your status"), max_length=STATUS_LENGTH * 4, required=False)
    until = forms.ChoiceField(label=_("How long"), choices=STATUS_ENDS)

    def clean_text(self) -> str:
        text = clean_name(self.cleaned_data["text"])
        if len(text) > STATUS_LENGTH:
            raise forms.ValidationError(_("At most %(max)d characters."), params={"max": STATUS_LENGTH})
        return text

    def clean_until(self) -> datetime | None:
        return status_end(self.cleaned_data["until"])
