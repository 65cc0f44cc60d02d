"""`:name:` of this chat's own emoji: found in a source, written as an element, taken back to text."""

import re
from collections.abc import Collection, Iterator, Mapping
from html import escape

# With its colons it is a reaction, too, and these hold 32 characters.
EMOJI_NAME = r"[a-z0-9_+-]{2,30}"
# Each different one is looked up and fetched by every reader.
MOST_DIFFERENT = 50

# Not inside a word, a time (12:30:45) or an address; Chinese has no spaces around it.
_WRITTEN = re.compile(rf"(?<![A-Za-z0-9:]):({EMOJI_NAME}):(?![A-Za-z0-9])")
_NAME = re.compile(rf":{EMOJI_NAME}:")
# The sanitiser takes addresses that do not say where they lead; ours are put in behind it.
_BARE = re.compile(rf'<img class="emoji" alt=":({EMOJI_NAME}):">')
_WHOLE = re.compile(rf'<img class="emoji" alt="(:{EMOJI_NAME}:)" src="[a-z/]*/([0-9a-f]+)/">')
_ALONE = re.compile(r'<p>((?:\s*<img class="emoji"[^>]*>){1,3})</p>\n?')


def names_in(source: str) -> set[str]:
    """Names that the text may mean, code and links included: what to look up."""
    found: set[str] = set()
    if source.count(":") < 2:
        return found
    for match in _WRITTEN.finditer(source):
        found.add(match[1])
        if len(found) == MOST_DIFFERENT:
            break
    return found


def name_of(text: str) -> str:
    """The name that a text is, between its colons, and nothing else; "" for any other."""
    return text[1:-1] if _NAME.fullmatch(text) else ""


def emoji_in(text: str, names: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of each of these in a piece of plain text."""
    for match in _WRITTEN.finditer(text):
        if match[1] in names:
            yield match.start(), match.end(), match[1]


def element(name: str) -> str:
    """As the sanitiser lets it through and writes it."""
    return f'<img class="emoji" alt=":{name}:">'


def with_addresses(html: str, addresses: Mapping[str, str]) -> str:
    """Each element with its picture; one of an unknown name, which only a mistake could make, as text."""

    def whole(match: re.Match[str]) -> str:
        address = addresses.get(match[1])
        return f'{match[0][:-1]} src="{escape(address)}">' if address else f":{match[1]}:"

    return _BARE.sub(whole, html)


def keys_in(html: str) -> set[str]:
    """The keys of the pictures that a stored body shows."""
    return {match[2] for match in _WHOLE.finditer(html)} if 'class="emoji"' in html else set()


def without(html: str, keys: Collection[str]) -> str:
    """The body with the text in place of each of these pictures."""
    return _WHOLE.sub(lambda match: match[1] if match[2] in keys else match[0], html)


def alone(html: str) -> int:
    """1 to 3 where a body is only so many of them, otherwise 0."""
    match = _ALONE.fullmatch(html) if 'class="emoji"' in html else None
    return match[1].count("<img ") if match else 0
