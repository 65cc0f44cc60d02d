"""The people of the demo, and how they get in."""

from collections.abc import Iterable
from datetime import timedelta
from importlib import import_module
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import User
from accounts.names import HANDLE_PATTERN, derive_handle, numbered_handles, skeleton
from chat.demo.phrases import nickname, some_language


def create_people(rng: Random, count: int) -> dict[User, str]:
    """Members with names in several scripts, each with their language. They joined three weeks ago
    and have no passwords."""
    taken = set(User.objects.values_list("handle_skeleton", flat=True))
    people = dict(_person(rng, taken) for _ in range(count))
    User.objects.bulk_create(people, batch_size=500)
    return people


def _person(rng: Random, taken: set[str]) -> tuple[User, str]:
    phrases = some_language(rng)
    name = phrases.name(rng)
    handle = _free_handle(name if _has_handle(name) else nickname(rng), taken)
    taken.add(skeleton(handle))
    joined = timezone.now() - timedelta(days=rng.uniform(15, 21))
    person = User(
        handle=handle,
        handle_skeleton=skeleton(handle),
        display_name=name,
        password=make_password(None),
        joined_at=joined,
    )
    return person, phrases.language


def _has_handle(name: str) -> bool:
    """Whether letters of the name itself make the handle (derive_handle falls back to a number)."""
    return bool(HANDLE_PATTERN.fullmatch(derive_handle(name))) and not derive_handle(name).startswith("user")


def _free_handle(name: str, taken: set[str]) -> str:
    return next(one for one in numbered_handles(derive_handle(name)) if skeleton(one) not in taken)


def sign_in_cookies(people: Iterable[User]) -> list[str]:
    """One `Cookie` header value per person: a session each, as if they had signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return [f"{settings.SESSION_COOKIE_NAME}={_session(store, person)}" for person in people]


def _session(store: Any, person: User) -> str:
    session = store()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save(must_create=True)
    key: str = session.session_key
    return key
