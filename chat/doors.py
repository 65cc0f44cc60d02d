"""What every HTTP door does: asks who is there, and turns refusals into answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods

from chat.errors import DATABASE_AWAY, ChatError, Conflict, Invalid, Unavailable

View = Callable[..., HttpResponse]
PAGES = {403: "403.html", 404: "404.html", 413: "400.html", 429: "429.html", 503: "503.html"}


def door(*methods: str, json: bool = False) -> Callable[[View], View]:
    """A view for signed-in people. `json`: refusals are JSON whatever the client accepts."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            as_json = json or wants_json(request)
            if not request.user.is_authenticated:
                return _sign_in(request, as_json)
            try:
                response = view(request, *args, **kwargs)
            except ChatError as error:
                response = refuse(request, error, as_json)
            except DATABASE_AWAY:
                response = refuse(request, Unavailable(), as_json)
            if not response.has_header("Cache-Control"):
                add_never_cache_headers(response)
            return response

        return require_http_methods(methods or ["GET"])(guarded)

    return decorate


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def wants_fragment(request: HttpRequest) -> bool:
    """Whether a script asks for a part of a page, to put it into the one that is open."""
    return request.headers.get("X-Requested-With") == "fetch"


def refuse(request: HttpRequest, error: ChatError, as_json: bool) -> HttpResponse:
    """The error as JSON for programs, as a page with one way on for people."""
    if as_json:
        response: HttpResponse = JsonResponse(error.as_frame(), status=error.status)
    else:
        page = PAGES.get(error.status, "400.html")
        context = {"detail": error.detail, **error.extra}
        if error.status == Unavailable.status:
            context["instance"] = None  # its name is in the database, which may be what is missing
        response = render(request, page, context, status=error.status)
    if retry_after := error.extra.get("retry_after"):
        response["Retry-After"] = str(int(retry_after) + 1)
    return response


def _sign_in(request: HttpRequest, as_json: bool) -> HttpResponse:
    if as_json:
        return JsonResponse({"code": "signed_out"}, status=401)
    if request.method == "GET":
        return redirect_to_login(request.get_full_path())
    return redirect_to_login("/")


def attempt(request: HttpRequest, act: Callable[[], Any], *, done: str | Promise, to: str) -> HttpResponse:
    """A form of a page that shows notices: what was done, or why it was not, and back to the page at `to`.

    Programs get 204, or the refusal; who may not do it at all is refused as everywhere.
    """
    try:
        act()
    except (Invalid, Conflict) as error:
        if wants_json(request):
            raise
        messages.error(request, str(error.detail))
    else:
        if wants_json(request):
            return HttpResponse(status=204)
        messages.success(request, str(done))
    return redirect(to)


def done(request: HttpRequest, to: str, *args: Any) -> HttpResponse:
    """After a form: 204 for programs, a redirect for browsers."""
    if wants_json(request):
        return HttpResponse(status=204)
    return redirect(to, *args)
