"""A source map (ECMA-426) that says for every line of a joined file from which line of which source it came."""

import json
from collections.abc import Iterable, Sequence

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

Origin = tuple[int, int]  # the number of the source and the line in it, both from 0


def write_map(file: str, sources: Sequence[str], origins: Iterable[Origin | None]) -> str:
    """`sources` are addresses relative to the map; `origins` has one entry for each line of the file."""
    lines = []
    last_source = last_line = 0
    for origin in origins:
        if origin is None:
            lines.append("")
            continue
        source, line = origin
        lines.append("".join(map(_digits, (0, source - last_source, line - last_line, 0))))
        last_source, last_line = source, line
    return json.dumps({"version": 3, "file": file, "sources": sources, "mappings": ";".join(lines)})


def _digits(value: int) -> str:
    """A number in base 64, five bits a digit, the least first, the sign in the lowest bit."""
    rest = (abs(value) << 1) | (value < 0)
    digits = ""
    while True:
        rest, low = rest >> 5, rest & 31
        digits += _DIGITS[low | (32 if rest else 0)]
        if not rest:
            return digits
