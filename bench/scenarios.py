"""What is measured: each scenario names its contestants, and each contestant takes one measurement of itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench import browser, pages, peers, revocation, searches, synapse
from bench.sites import SYNC, Served, served
from bench.tools import Report, load, loading
from tests.servers import ServerName, Stores

OURS: tuple[ServerName, ...] = ("daphne", "uvicorn")
SQLITE: list[Stores] = ["sqlite"]
STORES: list[Stores] = ["sqlite", "postgresql"]


@dataclass(frozen=True)
class Measure:
    """One run. `value` is what is compared; `also` says more in words; `memory` is the server's, in bytes."""

    value: float
    also: str = ""
    memory: int = 0
    bytes_each: int = 0


@dataclass(frozen=True)
class Contestant:
    """`measure` gets the size of the product's own event, once known, so that a peer carries the same bytes."""

    name: str
    measure: Callable[[int], Measure]
    ours: bool = True


@dataclass(frozen=True)
class Row:
    """One line of the table. `unit` with `less`: smaller is better."""

    name: str
    unit: str
    contestants: list[Contestant]
    less: bool = False


@dataclass(frozen=True)
class Plan:
    """How thorough: seconds of each load, whether peers run beside, and where a great archive is kept."""

    quick: bool
    peers: bool
    prepared: Path | None = None

    @property
    def seconds(self) -> int:
        return 2 if self.quick else 5


Scenario = Callable[[Plan], Iterator[Row]]
Host = Served | peers.Peer


def fan_out(plan: Plan) -> Iterator[Row]:
    """Deliveries per second in one room, three messages on their way at any moment."""
    for size in (70,) if plan.quick else (70, 800):
        for members in (500,) if plan.quick else (500, 1_000, 5_000):
            options = {"clients": members, "seconds": plan.seconds, "window": 3, "publishers": 20}
            yield Row(
                f"fan-out, {members:,} members, {size} B of text",
                "deliveries/s",
                [*_ours(options, size=size, town={"people": members}), *_peers(plan, options, FAN_OUT_PEERS)],
            )


def rooms(plan: Plan) -> Iterator[Row]:
    """A hundred rooms of ten: what each message costs by itself."""
    options = {"clients": 1_000, "seconds": plan.seconds, "window": 100, "publishers": 100}
    yield Row(
        "small rooms, 100 × 10",
        "deliveries/s",
        [
            *_ours(options, size=70, town={"people": 1_000, "rooms": 100}),
            *_peers(plan, options, ROOM_PEERS, rooms=100),
        ],
    )


def sends(plan: Plan) -> Iterator[Row]:
    """Durable sends: each message stored, on the disk, before anybody hears of it."""
    options = {"clients": 1_000, "seconds": 2 * plan.seconds, "window": 100, "publishers": 100}
    contestants = [
        Contestant(
            f"{server}, {stores}",
            _loaded(server, stores, options, 70, {"people": 1_000, "rooms": 100}, "messages_per_s"),
        )
        for stores in (SQLITE if plan.quick else STORES)
        for server in OURS
    ]
    if plan.peers and not plan.quick:
        contestants.append(
            Contestant("Synapse, sqlite", partial(_alone, synapse.sends_per_second), ours=False)
        )
    yield Row("durable sends, 100 rooms × 10", "messages/s", contestants)


def latency(plan: Plan) -> Iterator[Row]:
    """From a send to the last of two hundred members, at fifty messages per second."""
    options = {"clients": 200, "seconds": 2 * plan.seconds, "rate": 50, "publishers": 20}
    yield Row(
        "send → last of 200 members, p99",
        "ms",
        [
            *_ours(options, size=70, town={"people": 200}, figure="last_p99_ms"),
            *_peers(plan, options, [("socket.io", peers.socketio)], figure="last_p99_ms"),
        ],
        less=True,
    )


def connects(plan: Plan) -> Iterator[Row]:
    """Sockets per second from the first byte to `hello`, each of a person who is in ten rooms."""
    options = {"clients": 300 if plan.quick else 1_000, "seconds": 0}
    town = {"people": options["clients"], "shared": 9}
    yield Row(
        "connects, authenticated, in 10 rooms",
        "sockets/s",
        [
            *_ours(options, size=0, town=town, figure="per_second"),
            *_peers(plan, options, ROOM_PEERS, figure="per_second"),
        ],
    )


def idle(plan: Plan) -> Iterator[Row]:
    """Memory of an open socket that nothing is said to, of a person who is in ten rooms."""
    clients = 500 if plan.quick else 2_000
    town = {"people": clients, "shared": 9}
    mine = [Contestant(server, _idle(partial(served, server, "sqlite", town), clients)) for server in OURS]
    others = [
        Contestant(name, _idle(partial(start, 1), clients), ours=False)
        for name, start in (ROOM_PEERS if plan.peers else [])
    ]
    yield Row("memory per idle socket, in 10 rooms", "KB", [*mine, *others], less=True)


