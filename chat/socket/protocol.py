"""Reading what a browser sent. Whatever it is, the outcome is a frame or a BadFrame, never another exception."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _

from chat.errors import ChatError
from chat.presence.board import MOODS

LARGEST_INT = 2**53
DEEPEST = 16
LONGEST_REF = 64
LONGEST_TYPE = 32


class BadFrame(ChatError):
    """Not to be read. `ref` is the client's own, where there was one."""

    def __init__(self, detail: str, *, code: str = "invalid", ref: str | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.ref = ref


@dataclass(frozen=True, slots=True)
class Frame:
    type: str
    ref: str | None
    payload: dict[str, Any]


def parse(text: str | None, data: bytes | None) -> Frame:
    """A frame of at most 64 KiB: a JSON object with a `type`. Raises BadFrame."""
    if text is None:
        raise BadFrame(_("Frames are text."))
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > settings.CHAT.frame_bytes:
        raise BadFrame(_("That frame is too large."), code="too_large")
    payload = _parse_json(text)
    ref = payload.pop("ref", None)
    if ref is not None and (not isinstance(ref, str) or len(ref) > LONGEST_REF):
        raise BadFrame(_("The ref must be a short string."))
    kind = payload.pop("type", None)
    if not isinstance(kind, str) or len(kind) > LONGEST_TYPE:
        raise BadFrame(_("A frame needs a type."), ref=ref)
    return Frame(kind, ref, payload)


def _parse_json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_refuse, parse_int=_parse_int)
        _check(value, 0)
    except (ValueError, RecursionError) as error:
        raise BadFrame(_("That is not JSON as this protocol has it.")) from error
    if not isinstance(value, dict):
        raise BadFrame(_("A frame is a JSON object."))
    return value


def _refuse(literal: str) -> NoReturn:
    raise ValueError(literal)


def _parse_int(digits: str) -> int:
    # Python itself refuses more than 4,300 digits only after reading them.
    if len(digits) > 17 or abs(int(digits)) > LARGEST_INT:
        raise ValueError(digits[:20])
    return int(digits)


def _check(value: Any, depth: int) -> None:
    """Raises ValueError for what is too deep or could not be stored: NUL, lone surrogates."""
    if depth > DEEPEST:
        raise ValueError("too deep")
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("NUL")
        value.encode()
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key, depth + 1)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


Check = Callable[[Any], bool]


def is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_INT


def is_ids(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_id, value))


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_mood(value: Any) -> bool:
    """How somebody wants to be seen, as chat.presence.board names it."""
    return isinstance(value, str) and value in MOODS


def optional(check: Check) -> Check:
    """Absent, null, or as `check` wants it."""
    return lambda value: value is None or check(value)


def pick(payload: dict[str, Any], shape: dict[str, Check]) -> dict[str, Any]:
    """Exactly the fields of a command's shape; what else was sent is left out. Raises BadFrame for a wrong one."""
    for name, check in shape.items():
        if not check(payload.get(name)):
            raise BadFrame(_("The field “%(name)s” is missing or wrong.") % {"name": name})
    return {name: payload.get(name) for name in shape}
