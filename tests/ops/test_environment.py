"""Every variable is typed and refused with one sentence; the operators' page knows them all."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from chatsite import checks
from chatsite.environment import Environment, Refused, Tuning, own_origins, read

OPERATORS = Path(__file__).resolve().parent.parent.parent / "docs" / "operators.md"

WRONG = {
    "PORT": ["eight", "-1", "65536", "80 80", "1e3"],
    "HOST": ["http://x", "a b", "user@host", "x/y", "ünïcode"],
    "SERVER": ["gunicorn", "Daphne", "daphne;rm"],
    "PUBLIC_ORIGINS": [
        "*", "https://*.example.org", "example.org", "ftp://x", "https://x/path", "https://u:p@x",
        "http://[", "https://x:port", "https://x:99999", "https://", "https://x?y", "https://bücher.example",
    ],
    "TRUSTED_PROXY_COUNT": ["-1", "11", "one", "1.5"],
    "DATABASE_URL": ["mysql://x/y", "postgresql://host", "postgresql:", "postgresql://h:port/x", "sqlite:///x"],
    "DATABASE_POOL": ["1", "501"],
    "REDIS_URL": ["redis://a,redis://b", "redis://a redis://b", "http://x", "localhost:6379"],
    "REDIS_PREFIX": ["UPPER", "a:b", "x" * 33],
    "MAIL_URL": ["mail.example.org", "http://x"],
    "LANGUAGE": ["de", "zh-CN"],
    "TIME_ZONE": ["Mars/Olympus", "../../etc/passwd"],
    "LIMITS": ["false", "0", "OFF"],
    "WORKER": ["yes"],
    "LOG_LEVEL": ["loud"],
    "DEBUG": ["1"],
    "CHAT_HEADS_INTERVAL": ["0", "-1", "soon", "nan", "inf"],
    "CHAT_FRAME_BYTES": ["0", "1.5", "64k"],
    "CHAT_SOCKET_AGE": ["5", "1,2,3", "a,b"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in WRONG for value in WRONG[name]])
def test_a_wrong_value_is_refused_with_one_sentence_that_names_it(name: str, value: str) -> None:
    with pytest.raises(Refused) as refusal:
        read({name: value})
    sentence = str(refusal.value)
    assert sentence.startswith(name + " ")
    assert sentence.endswith("correct it and start again.")
    assert "\n" not in sentence


def test_nothing_set_is_a_working_installation() -> None:
    env, tuning = read({})
    assert (env.host, env.port, env.server, env.limits) == ("127.0.0.1", 8000, "daphne", "on")
    assert (tuning.heads_interval, tuning.frame_bytes, tuning.socket_age) == (30, 65_536, (43_200, 72_000))


def test_an_address_that_was_chosen_to_listen_on_is_an_origin() -> None:
    own = ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"]
    for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::"):
        assert own_origins(host, 8000) == own
    assert own_origins("192.168.1.5", 8000) == [*own, "http://192.168.1.5:8000"]
    assert own_origins("fd00::5", 8000) == [*own, "http://[fd00::5]:8000"]


def test_empty_values_count_as_not_set() -> None:
    assert read({"PORT": "", "REDIS_URL": " ", "CHAT_PING_INTERVAL": ""}) == read({})


def test_values_are_read_as_what_they_mean() -> None:
    env, tuning = read(
        {
            "PUBLIC_ORIGINS": "https://Chat.Example.org:443/, http://[::1]:8000",
            "SECRET_KEY_FALLBACKS": "one,two",
            "CHAT_SOCKET_AGE": "10, 20",
            "CHAT_ORDER_WAIT": "0.05",
        }
    )
    assert env.public_origins == ["https://chat.example.org", "http://[::1]:8000"]
    assert env.secret_key_fallbacks == ["one", "two"]
    assert tuning.socket_age == (10, 20)
    assert tuning.order_wait == 0.05


@pytest.mark.parametrize("name", [name.upper() for name in Environment.model_fields])
def test_each_variable_stands_in_the_operators_page(name: str) -> None:
    assert f"`{name}`" in OPERATORS.read_text()


def test_each_check_stands_in_the_operators_page() -> None:
    ids = set(re.findall(r"chatsite\.[EW]\d{3}", Path(checks.__file__).read_text()))
    assert ids
    assert ids <= set(re.findall(r"chatsite\.[EW]\d{3}", OPERATORS.read_text()))


@pytest.mark.parametrize("field", fields(Tuning), ids=lambda field: field.name)
def test_each_tuning_stands_in_the_operators_page_with_its_default(field: object) -> None:
    name, default = getattr(field, "name"), getattr(field, "default")  # noqa: B009
    shown = ",".join(f"{part:g}" for part in default) if isinstance(default, tuple) else f"{default:.10g}"
    assert f"| `CHAT_{name.upper()}` | {shown} |" in OPERATORS.read_text()
