"""Everything that the room page shows, gathered from loaded objects and a few queries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.invitations import invitation_for_welcome, invitation_url, qr_svg
from accounts.models import User
from accounts.preferences import as_facts, preferences_of
from chat import constants
from chat.access.gates import Access
from chat.access.peace import hidden_by
from chat.access.permissions import Permission
from chat.access.sanctions import reason_for
from chat.access.speech import wait_of
from chat.build import build
from chat.messages.decorate import Viewer, decorate_rows, row_of
from chat.messages.keeping.queries import saved_in
from chat.messages.queries import Page, last_page, page_around
from chat.messages.quotes import quotes_of
from chat.rooms.queries import member_count
from chat.rooms.sidebar import sidebar_of, title_of
from chat.uploads.rules import MOST_PER_MESSAGE
from chat.wire.encoding import moment

EMPTY = Page([], older=False, newer=False)


@dataclass(frozen=True, slots=True)
class Target:
    """The message that a permalink names; `missing` where there is none to show."""

    id: int
    seq: int = 0
    missing: bool = False


def room_context(request: HttpRequest, access: Access, target: Target | None = None) -> dict[str, Any]:
    """The context of chat/rooms/room.html."""
    user, room = access.user, access.room
    sidebar = sidebar_of(user, current=room.pk)
    row = sidebar.row(room.pk)
    title = row.name if row else title_of(room, user)
    page = _page(access, target)
    shown = target.id if target and not target.missing else None
    members = member_count(room.pk)
    context: dict[str, Any] = {
        "room": room,
        "title": title,
        "search_here": urlencode({"q": 'in:"{}" '.format(title.replace('"', ""))}),
        "status": row.people[0].status if row and len(row.people) == 1 else "",
        "membership": access.membership,
        "rights": {str(permission) for permission in access.permissions},
        "sidebar": sidebar,
        "rows": _rows(access, page),
        "older": page.older,
        "newer": page.newer,
        "head": room.seq,
        "member_count": members,
        "target": shown,
        "notice": _("That message is not here, or not for you.") if target and target.missing else "",
        "welcome": _welcome(request, access, members),
        "closure": _closure(access),
        "slow_wait": math.ceil(wait_of(access)),
    }
    return {**context, "boot": _boot(access, context)}


def _page(access: Access, target: Target | None) -> Page:
    if not access.may(Permission.READ):
        return EMPTY
    if target and not target.missing:
        return page_around(access.room.pk, access.user.pk, target.seq, constants.AROUND_EACH_SIDE)
    membership = access.membership
    unread = membership is not None and access.room.last_seq > membership.read_seq
    page = last_page(access.room.pk, access.user.pk, settings.CHAT.history_page)
    if unread and membership and page.older and page.messages[0].seq > membership.read_seq:
        # More is unread than one page: open where reading stopped.
        return page_around(
            access.room.pk, access.user.pk, membership.read_seq + 1, constants.AROUND_EACH_SIDE
        )
    return page


def _rows(access: Access, page: Page) -> list[SafeString]:
    viewer = Viewer(
        id=access.user.pk,
        time_zone=timezone.get_current_timezone_name(),
        language=translation.get_language() or "",
        read_seq=access.membership.read_seq if access.membership else None,
        older=page.older,
        quotes=quotes_of(access.room.pk, access.user.pk, page.messages),
    )
    return decorate_rows([row_of(message) for message in page.messages], viewer=viewer)


def _welcome(request: HttpRequest, access: Access, members: int) -> dict[str, Any] | None:
    """The invitation, for an administrator who is still alone in the first room."""
    if not (access.room.is_default and members == 1 and access.user.is_administrator):
        return None
    link = invitation_url(request, invitation_for_welcome(access.user))
    return {"link": link, "qr_svg": qr_svg(link)}


def _closure(access: Access) -> dict[str, Any] | None:
    """Why the reader cannot write here; `reason` is a moderator's, None where they can."""
    if access.may(Permission.POST):
        return None
    if not access.may(Permission.READ):
        return {"why": "not_member"}
    closure = access.closure
    reason = reason_for(access.user, access.room.pk, closure) if closure.is_personal else ""
    return {"why": closure.why, "sentence": closure.sentence, "until": closure.until, "reason": reason}


