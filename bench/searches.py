"""Searches as a browser asks for them while one types, over an archive that is written once (bench/archive.py)."""

from __future__ import annotations

import atexit
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.archive import FEW_ROOMS, chinese, handle_of, lines, room_name, vocabulary
from bench.sites import AS_SHIPPED, DurablePostgreSQL, own_services
from bench.tools import ROOT, Lost, memory_of, on_server_core
from tests.servers import Site, Stores, running_site
from tests.stores import template_folder

BY_RELEVANCE = "&sort=relevance"
FOUND, COMPLAINT = b'class="found"', b'data-state="error"'


@dataclass(frozen=True)
class Archive:
    """A running site over so many messages, and the cookies of its readers."""

    site: Site
    cookies: list[str]

    @property
    def memory(self) -> int:
        return memory_of(self.site.processes[0].pid)


def rare_words() -> list[str]:
    return vocabulary()[20_000:30_000:500]


def common_words() -> list[str]:
    return vocabulary()[:100:5]


def letters() -> list[str]:
    return [*"aeionrstqxyz", *"的国图", "é"]


def twenty_words() -> list[str]:
    """Of texts that there are, and the most frequent ones, which no text has all of."""
    texts = (line.text.split() for line in islice(lines(5_000), 5_000))
    said = islice((" ".join(words[:20]) for words in texts if len(words) > 20), 10)
    return [*said, *(" ".join(vocabulary()[start : start + 20]) for start in range(0, 100, 10))]


def chinese_words() -> list[str]:
    return [*chinese()[:200:20], *chinese()[1_000:3_000:200]]


def filtered() -> list[str]:
    month = f"{datetime.now(UTC) - timedelta(days=400):%Y-%m}"
    rooms = [f'in:"{room_name(number)}"' for number in FEW_ROOMS[::3]]
    people = [f"from:{handle_of(number)}" for number in (3, 40, 400)]
    others = [
        "has:file",
        "has:image",
        "has:link",
        "mentions:me",
        f"before:{month}",
        f"after:{month} before:today",
    ]
    words = ["", "the", "when", vocabulary()[500], vocabulary()[5_000]]
    return [f"{one} {word}".strip() for one in (*rooms, *people, *others) for word in words]


def nowhere() -> list[str]:
    """Words of pieces that nothing has, and of pieces that much has."""
    common = vocabulary()
    return [f"xq{n}zvk" for n in range(10)] + [common[n] + common[n + 1] + common[n + 2] for n in range(10)]


KINDS: dict[str, Callable[[], list[str]]] = {
    "a rare word": rare_words,
    "a common word": common_words,
    "one letter": letters,
    "twenty words": twenty_words,
    "Chinese": chinese_words,
    "with filters": filtered,
    "a common word, the best first": lambda: [word + BY_RELEVANCE for word in common_words()],
    "no hit": nowhere,
}


def taken(stores: Stores, kind: str, messages: int, prepared: Path | None) -> tuple[list[float], int]:
    """Milliseconds of each search, in order of size, and the server's memory. Raises Lost for one that was given up."""
    archive = standing(stores, messages, prepared)
    connection = http.client.HTTPConnection("127.0.0.1", archive.site.processes[0].port, timeout=60)
    asked = [quote(one, safe="&=") for one in KINDS[kind]()]
    times, hits = [], 0
    for query in [asked[0], *asked]:
        for cookie in archive.cookies:
            began = time.perf_counter()
            headers = {"Cookie": cookie, "X-Requested-With": "fetch"}
            connection.request("GET", f"/search/?q={query}", headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            times.append((time.perf_counter() - began) * 1000)
            if answer.status != 200 or COMPLAINT in body:
                raise Lost(f"{query} was answered {answer.status}, and not looked for")
            hits += FOUND in body
    connection.close()
    if bool(hits) == (kind == "no hit"):
        raise Lost(f"{hits} of {len(times)} searches found something")
    return sorted(times[len(archive.cookies) :]), archive.memory


@cache
def standing(stores: Stores, messages: int, prepared: Path | None) -> Archive:
    """One site for all searches of a run; what was written is found again in the folder `prepared`."""
    stack = ExitStack()
    atexit.register(stack.close)
    if prepared is None:
        prepared = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chat-bench-")))
    folder = prepared.resolve() / f"{stores}-{messages}"
    given = AS_SHIPPED | _stores(stack, stores, folder)
    site = stack.enter_context(running_site(start=False, given=given))
    made = _prepare(site.env, messages)
    process = site.processes[0]
    process.command = tuple(on_server_core([sys.executable, "-m", "chatsite.launch"]))
    process.start()
    return Archive(site, made["cookies"])


def _stores(stack: ExitStack, stores: Stores, folder: Path) -> dict[str, str]:
    """Where the site finds its own: a folder of data, or a cluster of PostgreSQL that is kept in it."""
    if stores == "sqlite":
        if not folder.exists():
            shutil.copytree(template_folder(), folder)
        return {"DATA_DIR": str(folder)}
    own_services()
    folder.mkdir(parents=True, exist_ok=True)
    service = DurablePostgreSQL(folder)
    stack.callback(service.close)
    service.start()
    return {"DATABASE_URL": service.url, "REDIS_URL": os.environ["TEST_REDIS_URL"]}


def _prepare(env: dict[str, str], messages: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.archive"],
        cwd=ROOT,
        env=env,
        input=json.dumps({"messages": messages}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the archive could not be written:\n{done.stderr}")
    made: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return made
