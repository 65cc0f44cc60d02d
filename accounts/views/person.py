"""Who asks, as the type checker may know them, and whether a browser asks or the page's script."""

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, JsonResponse

from accounts.models import User


def person_of(request: HttpRequest) -> User:
    """The signed-in person. Views that call it stand behind login_required."""
    if isinstance(request.user, User):
        return request.user
    raise PermissionDenied


def is_script(request: HttpRequest) -> bool:
    """Scripts are answered with a status instead of a page."""
    return "application/json" in request.headers.get("Accept", "")


def refused(form: Form) -> JsonResponse:
    """What is wrong with a form, in the words that its page would show."""
    detail = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return JsonResponse({"code": "invalid", "detail": detail}, status=400)