def _boot(access: Access, context: dict[str, Any]) -> dict[str, Any]:
    """The page's data block for the browser."""
    room, page = access.room, context
    return {
        **shell_boot(access.user),
        "room": {
            "id": room.pk,
            "kind": room.kind,
            "title": page["title"],
            "seq": room.seq,
            "last": room.last_seq,
            "read": access.membership.read_seq if access.membership else room.seq,
            "members": page["member_count"],
            "rights": sorted(page["rights"]),
            "state": room.state,
            "posting": room.posting,
            "locked_until": moment(room.locked_until) if room.locked_until and room.is_locked else None,
            "slow": room.slow_seconds if not access.may(Permission.MODERATE) else 0,
            "slow_wait": page["slow_wait"],
            "level": access.membership.level if access.membership else "nothing",
            "older": page["older"],
            "newer": page["newer"],
            "target": page["target"],
            "saved": saved_in(room.pk, access.user.pk),
        },
    }


def shell_boot(user: User) -> dict[str, Any]:
    """What every page of the shell tells the browser."""
    return {
        "user": {
            "id": user.pk,
            "name": user.display_name,
            "handle": user.handle,
            "initials": user.initials,
            "hue": user.hue,
            "language": translation.get_language() or settings.LANGUAGE_CODE,
            "time_zone": user.time_zone,
        },
        "preferences": as_facts(preferences_of(user)),
        "hidden": hidden_by(user.pk),
        "urls": _urls(),
        "limits": {
            "text": settings.CHAT.text_chars,
            "file": settings.UPLOAD_LIMIT,
            "files": MOST_PER_MESSAGE,
        },
        "constants": constants.for_browser(),
        "build": build(),
        "languages": [code for code, _name in settings.LANGUAGES],
    }


def _urls() -> dict[str, str]:
    """Addresses with the places of ids left open: {room}, {message}, {user} and {upload}."""
    room, message, user, upload = 1111111111111111, 2222222222222222, 3333333333333333, 4444444444444444
    named = {
        "history": reverse("chat:history", args=[room]),
        "quotes": reverse("chat:quotes", args=[room]),
        "source": reverse("chat:source", args=[room, message]),
        "post": reverse("chat:post", args=[room]),
        "sidebar": reverse("chat:sidebar"),
        "level": reverse("chat:level", args=[room]),
        "pause": reverse("accounts:pause"),
        "hint": reverse("accounts:hint"),
        "uploads": reverse("chat:upload_begin"),
        "upload": reverse("chat:upload", args=[upload]),
        "panel": reverse("chat:panel", args=[room]),
        "people": reverse("chat:people"),
        "permalink": reverse("chat:permalink", args=[room, message]),
        "room": reverse("chat:room", args=[room]),
        "sign_in": reverse("account_login"),
        "catalog": reverse("chat:catalog", args=[(translation.get_language() or "en")]),
        "emoji": reverse("chat:emoji", args=[translation.get_language() or "en"]),
        "own_emoji": reverse("chat:emoji_list"),
        "keyboard": reverse("accounts:keyboard"),
        "report": reverse("chat:report", args=[room, message]),
        "person": reverse("chat:person", args=[user]),
        "told": reverse("chat:told"),
        "pin_message": reverse("chat:message_pin", args=[room, message]),
        "save_message": reverse("chat:message_save", args=[room, message]),
        "remove_preview": reverse("chat:preview_remove", args=[room, message]),
        "socket": "/ws/",
    }
    return {
        name: address.replace(str(room), "{room}")
        .replace(str(message), "{message}")
        .replace(str(user), "{user}")
        .replace(str(upload), "{upload}")
        for name, address in named.items()
    }
