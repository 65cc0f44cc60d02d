"""Doors for supervisors and proxies: is it up, is it ready. They name parts, never addresses or errors."""

import asyncio
from collections.abc import Awaitable, Callable

from asgiref.sync import markcoroutinefunction, sync_to_async
from channels.layers import get_channel_layer
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

ANSWER_WITHIN = 3.0  # seconds; below the 5 s after which supervisors commonly give up


class HealthMiddleware:
    """Answers both doors before any other middleware: no host check, no session, no database on the way."""

    sync_capable = False
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Awaitable[HttpResponseBase]]) -> None:
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/up":
            return up(request)
        if request.path_info == "/ready":
            return await ready(request)
        return await self.get_response(request)


@never_cache
def up(request: HttpRequest) -> HttpResponse:
    """200 as soon as the site serves; touches nothing."""
    return JsonResponse({"status": "up"})


@never_cache
async def ready(request: HttpRequest) -> HttpResponse:
    """200 when database and channel layer answer, else 503; `parts` says which one does not."""
    answers = await asyncio.gather(_answers(sync_to_async(_ask_database)), _answers(_ask_layer))
    parts = dict(zip(("database", "channel_layer"), answers, strict=True))
    well = all(answer == "ok" for answer in parts.values())
    return JsonResponse(
        {"status": "ready" if well else "not ready", "parts": parts}, status=200 if well else 503
    )


async def _answers(ask: Callable[[], Awaitable[None]]) -> str:
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            await ask()
    except Exception:  # whatever it is: this door says only that it fails, the log of the part says why
        return "failing"
    return "ok"


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


async def _ask_layer() -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel("ready.")
    await layer.send(channel, {"type": "ready.probe"})
    await layer.receive(channel)
