"""One browser tab: accepted, greeted, listened to, and let go."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.preferences import mood_of
from chat import limits
from chat.build import build
from chat.constants import PROTOCOL
from chat.errors import ChatError, Invalid, RateLimited, Unavailable
from chat.socket import reads
from chat.socket.auth import address_of, read_session
from chat.socket.commands import COMMANDS, Command
from chat.socket.complaints import log_failure
from chat.socket.context import Context
from chat.socket.door import Door
from chat.socket.hub import Hub
from chat.socket.language import language_of
from chat.socket.outlet import Outlet
from chat.socket.protocol import BadFrame, Frame, parse, pick
from chat.socket.reads import Opening
from chat.socket.runtime import runtime
from chat.socket.threads import in_thread
from chat.socket.transports import transport_of
from chat.wire import events
from chat.wire.encoding import encode
from chat.wire.groups import user_group

STRIKES = 3
REFUSALS = 100
TRY_AGAIN_SECONDS = 5.0


class ChatConsumer(AsyncConsumer):  # type: ignore[misc]  # channels has no types
    """The hub owns the process's one channel, so the consumer needs none, nor channels' dispatch with its
    thread hop per event."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.scope = scope
        self.language = language_of(scope)
        self._commands: asyncio.Queue[tuple[Command, Frame]] = asyncio.Queue(settings.CHAT.command_queue)
        self._bucket = limits.command_bucket()
        self._strikes = self._refusals = 0
        self._opening: asyncio.Task[None] | None = None
        self._context: Context | None = None
        self._is_leaving = False
        task = asyncio.current_task()
        assert task
        self.hub: Hub = runtime().hub
        self.door: Door = runtime().door
        await receive()
        # Before anything is read: whoever waits for an accept tries again and doubles a storm.
        await send({"type": "websocket.accept"})
        self.outlet = self._make_outlet(send, task)
        try:
            if refusal := self.door.enter(self):
                self.outlet.close(refusal.code, refusal.reason, retry_after=refusal.retry_after)
            else:
                self._opening = asyncio.create_task(self._live())
            while (event := await receive())["type"] != "websocket.disconnect":
                self._receive(event)
        except asyncio.CancelledError:
            # Our own abort of a peer that takes nothing more; a server's cancellation ends the same way.
            pass
        finally:
            self._let_go()

    def _make_outlet(self, send: Any, task: asyncio.Task[Any]) -> Outlet:
        transport = transport_of(self.scope, send, abort=lambda: _cancel(task))
        return Outlet(user_id=0, session="", password_mark="", transport=transport)

    def _let_go(self) -> None:
        if self._opening:
            self._opening.cancel()
        self.outlet.stop()
        self.hub.forget(self.outlet)
        self.door.forget(self)

    async def leave(self) -> None:
        """At a restart. What is asked from now on gets no answer: the browser asks again where it comes back."""
        self._is_leaving = True
        if self._context:
            await self.door.answered(self._commands.join())
        self.outlet.close(4012, "restarting", retry_after=self.door.appointment())

    async def _live(self) -> None:
        """Opens in turn, then works off commands for as long as the socket lives."""
        outlet = self.outlet
        try:
            async with self.door.turn():
                user = await self._open()
            if user is None:
                return
            self._context = Context(user, outlet, self.hub, self.language)
            # A cancellation is lost where what was waited for ends in the same moment: a closed tab must not listen on.
            while outlet.closing is None:
                command, frame = await self._commands.get()
                await self._run(self._context, command, frame)
                self._commands.task_done()
        except Exception as error:
            log_failure("socket: opening", error)
            outlet.close(4000, "unavailable", retry_after=self.door.appointment())

    async def _open(self) -> User | None:
        """Who it is, and the hello; None for who was sent away."""
        outlet = self.outlet
        claim = await in_thread(read_session, self.scope)
        if claim is None:
            outlet.close(4401, "signed out")
            return None
        if len(self.hub.people.get(claim.user_id, ())) >= settings.CHAT.sockets_per_person:
            outlet.close(4029, "too many tabs", retry_after=TRY_AGAIN_SECONDS)
            return None
        outlet.user_id, outlet.session, outlet.password_mark = claim.user_id, claim.session, claim.mark
        outlet.address = address_of(self.scope)
        try:
            opening = await self._listen()
        except reads.ShutOut:
            outlet.close(4403, "address banned")
            return None
        if opening is None:
            outlet.close(4401, "signed out")
            return None
        self.language = opening.user.language or self.language
        self._say_hello(opening)
        return opening.user

    async def _listen(self) -> Opening | None:
        """Listens first and reads afterwards, so that nothing falls between the two. None for who may not."""
        outlet, hub = self.outlet, self.hub
        hub.register(outlet)
        await hub.subscriptions.join([user_group(outlet.user_id)])
        while opening := await in_thread(
            reads.read_opening, outlet.user_id, outlet.session, outlet.password_mark, outlet.address
        ):
            if await hub.follow(outlet.user_id, opening.heads):
                break
        return opening

    def _say_hello(self, opening: Opening) -> None:
        outlet, hub, user = self.outlet, self.hub, opening.user
        hello = events.hello(
            protocol=PROTOCOL,
            build=build(),
            user={"id": user.pk, "name": user.display_name, "handle": user.handle},
            epoch=opening.epoch,
            limits={"text": settings.CHAT.text_chars, "frame": settings.CHAT.frame_bytes},
            rooms=[
                [place.room, place.seq, place.last, place.read, place.mentions] for place in opening.places
            ],
        )
        outlet.release(encode(hello))
        if hub.subscriptions.degraded:
            outlet.write(encode(events.delivery(late=True)))
        hub.presence.look(outlet.user_id, mood=mood_of(user))
        hub.presence.snapshot(outlet, hub.conversations_of(outlet.user_id))

    def _receive(self, event: dict[str, Any]) -> None:
        """Never waits: reads the frame, then answers at once or puts it in line."""
        if self._is_leaving:
            return None
        with translation.override(self.language):
            try:
                frame = parse(event.get("text"), event.get("bytes"))
            except BadFrame as error:
                return self._strike(error)
            if frame.type == "pong":
                self.outlet.echo(str(frame.payload.get("nonce")))
                return None
            try:
                self._accept(frame)
            except ChatError as error:
                self._refuse(error, frame.ref)
        return None

    def _strike(self, error: BadFrame) -> None:
        self._strikes += 1
        self._refuse(error, error.ref)
        if self._strikes >= STRIKES:
            self.outlet.close(4009, "malformed or too large")

    def _accept(self, frame: Frame) -> None:
        wait = self._bucket.wait() if settings.LIMITS_ON else 0.0
        if wait or self._commands.full():
            self._refusals += 1
            if self._refusals >= REFUSALS:
                self.outlet.close(4029, "too many", retry_after=TRY_AGAIN_SECONDS)
            raise RateLimited(retry_after=wait or 1.0)
        command = COMMANDS.get(frame.type)
        if command is None:
            raise Invalid(_("There is no such command."))
        payload = pick(frame.payload, command.shape)
        if not command.at_once:
            self._commands.put_nowait((command, Frame(frame.type, frame.ref, payload)))
        elif self._context:
            self.hub.run_beside(command.run(self._context, payload))

    async def _run(self, context: Context, command: Command, frame: Frame) -> None:
        try:
            answer = await command.run(context, frame.payload)
        except ChatError as error:
            self._refuse(error, frame.ref)
        except Exception as error:
            log_failure(f"socket: {frame.type}", error)
            self._refuse(Unavailable(), frame.ref)
        else:
            if answer is not None:
                self.outlet.write(encode({"type": "ok", "ref": frame.ref, **answer}))

    def _refuse(self, error: ChatError, ref: str | None) -> None:
        with translation.override(self.language), contextlib.suppress(ValueError):
            frame = {"type": "error", **({"ref": ref} if ref is not None else {}), **error.as_frame()}
            self.outlet.write(encode(frame))


def _cancel(task: asyncio.Task[Any]) -> None:
    task.cancel()
