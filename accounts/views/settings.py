"""Settings of one person, and of the instance."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache

from accounts import actions
from accounts.devices import devices_of
from accounts.errors import AccountError
from accounts.forms import InstanceForm, ProfileForm
from accounts.models import Instance
from accounts.policy import may_administer
from accounts.views.person import is_script, person_of, refused


@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, user name, language, time zone, theme and density."""
    user = person_of(request)
    form = ProfileForm(request.POST or None, user=user)
    if form.is_valid():
        try:
            actions.change_profile(user, **form.cleaned_data)
        except AccountError as error:
            form.add_error(error.field, str(error.detail))
        else:
            if is_script(request):
                return HttpResponse(status=204)
            with override(user.language or None):
                messages.success(request, _("Saved."))
            return redirect("accounts:settings")
    if form.is_bound and is_script(request):
        return refused(form)
    return render(request, "accounts/settings/profile.html", {"form": form, "section": "profile"})


@never_cache
@login_required
def devices(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in. POST `session` ends one of them, POST `everywhere` all, this one too."""
    user = person_of(request)
    if request.method == "POST":
        if "everywhere" in request.POST:
            actions.sign_out_everywhere(user)
            logout(request)
            return redirect("account_login")
        _end_chosen(request)
        return redirect("accounts:devices")
    context = {"devices": devices_of(user, current=request.session.session_key), "section": "devices"}
    return render(request, "accounts/settings/devices.html", context)


@never_cache
@login_required
def instance(request: HttpRequest) -> HttpResponse:
    """The instance's name, who may sign up, and the cards of links; for those who keep it."""
    user = person_of(request)
    current = Instance.current()
    if not may_administer(user) or current is None:
        raise PermissionDenied
    form = InstanceForm(request.POST or None, initial=model_to_dict(current))
    if form.is_valid():
        actions.change_instance(user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:instance")
    return render(request, "accounts/settings/instance.html", {"form": form, "section": "instance"})


def _end_chosen(request: HttpRequest) -> None:
    user = person_of(request)
    chosen = request.POST.get("session", "")
    session = UserSession.objects.filter(user=user, pk=int(chosen)).first() if _is_number(chosen) else None
    if session is None:
        return
    if session.session_key == request.session.session_key:
        logout(request)
    else:
        actions.end_session(user, session_id=session.pk)
        messages.success(request, _("That device is signed out."))


def _is_number(text: str) -> bool:
    # Eighteen digits stay below what a database takes for a key.
    return text.isascii() and text.isdigit() and len(text) <= 18
