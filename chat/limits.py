"""Token buckets asked as questions. Per process and in memory: inexact with several processes, and cheap."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable

from django.conf import settings

from chat.errors import RateLimited, SearchedTooFast

MOST_BUCKETS = 50_000


class Bucket:
    """Fills with `rate` tokens per second up to `burst`; each act takes one."""

    __slots__ = ("burst", "filled_at", "rate", "tokens")

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self.tokens = burst
        self.filled_at = time.monotonic()

    def wait(self) -> float:
        """Takes a token and returns 0.0, or the seconds until there is one."""
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate


_buckets: OrderedDict[Hashable, Bucket] = OrderedDict()
_lock = threading.Lock()


def _take(key: Hashable, rate: float, burst: float) -> float:
    if not settings.LIMITS_ON:
        return 0.0
    with _lock:
        bucket = _buckets.get(key) or Bucket(rate, burst)
        _buckets[key] = bucket
        _buckets.move_to_end(key)
        while len(_buckets) > MOST_BUCKETS:
            _buckets.popitem(last=False)
        return bucket.wait()


def check_may_post(user_id: int) -> None:
    """Raises RateLimited above the person's messages per second."""
    chat = settings.CHAT
    wait = _take(("post", user_id), chat.messages_per_second, chat.messages_burst)
    if wait:
        raise RateLimited(retry_after=wait)


def check_may_change(user_id: int) -> None:
    """Raises RateLimited for everything else that is written: edits, reactions, rooms. Same numbers, own bucket."""
    chat = settings.CHAT
    wait = _take(("change", user_id), chat.messages_per_second, chat.messages_burst)
    if wait:
        raise RateLimited(retry_after=wait)


def check_may_upload(user_id: int) -> None:
    """Raises RateLimited above one file a second, beyond what one choice of many files brings."""
    if wait := _take(("upload", user_id), 1.0, 30.0):
        raise RateLimited(retry_after=wait)


def check_may_send_piece(user_id: int) -> None:
    """Raises RateLimited for who sends a file in crumbs."""
    if wait := _take(("piece", user_id), 25.0, 100.0):
        raise RateLimited(retry_after=wait)


def may_have_preview(user_id: int) -> bool:
    """Cards for what people share, not for what somebody pours out: twenty at once, then one in ten seconds."""
    return _take(("preview", user_id), 0.1, 20.0) == 0.0


def may_ask_host(host: str) -> bool:
    """No website is asked more often than every other second by this process, however many people link to it."""
    return _take(("host", host), 0.5, 10.0) == 0.0


def check_may_send_picture(user_id: int) -> None:
    """Raises RateLimited above one small picture in five seconds: each is decoded, and told to many."""
    if wait := _take(("picture", user_id), 0.2, 10.0):
        raise RateLimited(retry_after=wait)


def check_may_search(user_id: int) -> None:
    """Raises RateLimited above two searches per second, with room for a few words typed quickly."""
    wait = _take(("search", user_id), 2.0, 30.0)
    if wait:
        raise SearchedTooFast(retry_after=wait)


def may_type(user_id: int, room_id: int) -> bool:
    """At most one typing frame per second, with room for a stop right after a start."""
    return _take(("typing", user_id, room_id), 1.0, 2.0) == 0.0


def command_bucket() -> Bucket:
    """The bucket of one socket."""
    return Bucket(settings.CHAT.commands_per_second, settings.CHAT.commands_burst)
