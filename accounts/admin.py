"""People, invitations and the instance in Django's admin: looks up freely, writes through the actions."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.errors import AccountError, NotAllowed
from accounts.models import Instance, Invitation, User
from accounts.names import clean_name
from accounts.policy import grantable_roles
from accounts.views.person import person_of


class _NeitherAddedNorDeleted:
    """Rows come and go by the pages and the actions only."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(_NeitherAddedNorDeleted, admin.ModelAdmin[User]):
    list_display = ("display_name", "handle", "email", "kind", "role", "state", "joined_at", "last_login")
    list_filter = ("role", "state", "kind", "language", "joined_at")
    search_fields = ("display_name", "handle", "email")
    date_hierarchy = "joined_at"
    ordering = ("display_name", "pk")
    fields = ("display_name", "handle", "email", "kind", "role", "state", "joined_at", "last_login")
    readonly_fields = ("email", "kind", "state", "joined_at", "last_login")
    actions = ("deactivate_chosen", "reactivate_chosen")

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        person = User.objects.get(pk=obj.pk)
        try:
            if "role" in form.changed_data:
                actions.change_role(person_of(request), person, role=obj.role)
            if {"display_name", "handle"} & set(form.changed_data):
                self._rename(request, person, obj)
        except AccountError as error:
            self.message_user(request, str(error.detail), messages.ERROR)
            obj.refused = True  # type: ignore[attr-defined]

    def response_change(self, request: HttpRequest, obj: User) -> HttpResponse:
        if getattr(obj, "refused", False):
            return redirect(request.path)
        return super().response_change(request, obj)

    def _rename(self, request: HttpRequest, person: User, wanted: User) -> None:
        if person.pk != request.user.pk and not grantable_roles(person_of(request), person):
            raise NotAllowed
        name = clean_name(wanted.display_name) or person.display_name
        actions.change_profile(person, display_name=name, handle=wanted.handle)

    @admin.action(description=_("Deactivate"))
    def deactivate_chosen(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._each(request, queryset, actions.deactivate)

    @admin.action(description=_("Let in again"))
    def reactivate_chosen(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._each(request, queryset, actions.reactivate)

    def _each(
        self, request: HttpRequest, people: QuerySet[User], act: Callable[[User | None, User], User]
    ) -> None:
        for person in people:
            try:
                act(person_of(request), person)
            except AccountError as error:
                self.message_user(request, f"{person}: {error.detail}", messages.ERROR)
            else:
                self.message_user(request, _("Done: %(name)s") % {"name": person}, messages.SUCCESS)


@admin.register(Instance)
class InstanceAdmin(_NeitherAddedNorDeleted, admin.ModelAdmin[Instance]):
    list_display = ("name", "signup_mode", "link_previews", "created_at")
    fields = ("name", "signup_mode", "link_previews", "epoch", "created_at")
    readonly_fields = ("epoch", "created_at")

    def save_model(self, request: HttpRequest, obj: Instance, form: Any, change: bool) -> None:
        name = clean_name(obj.name) or Instance.objects.get().name
        actions.change_instance(
            person_of(request), name=name, signup_mode=obj.signup_mode, link_previews=obj.link_previews
        )


@admin.register(Invitation)
class InvitationAdmin(_NeitherAddedNorDeleted, admin.ModelAdmin[Invitation]):
    list_display = ("created_by", "created_at", "expires_at", "max_uses", "uses", "revoked_at")
    list_filter = ("created_at", "expires_at", "revoked_at")
    list_select_related = ("created_by",)
    search_fields = ("created_by__display_name", "created_by__handle")
    date_hierarchy = "created_at"
    actions = ("revoke_chosen",)

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    @admin.action(description=_("Revoke"), permissions=["view"])
    def revoke_chosen(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        for invitation in queryset:
            actions.revoke_invitation(person_of(request), invitation)


def change_password(_request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """The product's own page: Django's would end no open socket."""
    return redirect("account_change_password")


# Django's own sign-in counts no failures.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = change_password  # type: ignore[method-assign,assignment]

# What the libraries register changes rows past the actions: a session deleted there would leave its sockets open.
admin.site.unregister([EmailAddress, Group, UserSession])
