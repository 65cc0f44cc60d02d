"""The colours: every pair that stands on another is computed anew from the style sheet, in both themes."""

import re

import pytest
from django.conf import settings

TOKENS = settings.BASE_DIR / "static" / "css" / "tokens.css"
AVATAR = settings.BASE_DIR / "static" / "css" / "avatar.css"
THEMES = ("light", "dark")
READ, SEEN = 4.5, 3.0

# Text on what it stands on; then what is only seen: edges, marks, rings.
TEXT = """
ink: page side hover row card accent-soft mention-bg danger-soft mark
ink-2: page side hover row card
ink-3: page side hover row card mention-bg accent-soft
accent: page side card accent-soft
link: page card mention-bg
mention-ink: page side mention-bg card
new: page
on-new: new
danger: page card danger-soft
on-danger: danger
on-accent: accent accent-strong
code-ink: code-bg
on-toast: toast
"""
SHAPES = """
edge: card side accent-soft
mention-line: page
focus: page hover card
online: side card
away: side card
busy: side card
"""


def pairs(table: str) -> list[tuple[str, str]]:
    lines = [line.split(": ") for line in table.strip().splitlines()]
    return [(over, under) for over, rest in lines for under in rest.split()]


def colours(theme: str) -> dict[str, str]:
    """Every token as #rrggbb."""
    css = TOKENS.read_text(encoding="utf-8").partition("@media")[0]
    given = dict(re.findall(r"--([\w-]+):\s*([^;]+);", css))

    def resolve(value: str) -> str:
        if both := re.fullmatch(r"light-dark\((.+),\s*(.+)\)", value):
            return resolve(both[1 + THEMES.index(theme)])
        if name := re.fullmatch(r"var\(--([\w-]+)\)", value):
            return resolve(given[name[1]])
        return value

    found = {name: resolve(value.strip()) for name, value in given.items()}
    return {name: _six(value) for name, value in found.items() if value.startswith("#")}


def _six(value: str) -> str:
    return value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_ratio_is_the_one_of_the_standard() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_AP_02_every_pair_of_colours_can_be_read_and_seen(theme: str) -> None:
    known = colours(theme)
    weak = {
        f"{over} on {under}": round(found, 2)
        for table, least in ((TEXT, READ), (SHAPES, SEEN))
        for over, under in pairs(table)
        if (found := ratio(known[over], known[under])) < least
    }
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES)
def test_AP_02_initials_can_be_read_on_every_hue(theme: str) -> None:
    on_hue = colours(theme)["on-hue"]
    css = AVATAR.read_text(encoding="utf-8")
    hues = [*re.findall(r"--hue: light-dark\((#\w{6}), (#\w{6})\)", css), ("#306c48", "#97cda9")]
    assert len(hues) == 12
    assert min(ratio(hue[THEMES.index(theme)], on_hue) for hue in hues) >= READ
