"""One's own choices: pages with forms for browsers without script; the script sends the same forms at once."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.choices import ChoicesForm, KeyboardForm, NotificationsForm, StatusForm
from accounts.preferences import HINTS, pause_end, preferences_of
from accounts.views.person import is_script, person_of, refused


@never_cache
@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    """Sounds, previews, quiet hours, what is spoken, what the others see."""
    return _choices(request, NotificationsForm, "notifications")


@never_cache
@login_required
def keyboard(request: HttpRequest) -> HttpResponse:
    """Enter, shortcuts, the skin tone of emoji."""
    return _choices(request, KeyboardForm, "keyboard")


@login_required
@require_POST
def status(request: HttpRequest) -> HttpResponse:
    """`text`, `until`: how long it stands."""
    form = StatusForm(request.POST)
    if not form.is_valid():
        return refused(form)
    actions.change_status(person_of(request), **form.cleaned_data)
    return _back(request)


@login_required
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """`for`: hour, tomorrow or off."""
    try:
        end = pause_end(request.POST.get("for", ""))
    except KeyError:
        return HttpResponse(status=400)
    actions.change_preferences(person_of(request), paused_until=end.isoformat() if end else "")
    return _back(request)


@login_required
@require_POST
def hint(request: HttpRequest) -> HttpResponse:
    """`name`: a hint that has been seen and shall not come again."""
    name = request.POST.get("name", "")
    if name not in HINTS:
        return HttpResponse(status=400)
    actions.dismiss_hint(person_of(request), name)
    return _back(request)


def _choices(request: HttpRequest, kind: type[ChoicesForm], section: str) -> HttpResponse:
    user = person_of(request)
    form = kind(request.POST or None, user=user)
    if form.is_valid():
        actions.change_preferences(user, **form.cleaned_data)
        return _back(request)
    if form.is_bound and is_script(request):
        return refused(form)
    context = {"form": form, "section": section, "preferences": preferences_of(user)}
    return render(request, f"accounts/settings/{section}.html", context)


def _back(request: HttpRequest) -> HttpResponse:
    """204 for the script; for forms the page of ours that they stood on."""
    if is_script(request):
        return HttpResponse(status=204)
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return redirect(came_from if ours else "accounts:settings")
