"""Years of talk for the benchmark of search. Runs inside Django: `python -m bench.archive`.

Reads {"messages": count} from standard input, writes the messages unless they are there, and prints {"cookies": …}, of
one reader in every room and one in a dozen. What is written is the same each time.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate, islice
from typing import Any

import django

from bench.town import AT_ONCE, sign_in

PEOPLE, ROOMS, YEARS = 500, 400, 2
VOCABULARY, CHINESE_WORDS = 30_000, 3_000
# One in so many messages is Chinese, has a link, names the readers, carries a file.
CHINESE, LINK, MENTION, FILE = 12, 25, 200, 60
# Of the rooms, from the busiest to the quietest: those of the second reader.
FEW_ROOMS = (3, 9, 17, 33, 50, 66, 90, 120, 160, 210, 300, 390)

FREQUENT = """
    the to and a of is in it you that for we on this not with have be at but as are can if so will they was do what
    there all or from about just when would one out up has how no my then more now here see which only some think
    time get after our who them new work should before where need people also any into make first than other day
""".split()  # noqa: SIM905  # three lines, not eighty
BEGINNINGS = [
    *"bcdfghjklmnprstvwyz",
    "br",
    "ch",
    "cl",
    "dr",
    "fl",
    "gr",
    "pl",
    "qu",
    "sh",
    "sl",
    "st",
    "th",
    "tr",
]
MIDDLES = [*"aeiou", "ai", "ea", "ee", "ie", "oa", "ou"]
ENDINGS = ["", "ck", "d", "ft", "l", "ll", "m", "n", "nd", "ng", "r", "rd", "rt", "s", "st", "t", "x"]
CHARACTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民"
    "得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One message: where, by whom, what. `number` counts from the oldest."""

    number: int
    room: int
    author: int
    text: str


@cache
def vocabulary() -> list[str]:
    """From the most frequent word to the rarest."""
    chance = random.Random("words")  # noqa: S311  # the same each time
    words = dict.fromkeys(FREQUENT)
    while len(words) < VOCABULARY:
        syllables = chance.choice((1, 2, 2, 3, 3, 4))
        parts = (chance.choice(BEGINNINGS) + chance.choice(MIDDLES) for _each in range(syllables))
        words["".join(parts) + chance.choice(ENDINGS)] = None
    return list(words)


@cache
def chinese() -> list[str]:
    chance = random.Random("字")  # noqa: S311
    words: dict[str, None] = {}
    while len(words) < CHINESE_WORDS:
        words["".join(chance.choices(CHARACTERS, k=chance.choice((1, 2, 2, 2, 3))))] = None
    return list(words)


def falling(count: int) -> list[float]:
    """Weights as words, rooms and people have them: the n-th as often as 1/n, added up."""
    return list(accumulate(1 / (rank + 3) for rank in range(count)))


def lines(count: int) -> Iterator[Line]:
    """All messages, the oldest first."""
    chance = random.Random("talk")  # noqa: S311
    often, often_chinese = falling(VOCABULARY), falling(CHINESE_WORDS)
    rooms, people = falling(ROOMS), falling(PEOPLE)
    for number in range(count):
        length = min(150, 1 + int(chance.lognormvariate(2.2, 0.8)))
        if number % CHINESE == 0:
            text = "".join(chance.choices(chinese(), cum_weights=often_chinese, k=length)) + "。"
        else:
            text = " ".join(chance.choices(vocabulary(), cum_weights=often, k=length))
        if number % LINK == 1:
            text += f" https://{chance.choice(vocabulary())}.example/{number}"
        (room,) = chance.choices(range(ROOMS), cum_weights=rooms)
        (author,) = chance.choices(range(PEOPLE), cum_weights=people)
        yield Line(number, room, author, text)


def handle_of(author: int) -> str:
    return f"p{author}"


def room_name(room: int) -> str:
    return f"Room {room}"


def file_name(number: int) -> str:
    return f"{vocabulary()[number % VOCABULARY]}.{'png' if number // FILE % 2 else 'pdf'}"


def build(messages: int) -> None:
    """The instance comes last: where there is one, the rest is whole."""
    from accounts.models import Instance, User
    from chat.models import Membership, Room

    people = [
        User(handle=handle_of(n), handle_skeleton=handle_of(n), display_name=f"Person {n}", password="!")  # noqa: S106
        for n in range(PEOPLE)
    ]
    people = list(User.objects.bulk_create(people, batch_size=AT_ONCE))
    rooms = [Room(kind="open", name=room_name(n), created_by=people[0]) for n in range(ROOMS)]
    Room.objects.bulk_create(rooms, batch_size=AT_ONCE)
    reads = [(0, n) for n in range(ROOMS)] + [(1, n) for n in FEW_ROOMS]
    Membership.objects.bulk_create(Membership(user=people[one], room=rooms[n]) for one, n in reads)
    said = lines(messages)
    begin, apart = _pace(messages)
    while some := list(islice(said, AT_ONCE)):
        _write(some, rooms, people, begin, apart)
    Room.objects.bulk_update(rooms, ["seq", "last_seq"], batch_size=100)
    Instance.objects.create(name="Benchmark")


def _pace(messages: int) -> tuple[datetime, timedelta]:
    from django.utils import timezone

    span = timedelta(days=365 * YEARS)
    return timezone.now() - span, span / messages


def _write(some: list[Line], rooms: list[Any], people: list[Any], begin: datetime, apart: timedelta) -> None:
    from chat.models import Mention, Message

    made = []
    for line in some:
        room = rooms[line.room]
        room.seq += 1
        room.last_seq = room.seq
        made.append(
            Message(
                room=room,
                seq=room.seq,
                changed_seq=room.seq,
                author=people[line.author],
                source=line.text,
                html=f"<p>{line.text}</p>",
                created_at=begin + line.number * apart,
                file_count=int(line.number % FILE == 0),
            )
        )
    Message.objects.bulk_create(made, batch_size=AT_ONCE)
    Mention.objects.bulk_create(
        Mention(message=message, user=people[n], room=message.room, seq=message.seq)
        for message in made[::MENTION]
        for n in (0, 1)
    )
    _attach(made, some)


def _attach(made: list[Any], some: list[Line]) -> None:
    from chat.models.uploads import Upload

    Upload.objects.bulk_create(
        Upload(
            uploader=message.author,
            room=message.room,
            message=message,
            name=file_name(line.number),
            kind="image" if line.number // FILE % 2 else "file",
            size=1,
            state="ready",
        )
        for message, line in zip(made, some, strict=True)
        if message.file_count
    )


def prepare(messages: int) -> dict[str, list[str]]:
    """Writes what is missing and signs the readers in."""
    from accounts.models import Instance, User
    from chatsite.prepare import migrate

    migrate()
    if Instance.current() is None:
        if User.objects.exists():
            sys.exit("This archive was left half written: remove its folder.")
        _build_with_index(messages)
    readers = User.objects.filter(handle__in=(handle_of(0), handle_of(1))).order_by("handle")
    return {"cookies": sign_in(list(readers))}


def _build_with_index(messages: int) -> None:
    """On PostgreSQL the index is made behind the rows, as a restored copy has it, which is ten times as quick."""
    from django.db import connection

    from chat.models.search_index import install

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            build(messages)
            cursor.execute("ANALYZE")
            return
        cursor.execute("SET statement_timeout = 0; SET maintenance_work_mem = '512MB'")
        cursor.execute("DROP INDEX chat_searchindex")
        build(messages)
        install(connection)
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    django.setup()
    print(json.dumps(prepare(**json.load(sys.stdin))))
