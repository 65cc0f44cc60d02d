"""What every template may name."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Instance


def instance(_request: HttpRequest) -> dict[str, Any]:
    """`instance`: the instance, falsy before the first run; asked of the database only where it is named."""
    return {"instance": SimpleLazyObject(Instance.current)}