def storm(plan: Plan) -> Iterator[Row]:
    """All are cut at once while twenty messages are sent; until all are back and have every one of them."""
    clients = 500 if plan.quick else 2_000
    options = {"clients": clients, "storm": 20, "sync": SYNC}
    contestants = [
        Contestant(server, _storm(server, options, {"people": clients, "shared": 9})) for server in OURS
    ]
    yield Row(f"{clients:,} cut at once, all live again", "s", contestants, less=True)


def revocations(plan: Plan) -> Iterator[Row]:
    """From a moderator's click until the last tab of the person has lost what was taken away."""
    acts = (
        ("ban", revocation.BAN, False),
        ("removal from a room", revocation.REMOVAL, False),
        ("sign-out everywhere", revocation.SIGN_OUT, False),
        ("ban, Redis just stopped", revocation.BAN, True),
        ("removal, Redis just stopped", revocation.REMOVAL, True),
    )
    for name, act, redis_stops in acts:
        contestants = [
            Contestant(server, _revoked(server, act, plan, redis_stops=redis_stops)) for server in OURS
        ]
        yield Row(
            f"{name} → {revocation.TABS} tabs on two processes, p99",
            "ms",
            contestants,
            less=True,
        )


def history(plan: Plan) -> Iterator[Row]:
    """One page of fifty messages in the middle of a room's record, and the page of the room itself."""
    for messages in (1_000, 100_000) if plan.quick else (1_000, 10_000, 100_000, 1_000_000):
        for kind, figure in (("a page of 50", pages.history_p95), ("the room's page", pages.room_p95)):
            contestants = [
                Contestant(stores, _asked(stores, messages, figure))
                for stores in (SQLITE if plan.quick else STORES)
            ]
            yield Row(f"{kind} of {messages:,} messages, p95", "ms", contestants, less=True)


def search(plan: Plan) -> Iterator[Row]:
    """From the question to the whole answer, of a reader in every room and one in a dozen."""
    messages = 20_000 if plan.quick else 1_000_000
    for kind in searches.KINDS:
        contestants = [
            Contestant(stores, _searched(stores, kind, messages, plan.prepared))
            for stores in (SQLITE if plan.quick else STORES)
        ]
        yield Row(f"search of {messages:,} messages, {kind}, p95", "ms", contestants, less=True)


def hello(plan: Plan) -> Iterator[Row]:
    """From the first byte to `hello` for one person in two thousand rooms."""
    contestants = [
        Contestant(f"{server}, {stores}", _hello(server, stores))
        for stores in (SQLITE if plan.quick else STORES)
        for server in OURS
    ]
    yield Row("hello, 2,000 rooms", "ms", contestants, less=True)


def start(_plan: Plan) -> Iterator[Row]:
    """The second start of the command, until it answers."""
    contestants = [Contestant(server, partial(_start, server)) for server in OURS]
    yield Row("second start", "s", contestants, less=True)


def in_browser(_plan: Plan) -> Iterator[Row]:
    """What a person waits for, in a real browser; each with its budget."""
    for name, unit, figure in (
        ("PF-02 ready, cold cache (at most 800)", "ms", browser.cold_ready),
        (
            "PF-02 the same, 4 × slower, 150 ms, 1.6 Mbit/s (2,500; first paint 1,800)",
            "ms",
            browser.cold_ready_slow,
        ),
        ("PF-03 worst interaction, 4 × slower (200)", "ms", browser.worst_interaction),
        ("PF-03 keystroke beside 300 rows, 4 × slower, p95 (50)", "ms", browser.keystroke),
        ("PF-04 change of rooms, p95 (300)", "ms", browser.room_switch),
        ("PF-05 opening 10,000 messages instead of 100 (115)", "%", browser.large_room),
        ("PF-05 5,000 rows up and back, heap (15; 320 rows, 6,500 elements)", "MB", browser.paging),
        ("PF-07 send → painted, 100 sockets, p95 (250)", "ms", browser.send_to_painted),
    ):
        yield Row(name, unit, [Contestant("daphne", partial(_seen, figure))], less=True)


SCENARIOS: dict[str, Scenario] = {
    "fan-out": fan_out,
    "rooms": rooms,
    "sends": sends,
    "latency": latency,
    "connects": connects,
    "idle": idle,
    "storm": storm,
    "revocation": revocations,
    "history": history,
    "search": search,
    "hello": hello,
    "start": start,
    "browser": in_browser,
}
QUICK = ("fan-out", "sends", "connects", "start")

Peers = list[tuple[str, peers.Start]]
ROOM_PEERS: Peers = [("socket.io", peers.socketio), ("Channels' tutorial", peers.tutorial)]
FAN_OUT_PEERS: Peers = [*ROOM_PEERS, ("nginx with nchan", peers.nchan), ("a loop in C", peers.loop)]


