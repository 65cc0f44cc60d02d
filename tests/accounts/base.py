"""Shared by the tests of accounts: an instance with people, and what they fill in."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from accounts.models import Instance, User
from accounts.names import skeleton

PASSWORD = "salt on the railing"


def make_instance(mode: str = "invitation") -> Instance:
    return Instance.objects.create(name="Brackwater", signup_mode=mode)


def make_person(handle: str, role: str = "member", **values: Any) -> User:
    values = {"display_name": handle.title(), "email": f"{handle}@brackwater.example", **values}
    person = User(handle=handle, handle_skeleton=skeleton(handle), role=role, **values)
    person.set_password(PASSWORD)
    person.save()
    return person


def signed_in(person: User, **extra: Any) -> Client:
    """A browser in which the person has come in by the door."""
    client = Client(**extra)
    answer = client.post("/accounts/login/", {"login": person.handle, "password": PASSWORD, "remember": "on"})
    assert answer.status_code == 302, answer.content.decode()
    return client


def new_account(name: str = "Ana Duarte", **values: str) -> dict[str, str]:
    return {"name": name, "email": "ana@brackwater.example", "password": PASSWORD, **values}


def text_of(answer: Any) -> str:
    """The page without what differs each time by design: the nonce of scripts and the token of forms."""
    assert isinstance(answer, HttpResponse)
    return re.sub(r'(nonce|name="csrfmiddlewaretoken" value)="[^"]*"', "", answer.content.decode())


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    """Limits live in the cache and would reach from one test into the next."""
    cache.clear()
