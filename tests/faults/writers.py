"""Writers: each keeps a journal of what it wanted, under which key, and what it was told."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from dataclasses import dataclass, field
from typing import Literal

from tests.faults.pace import NO_ANSWER_AFTER, PACE
from tests.faults.people import UNREACHABLE, Member, Refused
from tests.faults.stacks import Stack
from tests.faults.web import NO_ANSWER, Answer, ask

Act = Literal["send", "edit", "delete", "react"]
Door = Literal["socket", "http"]
# One round of acts. Each takes one number of the room: repeats of the same intent take none.
ROUND: tuple[Act, ...] = ("send", "send", "edit", "react", "send", "delete", "send")
EMOJI = ("👍", "🎉", "👀")
BUSY = ("unavailable", "rate_limited")
# Status codes by which a server or a balancer says: not now.
LATER = (429, 503)
DEFINITE = (400, 401, 403, 404, 409, 413)


@dataclass
class Intent:
    """One change that somebody wanted. `answers`: (id, seq) of a send, (message, 0) of the others."""

    act: Act
    key: str
    text: str
    message: int = 0
    began: float = 0.0
    acked: float | None = None
    tries: int = 0
    answers: list[tuple[int, int]] = field(default_factory=list)

    @property
    def took(self) -> float:
        return (self.acked or self.began) - self.began


class Writer(Member):
    """Writes until told to stop, through both doors; no answer means: the same key again.

    `latest`: id and changed_seq of the newest own message that still stands, zeros for none.
    `statuses`: HTTP answers that no client should ever get. `refused`: errors that ended an intent.
    """

    def __init__(
        self, stack: Stack, name: str, seed: int, *, room: int, sends_by: Door, padding: int = 0
    ) -> None:
        super().__init__(stack, name, seed)
        self.room = room
        self.sends_by = sends_by
        self.journal: list[Intent] = []
        self.statuses: list[int] = []
        self.refused: list[str] = []
        self.pausing = asyncio.Event()
        self._padding = " " + "x" * padding if padding else ""
        self._pause = PACE.writers / PACE.per_second
        self._numbers = itertools.count()
        self.latest = (0, 0)
        self._writing: asyncio.Task[None] | None = None

    def write(self) -> None:
        self.pausing.clear()
        self._writing = asyncio.create_task(self._write())

    async def pause(self) -> None:
        """Ends the intent under way, however long that takes, and writes no more."""
        self.pausing.set()
        if self._writing:
            await self._writing

    async def stop(self) -> None:
        if self._writing:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
        await super().stop()

    def forget(self) -> None:
        self.journal.clear()
        self.statuses.clear()
        self.refused.clear()

    @property
    def is_writing(self) -> bool:
        return self._writing is not None and not self._writing.done()

    @property
    def acknowledged(self) -> int:
        return sum(1 for intent in self.journal if intent.acked is not None)

    async def _write(self) -> None:
        for act in itertools.cycle(ROUND):
            if self.pausing.is_set():
                return
            await self.insist(self.intend(act))
            await asyncio.sleep(self.random.uniform(0.0, 2 * self._pause))

    def intend(self, act: Act) -> Intent:
        message = self.latest[0]
        if act != "send" and not message:
            act = "send"
        number = next(self._numbers)
        text = EMOJI[number % len(EMOJI)] if act == "react" else f"{self.name} says {number}{self._padding}"
        intent = Intent(act, str(uuid.uuid4()), text, message)
        self.journal.append(intent)
        return intent

    async def insist(self, intent: Intent) -> None:
        loop = asyncio.get_running_loop()
        intent.began = loop.time()
        while intent.acked is None:
            intent.tries += 1
            try:
                await self._try(intent)
                intent.acked = loop.time()
            except Refused as refused:
                if refused.code not in BUSY:
                    self.refused.append(f"{intent.act} {intent.key}: {refused}")
                    return
                await self._rest(refused.retry_after)
            except (*UNREACHABLE, *NO_ANSWER):
                await self._rest(0.0)

    async def _rest(self, at_least: float) -> None:
        await asyncio.sleep(at_least + self.random.uniform(0.05, 0.4))

    async def _try(self, intent: Intent) -> None:
        if intent.act == "send":
            await self._send(intent)
        elif intent.act == "edit":
            base = self.latest[1]
            await self.ask(
                "message.edit", room=self.room, message=intent.message, base=base, text=intent.text
            )
        elif intent.act == "delete":
            await self.ask("message.delete", room=self.room, message=intent.message)
            self.latest = (0, 0)
        else:
            await self.ask("reaction.add", room=self.room, message=intent.message, emoji=intent.text)
        if intent.act != "send":
            intent.answers.append((intent.message, 0))

    async def _send(self, intent: Intent) -> None:
        """By its own door; now and then at the same moment by the other one: a repeat must be harmless."""
        tries = [self.by_http(intent) if self.sends_by == "http" else self.by_socket(intent)]
        if self.random.random() < 0.3:
            tries.append(self.by_socket(intent) if self.sends_by == "http" else self.by_http(intent))
        results = await asyncio.gather(*tries, return_exceptions=True)
        told = [result for result in results if isinstance(result, tuple)]
        for result in results:
            if told and isinstance(result, Refused) and result.code not in BUSY:
                self.refused.append(f"repeat of {intent.key}: {result}")
        intent.answers.extend(told)
        if not told:
            raise next(result for result in results if isinstance(result, BaseException))
        id_, seq = told[0]
        self.latest = (id_, seq)

    async def by_socket(self, intent: Intent, *, place: int = 0) -> tuple[int, int]:
        answer = await self.ask("message.send", room=self.room, client_id=intent.key, text=intent.text)
        return answer["message"]["id"], answer["message"]["seq"]

    async def by_http(self, intent: Intent, *, place: int = 0) -> tuple[int, int]:
        """By one process or another. Raises as `insist` expects it."""
        answer = await self._post(intent.key, self.room, intent.text, place=place + intent.tries)
        if answer.status in DEFINITE:
            raise Refused(answer.json())
        if answer.status != 201:
            if answer.status not in LATER:
                self.statuses.append(answer.status)
            raise ConnectionError(f"HTTP {answer.status}")
        message = answer.json()["message"]
        return message["id"], message["seq"]

    async def post(self, key: str, room: int, text: str) -> int:
        """The bare status of one attempt."""
        return (await self._post(key, room, text)).status

    async def _post(self, key: str, room: int, text: str, *, place: int = 0) -> Answer:
        origin, port = self.stack.door(self.place + place)
        form = {"text": text, "client_id": key}
        return await ask(
            origin, f"/rooms/{room}/messages/", cookie=self.cookie, form=form, port=port,
            patience=NO_ANSWER_AFTER,
        )  # fmt: skip
