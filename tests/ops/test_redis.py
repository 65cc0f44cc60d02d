"""REDIS_URL in all its forms against a real Redis: the check at start, the cache and the channel layer."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from typing import Any

import pytest

from chat.wire.losses import losses
from chat.wire.shared_layer import SharedChannelLayer
from chatsite import preflight
from chatsite.cache import PAUSE_SECONDS, SharedCache
from chatsite.environment import Environment, Refused, Tuning, read
from chatsite.stores import cache, channel_layer
from tests.nursery import finish
from tests.ops.redis_forms import PASSWORD, QUOTED, Forms, every_form
from tests.services import Redis
from tests.stores import clean_environment

NAMES = ("password", "account", "tls", "socket", "sentinel")


@pytest.fixture(scope="module")
def forms() -> Iterator[Forms]:
    with every_form() as forms:
        yield forms


def environment(forms: Forms, name: str, **more: str) -> tuple[Environment, Tuning]:
    given = {"REDIS_URL": forms.urls[name], "REDIS_PREFIX": "t", "REDIS_SENTINEL_PASSWORD": "watchword"}
    if name == "tls":
        given["REDIS_CA_FILE"] = str(forms.authority)
    # The account may only use keys that start with "t:"; the layer's and the cache's do.
    return read(given | more)


def make_cache(env: Environment) -> SharedCache:
    made = cache(env)
    return SharedCache(made["LOCATION"], {"OPTIONS": made["OPTIONS"], "KEY_PREFIX": made["KEY_PREFIX"]})


def make_layer(env: Environment, chat: Tuning) -> SharedChannelLayer:
    return SharedChannelLayer(**channel_layer(env, chat)["CONFIG"])


@pytest.mark.parametrize("name", NAMES)
async def test_check_cache_and_layer_reach_redis_by_each_form(forms: Forms, name: str) -> None:
    env, chat = environment(forms, name)
    assert await asyncio.to_thread(preflight.ask_redis, env) == []
    shared, again = make_cache(env), make_cache(env)
    await asyncio.to_thread(shared.set, "who", name)
    assert await asyncio.to_thread(again.get, "who") == name
    sender, receiver = make_layer(env, chat), make_layer(env, chat)
    channel = await receiver.new_channel()
    await receiver.group_add("room.1", channel)
    await sender.group_send("room.1", {"type": "hello"})
    assert await asyncio.wait_for(receiver.receive(channel), 10) == {"type": "hello"}
    for layer in (sender, receiver):
        await layer.close_pools()


def refusal(forms: Forms, name: str, url: str, **more: str) -> str:
    env, _chat = environment(forms, name, REDIS_URL=url, **more)
    with pytest.raises(Refused) as refused:
        preflight.ask_redis(env)
    return str(refused.value)


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_password_is_said_without_saying_it(forms: Forms, name: str) -> None:
    sentence = refusal(forms, name, forms.urls[name].replace(QUOTED, "mellon"))
    assert "refuses the user or the password" in sentence
    assert sentence.endswith("correct them in REDIS_URL.")
    assert "mellon" not in sentence
    assert "\n" not in sentence


def test_a_certificate_of_a_stranger_or_for_another_name_is_refused(forms: Forms) -> None:
    for sentence in (
        refusal(forms, "tls", forms.urls["tls"], REDIS_CA_FILE=str(forms.stranger)),
        refusal(forms, "tls", forms.urls["tls"].replace("127.0.0.1", "localhost")),
    ):
        assert sentence.startswith("The certificate of Redis at ")
        assert "set REDIS_CA_FILE" in sentence
        assert QUOTED not in sentence
        assert PASSWORD not in sentence


def test_a_sentinel_that_does_not_know_the_name_or_the_password_is_said(forms: Forms) -> None:
    assert "No master found" in refusal(
        forms, "sentinel", forms.urls["sentinel"].replace("/chat/", "/other/")
    )
    assert "watchword" not in refusal(forms, "sentinel", forms.urls["sentinel"], REDIS_SENTINEL_PASSWORD="x")


@pytest.mark.parametrize(
    "given", [{"REDIS_URL": "redis://:mellon@127.0.0.1:1/0"}, {"REDIS_CA_FILE": "/none"}]
)
def test_a_start_that_cannot_reach_redis_ends_with_one_sentence(
    given: dict[str, str], tmp_path: Path
) -> None:
    env = clean_environment() | {"DATA_DIR": str(tmp_path), "PORT": "0"} | given
    code, shown, complaint = finish((sys.executable, "-m", "chatsite.launch"), env=env)
    assert code == 1
    assert len(complaint.strip().splitlines()) == 1
    assert next(iter(given)) in complaint
    assert "mellon" not in shown + complaint


def test_a_redis_that_forgets_when_it_is_full_is_warned_about() -> None:
    redis = Redis()
    try:
        redis.start()
        env, _chat = read({"REDIS_URL": redis.url})
        assert preflight.ask_redis(env) == []
        redis.command_line("config", "set", "maxmemory", "50mb", "maxmemory-policy", "allkeys-lru")
        assert "noeviction" in preflight.ask_redis(env)[0]
    finally:
        redis.close()


def test_nothing_waits_for_a_redis_that_is_silent_and_counting_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    redis = Redis()
    try:
        redis.start()
        env, _chat = read({"REDIS_URL": redis.url})
        shared = make_cache(env)
        shared.set("count", 1, 60)
        redis.signal(SIGSTOP)
        assert shared.add("count", 5, 60)  # counted here: Redis, which knows the key, was not heard
        assert [shared.incr("count") for _ in range(20)] == list(range(6, 26))
        assert len([line for line in caplog.records if "counting in this process" in line.message]) == 1
        redis.signal(SIGCONT)
        monkeypatch.setattr("chatsite.cache.time.monotonic", lambda: os.times().elapsed + 2 * PAUSE_SECONDS)
        assert shared.get("count") == 1
    finally:
        redis.close()


async def test_a_connection_that_was_cut_is_made_again_without_an_error(forms: Forms) -> None:
    env, chat = environment(forms, "password")
    layer = make_layer(env, chat)
    await layer.group_add("room.1", await layer.new_channel())
    await layer.group_send("room.1", {"type": "first"})
    for _ in range(3):
        forms.redis.command_line("-a", PASSWORD, "--no-auth-warning", "client", "kill", "type", "normal")
        await layer.group_send("room.1", {"type": "again"})
    await layer.close_pools()


async def test_what_a_slow_process_cannot_take_is_counted_and_told_once(
    forms: Forms, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    env, chat = environment(forms, "password", CHAT_LAYER_CAPACITY="5")
    monkeypatch.setattr(losses, "_told_at", {})
    before = losses.total.total()
    layer = make_layer(env, chat)
    await layer.group_add("room.2", await layer.new_channel())
    with caplog.at_level(logging.INFO):
        for _ in range(12):
            await layer.group_send("room.2", {"type": "many"})
    assert losses.total.total() - before == 7
    assert len([line for line in caplog.records if line.name.startswith(("chat", "channels"))]) == 1
    await layer.close_pools()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("redis://one,two", "must name exactly one Redis"),
        ("redis://one/0 redis://two/0", "must name exactly one Redis"),
        ("redis://one/zero", "must end in the number"),
        ("redis://one/0?ssl_cert_reqs=none", "must look like"),
        ("unix://", "must look like unix"),
        ("redis+sentinel://one,two", "must look like redis.sentinel"),
        ("redis+sentinel://one:x/chat", "must look like redis.sentinel"),
        ("redis://one:port", "is not an address"),
        ("valkey://one", "must look like redis"),
    ],
)
def test_a_wrong_form_is_refused(url: str, reason: str) -> None:
    with pytest.raises(Refused, match="REDIS_URL " + reason):
        read({"REDIS_URL": url})


def test_an_authority_needs_a_connection_that_is_encrypted(forms: Forms) -> None:
    given: dict[str, Any] = {"REDIS_URL": "redis://one", "REDIS_CA_FILE": str(forms.authority)}
    with pytest.raises(Refused, match="REDIS_CA_FILE needs a REDIS_URL that starts with rediss"):
        read(given)
