"""Pages as a browser asks for them, by HTTP with a session."""

from __future__ import annotations

import http.client
import time

from bench.sites import Served

ASKED = 60


def history_p95(site: Served, messages: int) -> float:
    """Milliseconds for fifty messages from places all over the record."""
    room = site.rooms[0]
    step = max(1, messages // ASKED)
    return _p95(site, [f"/rooms/{room}/history/?before={n * step + 51}" for n in range(ASKED)])


def room_p95(site: Served, _messages: int) -> float:
    return _p95(site, [f"/rooms/{site.rooms[0]}/"] * ASKED)


def _p95(site: Served, paths: list[str]) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    taken = []
    for path in [paths[0]] * 3 + paths:
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": site.cookies[0]})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        taken.append((time.perf_counter() - began) * 1000)
    connection.close()
    return sorted(taken[3:])[int(len(paths) * 0.95)]
