"""The person behind a request, as the type checker may know them."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User


def person_of(request: HttpRequest) -> User:
    """The signed-in person. Views that call it stand behind login_required."""
    if isinstance(request.user, User):
        return request.user
    raise PermissionDenied