def _ours(
    options: dict[str, Any], *, size: int, town: dict[str, int], figure: str = "deliveries_per_s"
) -> list[Contestant]:
    return [Contestant(server, _loaded(server, "sqlite", options, size, town, figure)) for server in OURS]


def _peers(
    plan: Plan, options: dict[str, Any], those: Peers, *, rooms: int = 1, figure: str = "deliveries_per_s"
) -> list[Contestant]:
    def measure(start: peers.Start) -> Callable[[int], Measure]:
        return lambda size: _under_load(start(rooms), {**options, "size": size or 70}, figure)

    return [Contestant(name, measure(start), ours=False) for name, start in those] if plan.peers else []


def _loaded(
    server: ServerName, stores: Stores, options: dict[str, Any], size: int, town: dict[str, int], figure: str
) -> Callable[[int], Measure]:
    return lambda _size: _under_load(served(server, stores, town), {**options, "size": size}, figure)


def _under_load(host: AbstractContextManager[Host], options: dict[str, Any], figure: str) -> Measure:
    with host as running:
        report: Report = {}
        for phase in load(**options, **running.options):
            report |= phase
        words = f"p50 {report['p50_ms']:.0f} ms, p99 {report['p99_ms']:.0f} ms" if "p99_ms" in report else ""
        return Measure(report[figure], words, running.memory, int(report.get("bytes_each", 0)))


def _idle(host: Callable[[], AbstractContextManager[Host]], clients: int) -> Callable[[int], Measure]:
    def measure(_size: int) -> Measure:
        with host() as running:
            # What is made at the first use belongs to no socket.
            load(**{**running.options, "clients": 20, "seconds": 0})
            before = running.memory
            with loading(**{**running.options, "clients": clients, "seconds": 0, "hold": True}) as process:
                assert process.stdout
                process.stdout.readline()
                time.sleep(2)
                each = (running.memory - before) / clients
                process.communicate("go on\n", timeout=60)
            return Measure(each / 1024, memory=running.memory)

    return measure


def _storm(server: ServerName, options: dict[str, Any], town: dict[str, int]) -> Callable[[int], Measure]:
    def measure(_size: int) -> Measure:
        with served(server, "sqlite", town) as running:
            last = load(**options, **running.options)[-1]
            words = f"at most {last['most_attempts']} tries, {last['refused']} sent away with a time"
            return Measure(last["seconds"], words, running.memory)

    return measure


def _revoked(
    server: ServerName, act: revocation.Act, plan: Plan, *, redis_stops: bool
) -> Callable[[int], Measure]:
    def measure(_size: int) -> Measure:
        times = 2 if plan.quick or redis_stops else 6
        found = revocation.delays(server, act, times=times, redis_stops=redis_stops)
        p50, p99, last = (1000 * found[int(part * (len(found) - 1))] for part in (0.5, 0.99, 1))
        return Measure(p99, f"p50 {p50:.0f} ms, last {last:.0f} ms")

    return measure


def _asked(stores: Stores, messages: int, figure: Callable[[Served, int], float]) -> Callable[[int], Measure]:
    def measure(_size: int) -> Measure:
        with served("daphne", stores, {"people": 50, "messages": messages}) as running:
            return Measure(figure(running, messages), memory=running.memory)

    return measure


def _searched(stores: Stores, kind: str, messages: int, prepared: Path | None) -> Callable[[int], Measure]:
    def measure(_size: int) -> Measure:
        times, memory = searches.taken(stores, kind, messages, prepared)
        p50, p95, last = (times[int(part * (len(times) - 1))] for part in (0.5, 0.95, 1))
        return Measure(p95, f"p50 {p50:.0f} ms, last {last:.0f} ms", memory)

    return measure


def _hello(server: ServerName, stores: Stores) -> Callable[[int], Measure]:
    def measure(_size: int) -> Measure:
        with served(server, stores, {"people": 2, "shared": 1_999}) as running:
            options = {**running.options, "clients": 1, "seconds": 0}
            reported = [load(**options)[0] for _each in range(6)][1:]
            taken = sorted(one["p50_ms"] for one in reported)[len(reported) // 2]
            return Measure(taken, f"{reported[0]['first_bytes'] / 1000:.0f} KB", running.memory)

    return measure


def _alone(figure: Callable[[], float], _size: int) -> Measure:
    return Measure(figure())


def _seen(figure: Callable[[], browser.Figure], _size: int) -> Measure:
    found = figure()
    return Measure(found.value, found.also)


def _start(server: ServerName, _size: int) -> Measure:
    with served(server, "sqlite", {"people": 1}) as running:
        process = running.site.processes[0]
        process.terminate()
        began = time.monotonic()
        process.start()
        return Measure(time.monotonic() - began, memory=running.memory)
