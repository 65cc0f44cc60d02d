"""What a room asks of a message beyond the right to write: its pace, and newcomers' links and mentions. Pure."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import ngettext

from chat.access.gates import Access
from chat.access.permissions import Permission
from chat.errors import Forbidden, SlowMode


def wait_of(access: Access) -> float:
    """Seconds until this person may write again in a slow room; moderators never wait."""
    room, membership = access.room, access.membership
    if not room.slow_seconds or access.may(Permission.MODERATE):
        return 0.0
    last = membership.last_post_at if membership else None
    if last is None:
        return 0.0
    return max(0.0, (last + timedelta(seconds=room.slow_seconds) - timezone.now()).total_seconds())


def check_pace(access: Access) -> None:
    """Raises SlowMode before the time between two messages is over."""
    if wait := wait_of(access):
        raise SlowMode(retry_after=wait)


def check_content(access: Access, *, has_links: bool, mentions: int) -> None:
    """Raises Forbidden, with the reason, for what this room does not take from this person."""
    room = access.room
    if access.may(Permission.MODERATE):
        return
    if room.most_mentions and mentions > room.most_mentions:
        raise Forbidden(
            ngettext(
                "One message may name %(limit)s person in this room.",
                "One message may name %(limit)s people in this room.",
                room.most_mentions,
            )
            % {"limit": room.most_mentions}
        )
    is_new = timezone.now() - access.user.joined_at < timedelta(days=room.newcomer_days)
    if is_new and (has_links or mentions):
        raise Forbidden(
            ngettext(
                "In this room, links and mentions need an account that is %(days)s day old.",
                "In this room, links and mentions need an account that is %(days)s days old.",
                room.newcomer_days,
            )
            % {"days": room.newcomer_days}
        )
