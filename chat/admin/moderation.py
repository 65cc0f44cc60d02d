"""Cases, restrictions, rules, addresses and the log: looked at here, decided by the acts of chat.moderation."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.views.person import person_of
from chat.admin.base import ActsOnEach, OnlyLookedAt
from chat.audit.queries import acts_in_log
from chat.models import AddressBan, AuditEntry, Case, CleanUp, Rule, Sanction
from chat.moderation.addresses.actions import lift_address_ban
from chat.moderation.automod.actions import switch_rule
from chat.moderation.cleanups.actions import undo_clean_up
from chat.moderation.log.details import details_of
from chat.moderation.reports.queries import cases_seen_by
from chat.moderation.sanctions.actions import lift
from chat.moderation.words import act_text


@admin.register(Case)
class CaseAdmin(OnlyLookedAt, admin.ModelAdmin[Case]):
    """Decided in the queue, where the evidence stands beside the form."""

    list_display = ("id", "about", "room", "state", "assignee", "opened_at", "closed_by", "outcome")
    list_filter = ("state", "outcome", "opened_at")
    list_select_related = ("about", "room", "assignee", "closed_by")
    search_fields = ("about__display_name", "about__handle", "room__name", "note")
    ordering = ("-opened_at",)
    fields = (*list_display, "snapshot", "closed_at", "note")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return cases_seen_by(person_of(request)).order_by(*self.ordering)


@admin.register(Sanction)
class SanctionAdmin(ActsOnEach, OnlyLookedAt, admin.ModelAdmin[Sanction]):
    list_display = ("kind", "user", "room", "reason", "starts_at", "ends_at", "created_by", "lifted_at")
    list_filter = ("kind", "starts_at", ("lifted_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "room", "created_by")
    search_fields = ("user__display_name", "user__handle", "reason", "room__name")
    ordering = ("-starts_at",)
    fields = (*list_display, "lifted_by", "rule")
    readonly_fields = fields
    actions = ("take_back",)

    @admin.action(description=_("Take back"), permissions=["view"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[Sanction]) -> None:
        self.act_on_each(request, queryset, lambda user, one: lift(actor=user, sanction_id=one.pk))


@admin.register(CleanUp)
class CleanUpAdmin(ActsOnEach, OnlyLookedAt, admin.ModelAdmin[CleanUp]):
    list_display = ("person", "span", "reason", "by", "created_at", "state", "done", "total")
    list_filter = ("state", "span", "created_at")
    list_select_related = ("person", "by")
    search_fields = ("person__display_name", "person__handle", "reason")
    ordering = ("-created_at",)
    readonly_fields = list_display
    actions = ("bring_back",)

    @admin.action(description=_("Bring them back"), permissions=["view"])
    def bring_back(self, request: HttpRequest, queryset: QuerySet[CleanUp]) -> None:
        self.act_on_each(request, queryset, lambda user, one: undo_clean_up(actor=user, clean_up_id=one.pk))


@admin.register(Rule)
class RuleAdmin(ActsOnEach, OnlyLookedAt, admin.ModelAdmin[Rule]):
    list_display = ("name", "kind", "outcome", "room", "enabled", "created_by", "created_at")
    list_filter = ("enabled", "kind", "outcome")
    list_select_related = ("room", "created_by")
    search_fields = ("name", "text")
    ordering = ("name",)
    fields = (*list_display, "text", "count", "seconds", "mute_minutes")
    readonly_fields = fields
    actions = ("switch_on", "switch_off")

    @admin.action(description=_("Switch on"), permissions=["view"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Rule]) -> None:
        self._switch(request, queryset, enabled=True)

    @admin.action(description=_("Switch off"), permissions=["view"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Rule]) -> None:
        self._switch(request, queryset, enabled=False)

    def _switch(self, request: HttpRequest, rules: QuerySet[Rule], *, enabled: bool) -> None:
        self.act_on_each(
            request, rules, lambda user, one: switch_rule(actor=user, rule_id=one.pk, enabled=enabled)
        )


@admin.register(AddressBan)
class AddressBanAdmin(ActsOnEach, OnlyLookedAt, admin.ModelAdmin[AddressBan]):
    list_display = ("network", "reason", "created_by", "created_at", "ends_at", "lifted_at")
    list_filter = ("created_at", ("lifted_at", admin.EmptyFieldListFilter))
    list_select_related = ("created_by",)
    search_fields = ("network", "reason")
    ordering = ("-created_at",)
    readonly_fields = (*list_display, "lifted_by")
    fields = readonly_fields
    actions = ("take_back",)

    @admin.action(description=_("Take back"), permissions=["view"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[AddressBan]) -> None:
        self.act_on_each(request, queryset, lambda user, one: lift_address_ban(actor=user, ban_id=one.pk))


class ActFilter(admin.SimpleListFilter):
    """By what was done, in the words of the log."""

    title = _("did")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(act, act_text(act)) for act in acts_in_log()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(act=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(OnlyLookedAt, admin.ModelAdmin[AuditEntry]):
    list_display = ("number", "at", "actor", "did", "target", "room", "reason")
    list_filter = (ActFilter, "at")
    list_select_related = ("actor", "target", "room")
    search_fields = ("reason", "actor__display_name", "target__display_name", "room__name")
    ordering = ("-number",)
    fields = (*list_display, "message_id", "said", "previous", "hash")
    readonly_fields = fields

    @admin.display(description=_("did"))
    def did(self, entry: AuditEntry) -> Any:
        return act_text(entry.act)

    @admin.display(description=_("before and after"))
    def said(self, entry: AuditEntry) -> str:
        lines = [
            f"{one.label}: {' → '.join(filter(None, (one.before, one.after)))}" for one in details_of(entry)
        ]
        return "\n".join(lines)
