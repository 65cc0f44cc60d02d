"""Rooms, memberships and messages in Django's admin: looks up what its reader may see, writes through the actions.

The rule of every door holds here too: what is said in a room is shown to its members only.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, F, Model, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.views.person import person_of
from chat.access.gates import access_person, access_room
from chat.access.permissions import Permission
from chat.admin.base import ActsOnEach, OnlyLookedAt
from chat.errors import ChatError
from chat.messages.actions import delete_message
from chat.messages.lines import line_text
from chat.models import Membership, Message, RemovedMessage, Room
from chat.rooms.actions import add_member, archive_room, remove_member, rename_room
from chat.text import excerpt


def _visible_rooms(request: HttpRequest) -> QuerySet[Room]:
    """Open rooms, and those that the reader is in."""
    inside = Membership.objects.active().filter(user=person_of(request)).values("room")
    return Room.objects.filter(Q(kind=Room.Kind.OPEN) | Q(pk__in=inside))


@admin.register(Room)
class RoomAdmin(ActsOnEach, OnlyLookedAt, admin.ModelAdmin[Room]):
    list_display = ("__str__", "kind", "state", "topic", "members", "changed_at", "is_default", "created_by")
    list_filter = ("kind", "state", "is_default", "created_at", "changed_at")
    list_select_related = ("created_by",)
    search_fields = ("name", "topic")
    ordering = ("-changed_at",)
    fields = (
        "name",
        "topic",
        "kind",
        "state",
        "is_default",
        "members",
        "created_by",
        "created_at",
        "changed_at",
    )
    readonly_fields = ("kind", "state", "is_default", "members", "created_by", "created_at", "changed_at")
    actions = ("archive_chosen", "reopen_chosen")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        inside = Count("memberships", filter=Q(memberships__state=Membership.State.ACTIVE))
        return _visible_rooms(request).annotate(member_count=inside).order_by(*self.ordering)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if not isinstance(obj, Room):
            return person_of(request).is_staff
        try:
            access_room(person_of(request), obj.pk, Permission.RENAME)
        except ChatError:
            return False
        return True

    @admin.display(description=_("members"), ordering="member_count")
    def members(self, room: Room) -> SafeString:
        link = reverse("admin:chat_membership_changelist", query={"room__id__exact": room.pk})
        return format_html('<a href="{}">{}</a>', link, room.member_count)  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: Room, form: ModelForm[Room], change: bool) -> None:
        try:
            rename_room(user=person_of(request), room_id=obj.pk, name=obj.name, topic=obj.topic)
        except ChatError as error:
            messages.error(request, str(error.detail))

    @admin.action(description=_("Archive"))
    def archive_chosen(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        self.act_on_each(
            request, queryset, lambda user, room: archive_room(user=user, room_id=room.pk, archived=True)
        )

    @admin.action(description=_("Reopen"))
    def reopen_chosen(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        self.act_on_each(
            request, queryset, lambda user, room: archive_room(user=user, room_id=room.pk, archived=False)
        )


class MembershipForm(ModelForm[Membership]):
    """Adds somebody to a room; asks the gate first, so that a refusal is a sentence beside the form."""

    actor: User

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("room") and data.get("user"):
            try:
                access_room(self.actor, data["room"].pk, Permission.ADD_MEMBER)
                access_person(self.actor, data["user"].pk)
            except ChatError as error:
                raise ValidationError(str(error.detail)) from error
        return data


@admin.register(Membership)
class MembershipAdmin(ActsOnEach, OnlyLookedAt, admin.ModelAdmin[Membership]):
    form = MembershipForm
    list_display = ("user", "room", "role", "state", "level", "created_at", "unread")
    list_filter = ("state", "role", "level", "room__kind", "room__state", "created_at")
    list_select_related = ("user", "room")
    search_fields = ("user__display_name", "user__handle", "room__name")
    ordering = ("-created_at",)
    autocomplete_fields = ("room", "user")
    actions = ("remove_chosen",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return Membership.objects.filter(room__in=_visible_rooms(request)).order_by(*self.ordering)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "room__id__exact" or super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return person_of(request).is_staff

    def get_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        return ("room", "user") if obj is None else ("room", "user", "role", "state", "level", "created_at")

    def get_form(
        self, request: HttpRequest, obj: Membership | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.actor = person_of(request)  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        try:
            add_member(user=person_of(request), room_id=obj.room_id, user_id=obj.user_id)
        except ChatError as error:
            # Between the form's check and the act the right was lost, or this person is banned.
            raise PermissionDenied(str(error.detail)) from error
        obj.pk = Membership.objects.get(room=obj.room_id, user=obj.user_id).pk

    @admin.display(description=_("unread"), boolean=True)
    def unread(self, membership: Membership) -> bool:
        return membership.room.last_seq > membership.read_seq

    @admin.action(description=_("Remove from the room"), permissions=["view"])
    def remove_chosen(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        self.act_on_each(
            request,
            queryset,
            lambda user, one: remove_member(user=user, room_id=one.room_id, user_id=one.user_id),
        )


@admin.register(Message)
class MessageAdmin(ActsOnEach, OnlyLookedAt, admin.ModelAdmin[Message]):
    list_display = ("said", "author", "room", "kind", "created_at", "edited_at", "deleted_at")
    list_filter = (
        "kind",
        ("deleted_at", admin.EmptyFieldListFilter),
        ("edited_at", admin.EmptyFieldListFilter),
        "created_at",
    )
    list_select_related = ("author", "room")
    search_fields = ("source", "author__display_name", "author__handle", "room__name")
    ordering = ("-created_at", "-seq")
    fields = (
        "room",
        "seq",
        "author",
        "kind",
        "said",
        "source",
        "created_at",
        "edited_at",
        "deleted_at",
        "deleted_by",
    )
    readonly_fields = fields
    actions = ("delete_chosen",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return Message.objects.readable_by(person_of(request).pk).order_by(*self.ordering)

    @admin.display(description=_("message"))
    def said(self, message: Message) -> str:
        if message.kind == Message.Kind.SYSTEM:
            return line_text(message.arguments)
        return excerpt(message.html, 80)

    @admin.action(description=_("Delete for everyone"), permissions=["view"])
    def delete_chosen(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        self.act_on_each(
            request,
            queryset,
            lambda user, one: delete_message(user=user, room_id=one.room_id, message_id=one.pk),
        )


@admin.register(RemovedMessage)
class RemovedMessageAdmin(OnlyLookedAt, admin.ModelAdmin[RemovedMessage]):
    """The bin: what moderators removed, for as long as it is kept."""

    list_display = ("said", "author", "room", "removed_by", "removed_at")
    list_filter = ("removed_at",)
    list_select_related = ("message__author", "message__room", "removed_by")
    search_fields = (
        "source",
        "message__author__display_name",
        "message__author__handle",
        "message__room__name",
    )
    ordering = ("-removed_at",)
    fields = ("room", "author", "source", "removed_by", "removed_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[RemovedMessage]:
        readable = Message.objects.readable_by(person_of(request).pk)
        return RemovedMessage.objects.filter(message__in=readable).order_by(*self.ordering)

    @admin.display(description=_("message"))
    def said(self, removed: RemovedMessage) -> str:
        return excerpt(removed.source, 80)

    @admin.display(description=_("author"))
    def author(self, removed: RemovedMessage) -> User:
        return removed.message.author

    @admin.display(description=_("room"), ordering=F("message__room__name"))
    def room(self, removed: RemovedMessage) -> Room:
        return removed.message.room
