"""A person's tab as the checker plays it: it comes back when it is cut, answers pings and asks by ref."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from typing import Any

from tests.faults.back_off import BackOff
from tests.faults.pace import NO_ANSWER_AFTER, SILENCE
from tests.faults.stacks import Stack
from tests.faults.wire import Frame, Line

UNREACHABLE = (OSError, TimeoutError, EOFError)
HELLO_WITHIN = 15.0
FOR_GOOD = (4401, 4403)


class Refused(Exception):
    """The server answered with an error; `code` is the protocol's."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(f"{frame['code']}: {frame['detail']}")
        self.code: str = frame["code"]
        self.retry_after: float = frame.get("retry_after", 0.0)


class Member:
    """One tab. `connects`: greetings heard. `ends`: close codes. `tries`: how many attempts each greeting took."""

    def __init__(self, stack: Stack, name: str, seed: int, *, port: int | None = None) -> None:
        self.stack = stack
        self.name = name
        self.user_id = stack.town.id(name)
        self.cookie: str = stack.town.people[name]["cookie"]
        self.random = random.Random(seed)
        self.place = seed  # which process first
        self.connects = 0
        self.ends: list[int] = []
        self.tries: list[int] = []
        self.last_frame_at = 0.0
        self.line: Line | None = None
        self.online = asyncio.Event()
        self._port = port  # of a cable of its own
        self._attempts = 0
        self._refs = itertools.count(1)
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self._not_before = 0.0
        self._living: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._living = asyncio.create_task(self._live())

    async def stop(self) -> None:
        if self._living:
            self._living.cancel()
            await asyncio.gather(self._living, return_exceptions=True)
        if self.line:
            self.line.cut()

    def heard(self, frame: Frame) -> None:
        """Every frame but pings and answers; for those who do more."""

    def left(self) -> None:
        """The link is gone."""

    def forget(self) -> None:
        """What was judged need not be judged again."""

    async def ask(self, type_: str, *, patience: float = NO_ANSWER_AFTER, **payload: Any) -> Frame:
        """The answer. Raises Refused, or one of UNREACHABLE: then nobody knows whether it happened."""
        if self.line is None or not self.online.is_set():
            raise ConnectionError("not online")
        ref = f"{next(self._refs)}"
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[ref] = answer
        self.line.send(type_, ref=ref, **payload)
        try:
            frame = await asyncio.wait_for(answer, patience)
        finally:
            self._answers.pop(ref, None)
        if frame["type"] == "error":
            raise Refused(frame)
        return frame

    def door(self) -> tuple[str, int | None]:
        """The origin that this tab names now, and the port of what stands before it."""
        origin, port = self.stack.door(self.place)
        return origin, self._port or port

    async def _live(self) -> None:
        loop = asyncio.get_running_loop()
        back_off = BackOff(self.random)
        while True:
            self._attempts += 1
            began = loop.time()
            code = await self._one_link()
            if self.online.is_set():
                back_off.ended(loop.time() - began)
            self._let_go()
            self.ends.append(code)
            if code in FOR_GOOD:
                return
            # A balancer sends it to any process.
            self.place = self.random.randrange(1000)
            await asyncio.sleep(max(back_off.next(), self._not_before - loop.time()))

    async def _one_link(self) -> int:
        """Its close code, 1006 for one that never came about or fell silent."""
        origin, port = self.door()
        try:
            self.line = await Line.open(origin, self.cookie, self._receive, port=port)
        except UNREACHABLE:
            return 1006
        loop = asyncio.get_running_loop()
        self.last_frame_at = loop.time()
        line = self.line
        while not line.closed.done():
            allowed = SILENCE if self.online.is_set() else HELLO_WITHIN
            left = self.last_frame_at + allowed - loop.time()
            if left <= 0:
                line.cut()
                return 1006
            await asyncio.wait([line.closed], timeout=left)
        return line.closed.result()

    def _let_go(self) -> None:
        self.online.clear()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the link is gone"))
        self.left()

    def _receive(self, frame: Frame) -> None:
        loop = asyncio.get_running_loop()
        self.last_frame_at = loop.time()
        kind = frame["type"]
        if kind == "ping":
            assert self.line
            self.line.send("pong", nonce=frame["nonce"])
        elif kind in ("ok", "error"):
            answer = self._answers.get(frame.get("ref", ""))
            if answer and not answer.done():
                answer.set_result(frame)
        elif kind == "bye":
            self._not_before = loop.time() + (frame.get("retry_after") or 0.0)
        else:
            if kind == "hello":
                self.connects += 1
                self.tries.append(self._attempts)
                self._attempts = 0
                self.online.set()
            self.heard(frame)


async def until(holds: Callable[[], bool], patience: float) -> bool:
    """Whether it held before patience ended."""

    async def held() -> bool:
        return holds()

    return await until_true(held, patience)


async def until_true(holds: Callable[[], Awaitable[bool]], patience: float) -> bool:
    """As `until`, of what has to be asked for."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while not await holds():
        if loop.time() > end:
            return False
        await asyncio.sleep(0.05)
    return True
