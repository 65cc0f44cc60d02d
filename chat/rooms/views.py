"""Rooms by HTTP: pages, fragments and forms. Each is a gate or an action and a template."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import Instance, User
from chat.access.gates import Access, access_room
from chat.access.permissions import Permission
from chat.access.sanctions import sanctions_in
from chat.doors import done, door, wants_json
from chat.errors import Invalid, NotFound
from chat.messages.queries import place_of
from chat.models import Membership, Room
from chat.moderation.durations import CHOICES as DURATIONS
from chat.people.queries import find_person, people_to_write_to
from chat.rooms import actions
from chat.rooms.forms import DirectForm, NewRoomForm, RoomForm
from chat.rooms.page import Target, room_context
from chat.rooms.queries import directory_of, last_visited_room, members_of
from chat.rooms.sidebar import sidebar_of, title_of

LAST_ROOM = "room"


def viewer(request: HttpRequest) -> User:
    """The signed-in person; every view here stands behind `door`."""
    return cast(User, request.user)


def home(request: HttpRequest) -> HttpResponse:
    """The way in: the first run, the sign-in page, or the room where one was last."""
    if Instance.current() is None:
        return redirect("accounts:first_run")
    if not request.user.is_authenticated:
        return redirect("account_login")
    remembered = request.COOKIES.get(LAST_ROOM, "")
    room_id = last_visited_room(
        viewer(request), int(remembered[:16]) if remembered[:16].isdecimal() else None
    )
    return redirect("chat:room", room_id) if room_id else redirect("chat:directory")


@door("GET")
def directory(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    context = {"rooms": directory_of(viewer(request), query), "query": query}
    return _page(request, "chat/rooms/directory.html", context)


@door("GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    actions.check_may_create(viewer(request))
    form = NewRoomForm(request.POST or None)
    if form.is_valid():
        try:
            room = actions.create_room(user=viewer(request), **form.cleaned_data)
        except Invalid as error:
            form.add_error("name", str(error.detail))
        else:
            return redirect("chat:room", room.pk)
    return _page(request, "chat/rooms/new.html", {"form": form}, _status(form))


@door("GET", "POST")
def direct(request: HttpRequest) -> HttpResponse:
    people = people_to_write_to(viewer(request))
    form = DirectForm(request.POST or None, people=people)
    if form.is_valid():
        try:
            room = actions.open_direct(user=viewer(request), people=form.cleaned_data["people"])
        except Invalid as error:
            form.add_error("people", str(error.detail))
        else:
            return redirect("chat:room", room.pk)
    return _page(request, "chat/rooms/direct.html", {"form": form, "people": people}, _status(form))


@door("GET")
def room(request: HttpRequest, room_id: int) -> HttpResponse:
    return room_page(request, access_room(viewer(request), room_id, Permission.SEE))


@door("GET")
def permalink(request: HttpRequest, room_id: int, message_id: int) -> HttpResponse:
    """The room around one message; the same neutral notice for a deleted, unknown or foreign one."""
    access = access_room(viewer(request), room_id, Permission.READ)
    found = place_of(room_id, message_id)
    target = Target(message_id, missing=True) if found is None else Target(message_id, found)
    return room_page(request, access, target)


def room_page(
    request: HttpRequest, access: Access, target: Target | None = None, *, notice: str = ""
) -> HttpResponse:
    """The room, opened at a message where one is named; `notice` is said above the record."""
    context = room_context(request, access, target)
    response = render(request, "chat/rooms/room.html", context | ({"notice": notice} if notice else {}))
    response.set_cookie(LAST_ROOM, str(access.room.pk), max_age=31_536_000, httponly=True, samesite="Lax")
    return response


@door("GET")
def sidebar_fragment(request: HttpRequest) -> HttpResponse:
    current = request.GET.get("current", "")
    sidebar = sidebar_of(
        viewer(request), current=int(current) if current.isdecimal() and len(current) < 17 else None
    )
    return render(request, "chat/rooms/_sidebar_rooms.html", {"sidebar": sidebar})


@door("GET", "POST")
def settings_page(request: HttpRequest, room_id: int) -> HttpResponse:
    access = access_room(
        viewer(request), room_id, Permission.RENAME if request.method == "POST" else Permission.READ
    )
    if access.room.is_direct:
        raise NotFound
    initial = {"name": access.room.name, "topic": access.room.topic}
    form = RoomForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            actions.rename_room(user=viewer(request), room_id=room_id, **form.cleaned_data)
        except Invalid as error:
            form.add_error("name", str(error.detail))
        else:
            return redirect("chat:room", room_id)
    return _page(request, "chat/rooms/settings.html", {**_room_facts(access), "form": form}, _status(form))


@door("POST")
def archive(request: HttpRequest, room_id: int) -> HttpResponse:
    archived = _flag(request.POST, "archived")
    actions.archive_room(user=viewer(request), room_id=room_id, archived=archived)
    return done(request, "chat:room", room_id)


@door("POST")
def join(request: HttpRequest, room_id: int) -> HttpResponse:
    actions.join_room(user=viewer(request), room_id=room_id)
    return done(request, "chat:room", room_id)


@door("POST")
def leave(request: HttpRequest, room_id: int) -> HttpResponse:
    actions.leave_room(user=viewer(request), room_id=room_id)
    return done(request, "chat:directory")


@door("POST")
def pin(request: HttpRequest, room_id: int) -> HttpResponse:
    pinned = _flag(request.POST, "pinned")
    actions.set_preferences(user=viewer(request), room_id=room_id, pinned=pinned)
    return done(request, "chat:room", room_id)


@door("POST")
def level(request: HttpRequest, room_id: int) -> HttpResponse:
    actions.set_preferences(user=viewer(request), room_id=room_id, level=request.POST.get("level", ""))
    return done(request, "chat:room", room_id)


@door("POST")
def member_add(request: HttpRequest, room_id: int) -> HttpResponse:
    """`user`: a user name, with or without its @, or an id."""
    access_room(viewer(request), room_id, Permission.ADD_MEMBER)
    person = find_person(viewer(request), request.POST.get("user", ""))
    actions.add_member(user=viewer(request), room_id=room_id, user_id=person.pk)
    return _back(request, room_id)


@door("POST")
def member_remove(request: HttpRequest, room_id: int, user_id: int) -> HttpResponse:
    actions.remove_member(user=viewer(request), room_id=room_id, user_id=user_id)
    return _back(request, room_id)


def _back(request: HttpRequest, room_id: int) -> HttpResponse:
    """To the page of ours that the form stood on."""
    if wants_json(request):
        return HttpResponse(status=204)
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return redirect(came_from)
    return redirect("chat:room_settings", room_id)


def _room_facts(access: Access) -> dict[str, Any]:
    return {
        "room": access.room,
        "title": title_of(access.room, access.user),
        "membership": access.membership,
        "members": members_of(access.room.pk),
        "rights": {str(permission) for permission in access.permissions},
        "roles": Membership.Role.choices,
        "postings": Room.Posting.choices,
        "durations": DURATIONS,
        "restricted": sanctions_in(access.room.pk) if access.may(Permission.MODERATE) else [],
    }


def _flag(post: QueryDict, name: str) -> bool:
    """Raises Invalid for what is neither 1 nor 0."""
    value = post.get(name)
    if value not in ("0", "1"):
        raise Invalid
    return value == "1"


def _status(form: RoomForm | DirectForm) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, template, context, status=status)
