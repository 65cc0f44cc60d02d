"""What all lists of the admin share: rows are looked at, and acted on through the domain."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.views.person import person_of
from chat.errors import ChatError


class OnlyLookedAt:
    """Rows come, change and go by the domain's actions only."""

    # Counting all rows of a large table for "x of y" takes longer than the page.
    show_full_result_count = False

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


class ActsOnEach:
    def act_on_each(
        self, request: HttpRequest, rows: QuerySet[Any], act: Callable[[User, Any], object]
    ) -> None:
        """Tells for each row whether the act was done or why not; one refusal does not stop the others."""
        for row in rows:
            try:
                act(person_of(request), row)
            except ChatError as error:
                messages.error(request, f"{row}: {error.detail}")
            else:
                messages.success(request, _("Done: %(name)s") % {"name": row})
