"""Which rooms there are, who is in them, and how much is said where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from random import Random

from accounts.models import User
from chat.demo.phrases import Phrases, all_phrases
from chat.demo.rhythm import DAYS, bursts, pauses
from chat.demo.story import Story
from chat.models import Room
from chat.rooms.rules import direct_key

# Shares of the rooms that only their members see, and of the messages in foreign rooms that are English.
CLOSED, ENGLISH = 0.25, 0.15
# A direct conversation gets this part of what a room gets.
_DIRECT_SHARE = 0.25


@dataclass
class Scene:
    """A story about to be told."""

    story: Story
    phrases: Phrases
    natives: list[User]
    messages: int = 0


def plan_rooms(
    rng: Random, people: Mapping[User, str], *, rooms: int, members: int, host: User | None, until: datetime
) -> list[Scene]:
    """`rooms` rooms of `members` people each, the host in all of them; first those who speak the language."""
    names = _room_names(rng)
    scenes = []
    for _ in range(rooms):
        (name, topic), phrases = next(names)
        kind = Room.Kind.CLOSED if rng.random() < CLOSED else Room.Kind.OPEN
        natives = [one for one, language in people.items() if language == phrases.language]
        others = [one for one, language in people.items() if language != phrases.language]
        natives = rng.sample(natives, min(len(natives), members))
        inside = [*natives, *rng.sample(others, min(len(others), members - len(natives)))]
        if host:
            inside = [host, *inside]
            natives += [host] if phrases.language == "en" else []
        if inside:
            room = Room(kind=kind, name=name, topic=topic, created_by=inside[0])
            scenes.append(Scene(Story(room, inside, rng, until), phrases, natives))
    return scenes


def plan_directs(
    rng: Random, people: Mapping[User, str], *, count: int, host: User | None, until: datetime
) -> list[Scene]:
    """Conversations of two or three people; every other one with the host. None twice."""
    scenes: dict[str, Scene] = {}
    for index in range(count):
        inside = rng.sample(list(people), min(2 if rng.random() < 0.8 else 3, len(people)))
        if host and index % 2 == 0:
            inside = [host, *inside[1:]]
        if len(inside) < 2:
            continue
        key = direct_key(one.pk for one in inside)
        room = Room(kind=Room.Kind.DIRECT, direct_key=key, created_by=inside[0])
        phrases = all_phrases()[people[inside[-1]]]
        scenes.setdefault(key, Scene(Story(room, inside, rng, until), phrases, inside))
    return list(scenes.values())


def share_out(rng: Random, scenes: Sequence[Scene], messages: int) -> None:
    """Exactly `messages` over all scenes: a few lively rooms, many quiet ones, most where there is most to say."""
    weights = [
        min(rng.paretovariate(1.2), 8)
        * len(one.phrases.talks)
        * (_DIRECT_SHARE if one.story.room.is_direct else 1)
        for one in scenes
    ]
    for scene in rng.choices(scenes, weights, k=messages) if scenes else []:
        scene.messages += 1


def tell(rng: Random, scene: Scene, *, archived: bool = False) -> Story:
    """Fills the story: the room is opened, talked in, perhaps archived, and read."""
    story = scene.story
    story.room.created_at = story.until - timedelta(days=DAYS, hours=rng.uniform(1, 12))
    story.open(story.room.created_at)
    for at, author, text in _script(rng, scene):
        story.say(author, text, at)
    if archived:
        story.archive(story.until)
    story.settle()
    return story


def _script(rng: Random, scene: Scene) -> Iterator[tuple[datetime, User, str]]:
    """Who says what when. Conversations that overlap in time are told in the order of their beginnings."""
    own, english = scene.phrases.conversations(rng), all_phrases()["en"].conversations(rng)
    foreign = 0 if scene.story.room.is_direct else ENGLISH
    talks: list[tuple[list[str], list[User]]] = []
    left = scene.messages
    while left > 0:
        abroad = rng.random() < foreign
        talk = next(english if abroad else own)[:left]
        talks.append((talk, scene.story.members if abroad or len(scene.natives) < 2 else scene.natives))
        left -= len(talk)
    until = scene.story.until
    starts = bursts(rng, len(talks), until=until)
    moments = sorted(
        moment
        for start, (talk, _people) in zip(starts, talks, strict=True)
        for moment in pauses(rng, start, len(talk), until=until)
    )
    lines = (line for talk, people in talks for line in _cast(rng, talk, people))
    for at, (author, text) in zip(moments, lines, strict=True):
        yield at, author, text


def _cast(rng: Random, talk: Sequence[str], people: Sequence[User]) -> Iterator[tuple[User, str]]:
    """Two or three people take turns; nobody answers themselves."""
    speakers = rng.sample(people, min(len(people), rng.choice((2, 2, 3))))
    number = str(rng.randint(12, 480))
    for index, line in enumerate(talk):
        author, other = speakers[index % len(speakers)], speakers[(index + 1) % len(speakers)]
        yield author, line.replace("{other}", other.handle).replace("{number}", number)


def _room_names(rng: Random) -> Iterator[tuple[list[str], Phrases]]:
    """Each room of the texts once, in a random order, then again with numbers."""
    known = [(room, phrases) for phrases in all_phrases().values() for room in phrases.rooms]
    both = {language: [pair for pair in known if pair[1].language == language] for language in ("en", "zh")}
    rest = [pair for pair in known if pair not in both["en"] + both["zh"]]
    rng.shuffle(rest)
    # The product's own two languages are there even in a small demo.
    ordered = [pair for trio in zip_longest(both["en"], both["zh"], rest) for pair in trio if pair]
    yield from ordered
    number = 2
    while True:
        for (name, topic), phrases in ordered:
            yield [f"{name} {number}", topic], phrases
        number += 1
