"""`@handle`: who may be meant, and who is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be mentioned; `handle` as it is to be shown."""

    id: int
    handle: str
    name: str


# A handle is 2 to 32 of [a-z0-9._-]. Behind a letter, a digit or one of `._%+-/@` it is part of an
# address or a path; behind anything else (Chinese has no spaces) it is a mention.
_MENTION = re.compile(r"(?<![A-Za-z0-9._%+/@-])@([A-Za-z0-9._-]{2,})")
_LONGEST = 32
_PUNCTUATION = "._-"


def handles_in(source: str) -> set[str]:
    """Casefolded handles that the text may mention, code and links included: what to look up.

    `@bob.` gives `bob.` and `bob`: a full stop may end the sentence or belong to the handle.
    """
    if "@" not in source:
        return set()
    return {handle for match in _MENTION.finditer(source) for handle in _candidates(match[1])}


def mentions_in(text: str, people: Mapping[str, Person]) -> Iterator[tuple[int, int, Person]]:
    """Start, end and person of each mention of one of the people in a piece of plain text."""
    for match in _MENTION.finditer(text):
        for handle in _candidates(match[1]):
            person = people.get(handle)
            if person is not None:
                yield match.start(), match.start(1) + len(handle), person
                break


def _candidates(run: str) -> Iterator[str]:
    """The handle, longest first, with and without the punctuation that may belong to the sentence."""
    if len(run.rstrip(_PUNCTUATION)) > _LONGEST:
        return
    handle = run[: _LONGEST + 1].lower()
    while len(handle) >= 2:
        if len(handle) <= _LONGEST:
            yield handle
        if handle[-1] not in _PUNCTUATION:
            return
        handle = handle[:-1]
