"""Starting a clean-up, undoing it, and the steps in between. Each step is a transaction in one room."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from chat.audit.actions import record
from chat.errors import Conflict, Forbidden, Invalid, NotFound
from chat.messages.deliver import empty_bin_later
from chat.models import CleanUp, Message, RemovedMessage
from chat.moderation.cleanups.deliver import run_clean_up
from chat.moderation.cleanups.queries import access_clean_up, since_of, texts_of
from chat.moderation.policy import may_sanction
from chat.moderation.sanctions.rules import check_reason
from chat.moderation.texts.actions import remove, restore
from chat.wire import envelopes, events
from chat.wire.publish import publish_on_commit

State = CleanUp.State
BATCH = 25  # messages in one transaction: a room waits for it no longer than for a slow write


def start_clean_up(*, actor: User, person_id: int, span: str, reason: str) -> CleanUp:
    """Removes what somebody wrote, for 30 days into the bin. Raises NotFound, Forbidden or Invalid."""
    since, reason = since_of(span), check_reason(reason)
    person = User.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound
    if not may_sanction(User.objects.get(pk=actor.pk), person):
        raise Forbidden
    until = timezone.now()
    with transaction.atomic():
        total = texts_of(person.pk, since, until).count()
        clean_up = CleanUp.objects.create(
            person=person, by=actor, span=span, since=since, until=until, reason=reason, total=total
        )
        run_clean_up.enqueue(clean_up.pk)
        empty_bin_later()
        record("clean_up", actor=actor, target=person, reason=reason, after={"span": span, "messages": total})
    return clean_up


def undo_clean_up(*, actor: User, clean_up_id: int) -> None:
    """Brings back what is still in the bin. Conflict while it runs, or when it is undone already."""
    clean_up = access_clean_up(actor, clean_up_id)
    if not may_sanction(actor, clean_up.person):
        raise Forbidden
    with transaction.atomic():
        held = RemovedMessage.objects.filter(clean_up=clean_up).count()
        changed = CleanUp.objects.filter(pk=clean_up.pk, state=State.DONE).update(
            state=State.UNDOING, total=held, done=0
        )
        if not changed:
            raise Conflict
        run_clean_up.enqueue(clean_up.pk)
        record("clean_up_undone", actor=actor, target=clean_up.person, after={"messages": held})


def carry_on(clean_up_id: int) -> bool:
    """One step; False when there is nothing left, and the clean-up is done or undone."""
    clean_up = CleanUp.objects.select_related("by").get(pk=clean_up_id)
    if clean_up.state not in (State.RUNNING, State.UNDOING):
        return False
    batch = _next_batch(clean_up)
    with transaction.atomic():
        for message in batch:
            if clean_up.state == State.RUNNING:
                remove(message, by=clean_up.by, clean_up=clean_up)
            else:
                restore(message)
        _progress(clean_up, len(batch))
    return bool(batch)


def _next_batch(clean_up: CleanUp) -> list[Message]:
    """Of one room only, so that no transaction locks two."""
    if clean_up.state == State.RUNNING:
        found = texts_of(clean_up.person_id, clean_up.since, clean_up.until)
    else:
        found = Message.objects.filter(removed__clean_up=clean_up).exclude(deleted_at=None)
    rows = list(found.order_by("room_id", "seq")[:BATCH])
    return [row for row in rows if row.room_id == rows[0].room_id]


def _progress(clean_up: CleanUp, count: int) -> None:
    after = {State.RUNNING: State.DONE, State.UNDOING: State.UNDONE}
    state = clean_up.state if count else after[State(clean_up.state)]
    CleanUp.objects.filter(pk=clean_up.pk).update(done=F("done") + count, state=state)
    event = events.clean_up_progress(
        clean_up=clean_up.pk, done=clean_up.done + count, total=clean_up.total, state=state
    )
    publish_on_commit(clean_up.by_id, envelopes.user_event(user=clean_up.by_id, event=event))


def restore_message(*, actor: User, message_id: int) -> None:
    """One removed text comes back. Raises NotFound, Forbidden, or Invalid once the bin was emptied."""
    kept = RemovedMessage.objects.select_related("message__author").filter(message=message_id).first()
    if kept is None:
        raise NotFound
    if not may_sanction(actor, kept.message.author):
        raise Forbidden
    with transaction.atomic():
        if not restore(kept.message):
            raise Invalid
        author, room_id = kept.message.author, kept.message.room_id
        record("text_restored", actor=actor, target=author, room=room_id, message_id=message_id)
