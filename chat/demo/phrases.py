"""The texts of the demo (texts.toml), and how they are put together."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

# English is the language of most rooms, Chinese the second language of the product.
WEIGHTS = {"en": 6, "zh": 3}
EMOJI = ("👍", "❤️", "😂", "🎉", "👀", "🙏", "✅", "🚀", "🤔")
# Chinese, Japanese and Korean write the family name first.
FAMILY_FIRST = {"zh": "", "ko": "", "ja": " "}
# For people whose names do not make a Latin handle by themselves.
_COLOURS = ("amber", "azure", "coral", "ivory", "jade", "ochre", "pearl", "slate", "umber", "violet")
_ANIMALS = ("crane", "finch", "hare", "heron", "ibex", "lynx", "otter", "raven", "swift", "wren")


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is said and who says it in one language."""

    language: str
    first: list[str]
    family: list[str]
    rooms: list[list[str]]
    talks: list[list[str]]
    asides: list[str]

    def name(self, rng: Random) -> str:
        first, family = rng.choice(self.first), rng.choice(self.family)
        if self.language in FAMILY_FIRST:
            return f"{family}{FAMILY_FIRST[self.language]}{first}"
        return f"{first} {family}"

    def talk(self, rng: Random) -> list[str]:
        """One conversation: some of the single lines, or a longer exchange that one of them may close."""
        if rng.random() < 0.25:
            return rng.sample(self.asides, rng.randint(1, 3))
        return [*rng.choice(self.talks), *rng.sample(self.asides, rng.random() < 0.3)]


@cache
def all_phrases() -> dict[str, Phrases]:
    with (Path(__file__).parent / "texts.toml").open("rb") as file:
        return {language: Phrases(language, **block) for language, block in tomllib.load(file).items()}


def some_language(rng: Random) -> Phrases:
    languages = list(all_phrases().values())
    return rng.choices(languages, [WEIGHTS.get(one.language, 1) for one in languages])[0]


def nickname(rng: Random) -> str:
    return f"{rng.choice(_COLOURS)}.{rng.choice(_ANIMALS)}"
