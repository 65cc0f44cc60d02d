"""The texts of the demo (texts.toml), and how they are put together."""

import tomllib
from collections.abc import Iterator
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

    def conversations(self, rng: Random) -> Iterator[list[str]]:
        """Endless; none comes again before all others were had. Single lines in between and as last words."""
        while True:
            for talk in rng.sample(self.talks, len(self.talks)):
                if rng.random() < 0.3:
                    yield rng.sample(self.asides, rng.randint(1, 3))
                yield [*talk, *rng.sample(self.asides, rng.random() < 0.3)]


@cache
def all_phrases() -> dict[str, Phrases]:
    with (Path(__file__).parent / "texts.toml").open("rb") as file:
        return {language: Phrases(language, **block) for language, block in tomllib.load(file).items()}


def some_language(rng: Random) -> Phrases:
    languages = list(all_phrases().values())
    return rng.choices(languages, [WEIGHTS.get(one.language, 1) for one in languages])[0]


def nickname(rng: Random) -> str:
    return f"{rng.choice(_COLOURS)}.{rng.choice(_ANIMALS)}"
