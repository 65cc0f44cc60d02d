"""What people fill in: cleaned and checked here, done by the actions."""

import zoneinfo
from functools import cache
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import INVITATION_DAYS, INVITATION_USES, Instance, User
from accounts.names import HANDLE_HELP, HANDLE_PATTERN, NAME_LENGTH, clean_name, is_reserved

# Longer ones only cost time in the hash.
PASSWORD_LENGTH = 256

PASSWORD_HELP = _("At least 10 characters, and not a common one.")

LANGUAGE_NAMES = [("en", "English"), ("zh-hans", "简体中文")]


class NameField(forms.CharField):
    """A display name: cleaned, not empty, at most NAME_LENGTH characters after cleaning."""

    def __init__(self, **kwargs: Any) -> None:
        # Invisible characters may make the raw input longer than the name it holds.
        super().__init__(max_length=NAME_LENGTH * 4, **kwargs)
        self.widget.attrs["maxlength"] = NAME_LENGTH

    def clean(self, value: Any) -> str:
        name = clean_name(super().clean(value))
        if not name:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(name) > NAME_LENGTH:
            raise forms.ValidationError(
                _("At most %(max)d characters."), code="max_length", params={"max": NAME_LENGTH}
            )
        return name


class NewAccountForm(forms.Form):
    """The three fields of every way in."""

    name = NameField(
        label=_("Your name"),
        help_text=_("As the others will see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("You sign in with it. Only administrators can look it up."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=PASSWORD_HELP,
        max_length=PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    office_names_allowed = False

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if is_reserved(name) and not self.office_names_allowed:
            raise forms.ValidationError(
                _("This name could be taken for the chat's own. Please choose another.")
            )
        return name

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if password := data.get("password"):
            person = User(display_name=data.get("name", ""), email=data.get("email"))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class FirstRunForm(NewAccountForm):
    """The owner may be called Admin: nobody can be fooled by it."""

    office_names_allowed = True


class ProfileForm(forms.Form):
    """Who I am for the others, and how the chat looks for me."""

    display_name = NameField(label=_("Name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    handle = forms.CharField(
        label=_("User name"),
        help_text=HANDLE_HELP,
        max_length=32,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("As the browser")), *LANGUAGE_NAMES], required=False
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), choices=User.Theme)
    density = forms.ChoiceField(label=_("Density"), choices=User.Density)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        fields = ("display_name", "handle", "language", "time_zone", "theme", "density")
        kwargs.setdefault("initial", {name: getattr(user, name) for name in fields})
        super().__init__(*args, **kwargs)
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)  # told to the type checker
        zone.choices = [("", _("As the browser")), *((name, name.replace("_", " ")) for name in zone_names())]

    def clean_display_name(self) -> str:
        name: str = self.cleaned_data["display_name"]
        if is_reserved(name) and name != self.user.display_name:
            raise forms.ValidationError(
                _("This name could be taken for the chat's own. Please choose another.")
            )
        return name

    def clean_handle(self) -> str:
        handle = str(self.cleaned_data["handle"]).strip().lower()
        if not HANDLE_PATTERN.fullmatch(handle):
            raise forms.ValidationError(HANDLE_HELP)
        return handle


class InstanceForm(forms.Form):
    name = NameField(label=_("Name of this chat"))
    signup_mode = forms.ChoiceField(
        label=_("Who may create an account"), choices=Instance.SignupMode, widget=forms.RadioSelect
    )
    link_previews = forms.BooleanField(label=_("Show previews of links"), required=False)


class InvitationForm(forms.Form):
    uses = forms.IntegerField(
        label=_("For how many people"), min_value=1, max_value=1000, initial=INVITATION_USES
    )
    days = forms.IntegerField(
        label=_("For how many days"), min_value=1, max_value=90, initial=INVITATION_DAYS
    )


@cache
def zone_names() -> list[str]:
    """The zones that people know by a city, by name."""
    cities = (name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return ["UTC", *sorted(cities)]
