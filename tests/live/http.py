"""Forms and pages as a browser sends them, with session and CSRF cookie."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from tests.services import PATIENCE

TOKEN = "t" * 32


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def request(
    origin: str, path: str, cookie: str = "", *, form: dict[str, str] | None = None, accept: str = "text/html"
) -> Answer:
    """GET, or POST with `form`. Redirects are answers, errors too."""
    headers = {
        "Cookie": f"{cookie}; csrftoken={TOKEN}",
        "Accept": accept,
        "Origin": origin,
        "X-CSRFToken": TOKEN,
    }
    data = None if form is None else urllib.parse.urlencode(form).encode()
    asked = urllib.request.Request(origin + path, data=data, headers=headers)
    try:
        with _opener.open(asked, timeout=PATIENCE) as answer:
            return Answer(answer.status, answer.read().decode(), dict(answer.headers))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read().decode(), dict(error.headers))


async def ask(
    origin: str, path: str, cookie: str = "", *, form: dict[str, str] | None = None, accept: str = "text/html"
) -> Answer:
    """`request`, beside open sockets."""
    return await asyncio.to_thread(request, origin, path, cookie, form=form, accept=accept)
