"""What a result shows of a message: the part around what was found, and which of its characters are marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chat.models import Message, Upload
from chat.text.folding import fold, without_markup

LONGEST_SHOWN = 280  # characters
BEFORE_FIRST = 80
MOST_FILES = 3


@dataclass(frozen=True, slots=True)
class Part:
    """Some characters; `marked` where they are what was looked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class FileName:
    """A file that hangs on what was found."""

    is_image: bool
    parts: list[Part]

    @property
    def is_marked(self) -> bool:
        return any(part.marked for part in self.parts)


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the list."""

    id: int
    room_id: int
    room: str
    kind: str
    author: str
    hue: int
    initials: str
    picture: str
    at: datetime
    parts: list[Part]
    files: list[FileName]


def result_of(message: Message, title: str, terms: Sequence[str]) -> Result:
    author = message.author
    return Result(
        id=message.pk,
        room_id=message.room_id,
        room=title,
        kind=message.room.kind,
        author=author.display_name,
        hue=author.hue,
        initials=author.initials,
        picture=author.shown_picture,
        at=message.created_at,
        parts=marked_parts(message.source, terms),
        files=_file_names(message, terms),
    )


def _file_names(message: Message, terms: Sequence[str]) -> list[FileName]:
    """The first few, before all those that were looked for."""
    files = [
        FileName(file.kind == Upload.Kind.IMAGE, marked_parts(file.name, terms)) for file in message.file_list
    ]
    return sorted(files, key=lambda one: not one.is_marked)[:MOST_FILES]


def marked_parts(source: str, terms: Iterable[str]) -> list[Part]:
    """One line of at most 280 characters around the first term."""
    text = without_markup(source)
    marked = _marked(text, terms)
    first = marked.index(True) if True in marked else 0
    begin = _word_start(text, max(0, first - BEFORE_FIRST)) if len(text) > LONGEST_SHOWN else 0
    end = min(len(text), begin + LONGEST_SHOWN)
    parts = [Part("…", False)] if begin else []
    start = begin
    for at in range(begin + 1, end + 1):
        if at == end or marked[at] != marked[start]:
            parts.append(Part(text[start:at], marked[start]))
            start = at
    return [*parts, Part("…", False)] if end < len(text) else parts


def _word_start(text: str, at: int) -> int:
    space = text.find(" ", at, at + 20) if at else -1
    return at if space < 0 else space + 1


def _marked(text: str, terms: Iterable[str]) -> list[bool]:
    """For each character whether it belongs to a term; folding may make several of one, or none."""
    folded, origin = "", []
    for index, character in enumerate(text):
        made = character if character == " " else fold(character)
        folded += made
        origin += [index] * len(made)
    marked = [False] * len(text)
    for term in terms:
        at = folded.find(term)
        while at >= 0:
            for index in range(origin[at], origin[at + len(term) - 1] + 1):
                marked[index] = True
            at = folded.find(term, at + len(term))
    return marked
