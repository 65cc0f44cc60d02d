"""The people of the instance, for those who keep it."""

from collections.abc import Callable
from functools import wraps

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.errors import AccountError
from accounts.models import User
from accounts.policy import grantable_roles, may_administer, may_manage
from accounts.queries import PEOPLE_SHOWN, people_found
from accounts.views.person import person_of

View = Callable[..., HttpResponse]


def for_administrators(view: View) -> View:
    """Lets administrators and owners through; others are refused, strangers sent to sign in."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not may_administer(person_of(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@for_administrators
def listing(request: HttpRequest) -> HttpResponse:
    """Everyone, or those whom `q` finds."""
    actor, query = person_of(request), request.GET.get("q", "")[:100].replace("\0", "")
    rows = [
        {"person": person, "roles": grantable_roles(actor, person), "manageable": may_manage(actor, person)}
        for person in people_found(query)
    ]
    context = {"rows": rows, "query": query, "section": "people", "truncated": len(rows) == PEOPLE_SHOWN}
    return render(request, "accounts/settings/people.html", context)


@for_administrators
@require_POST
def change_role(request: HttpRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(User, pk=person_id)
    role = request.POST.get("role", "")
    if role not in User.Role.values:
        raise PermissionDenied
    done = _("%(name)s is now %(role)s.") % {"name": person.display_name, "role": User.Role(role).label}
    return _try(
        request, person, lambda: actions.change_role(person_of(request), person, role=role), done=done
    )


@for_administrators
@require_POST
def change_state(request: HttpRequest, person_id: int) -> HttpResponse:
    """POST `active` 0 deactivates, 1 reactivates."""
    person = get_object_or_404(User, pk=person_id)
    if request.POST.get("active") == "1":
        done = _("%(name)s may sign in again.") % {"name": person.display_name}
        return _try(request, person, lambda: actions.reactivate(person_of(request), person), done=done)
    done = _("%(name)s is signed out and cannot come back.") % {"name": person.display_name}
    return _try(request, person, lambda: actions.deactivate(person_of(request), person), done=done)


# The password is asked again: the link opens another person's account.
@for_administrators
@reauthentication_required(allow_get=True)
def reset_link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Makes a one-time link and shows it once."""
    person = get_object_or_404(User, pk=person_id)
    if request.method != "POST":
        return redirect(_back_to(person))
    try:
        path = actions.make_reset_link(person_of(request), person)
    except AccountError as error:
        messages.error(request, str(error.detail))
        return redirect(_back_to(person))
    context = {"person": person, "link": request.build_absolute_uri(path), "section": "people"}
    return render(request, "accounts/settings/reset_link.html", context)


def _try(request: HttpRequest, person: User, act: Callable[[], User], *, done: str) -> HttpResponse:
    try:
        act()
    except AccountError as error:
        messages.error(request, str(error.detail))
    else:
        messages.success(request, done)
    return redirect(_back_to(person))


def _back_to(person: User) -> str:
    return f"{reverse('accounts:people')}?{urlencode({'q': person.handle})}"
