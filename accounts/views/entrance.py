"""The pages before the chat: first run, joining by invitation, signing in and up."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import actions, machine
from accounts.errors import AccountError, AlreadySetUp, InvitationSpent, SignUpClosed
from accounts.forms import FirstRunForm, NewAccountForm
from accounts.models import Instance, Invitation, User
from accounts.queries import is_live

# The chat's own front door; it knows the way on.
HOME = "/"


@never_cache
@sensitive_post_parameters("password")
@rate_limit(action="signup")
def first_run(request: HttpRequest) -> HttpResponse:
    """The page that answers once: makes the instance and its owner."""
    if Instance.current():
        return redirect(HOME)
    form = FirstRunForm(request.POST or None)
    if form.is_valid():
        try:
            return _welcome_in(request, actions.set_up_instance(**form.cleaned_data))
        except AlreadySetUp:
            return render(request, "accounts/already_set_up.html", status=HTTPStatus.CONFLICT)
    return render(request, "accounts/first_run.html", {"form": form, "checks": machine.checks()})


@never_cache
@sensitive_post_parameters("password")
@rate_limit(action="signup")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation link."""
    if request.user.is_authenticated:
        messages.info(request, _("You are already here as %(name)s.") % {"name": request.user.display_name})
        return redirect(HOME)
    invitation = Invitation.from_token(token)
    if invitation is None or not _opens(invitation):
        return _spent(request)

    form = NewAccountForm(request.POST or None)
    try:
        if form.is_valid():
            return _welcome_in(request, actions.join_by_invitation(invitation, **form.cleaned_data))
    except InvitationSpent:
        return _spent(request)
    except AccountError as error:
        form.add_error(error.field, str(error.detail))
    return render(request, "accounts/join.html", {"form": form, "invitation": invitation})


@never_cache
@sensitive_post_parameters("password")
@rate_limit(action="signup")
def sign_up(request: HttpRequest) -> HttpResponse:
    """The page that stands open where anyone may make an account."""
    if not Instance.current():
        return redirect("accounts:first_run")
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next_page(request))
    if not get_adapter().is_open_for_signup(request):
        return render(request, "account/signup_closed.html", status=HTTPStatus.FORBIDDEN)
    form = NewAccountForm(request.POST or None)
    try:
        if form.is_valid():
            return _welcome_in(request, actions.sign_up(**form.cleaned_data))
    except SignUpClosed:
        return render(request, "account/signup_closed.html", status=HTTPStatus.FORBIDDEN)
    except AccountError as error:
        form.add_error(error.field, str(error.detail))
    return render(request, "account/signup.html", {"form": form, "next": request.GET.get("next", "")})


def after_first_run(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Before there is an instance, each of these pages leads to the one that makes it."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if Instance.current() else redirect("accounts:first_run")

    return guarded


class PasswordResetView(allauth_views.PasswordResetView):
    """Without mail the page says whom to ask, and accepts nothing."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not machine.mail_is_set_up():
            return render(request, "account/password_reset_ask.html")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


sign_in = after_first_run(allauth_views.login)
reset_password = after_first_run(PasswordResetView.as_view())


def _welcome_in(request: HttpRequest, user: User) -> HttpResponse:
    response: HttpResponse = perform_login(request, user, signup=True, redirect_url=_next_page(request))
    return response


def _next_page(request: HttpRequest) -> str:
    url = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if safe else HOME


def _opens(invitation: Invitation) -> bool:
    closed = Instance.objects.filter(signup_mode=Instance.SignupMode.CLOSED).exists()
    return is_live(invitation) and not closed


def _spent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_spent.html", status=HTTPStatus.GONE)
