"""`@handle`: who is meant, where, and who is not."""

import pytest

from chat.text import Person, handles_in, render

PEOPLE = {
    "ana": Person(1, "ana", "Ana"),
    "bob.x": Person(2, "bob.x", "Bob"),
    "z" * 32: Person(3, "z" * 32, "Z"),
}
ANA = '<span class="mention" data-user="1">@ana</span>'


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        ("@ana", (1,)),
        ("@ANA", (1,)),
        ("@ana @ana @bob.x", (1, 2)),
        ("(@ana)", (1,)),
        ("@ana's", (1,)),
        ("@bob.x.", (2,)),
        ("@ana...", (1,)),
        ("你好@ana，", (1,)),
        ("@ana你好", (1,)),
        ("**@ana**", (1,)),
        ("- @ana\n\n> @bob.x", (1, 2)),
        (f"@{'z' * 32}", (3,)),
        ("@anabel", ()),
        ("@nobody", ()),
        ("me@ana.example", ()),
        ("@@ana", ()),
        ("https://x.org/@ana", ()),
        ("`@ana`", ()),
        ("```\n@ana\n```", ()),
        ("[@ana](https://x.org)", ()),
        (r"\@ana", ()),
        (f"@{'z' * 33}", ()),
        ("@a", ()),
    ],
)
def test_mentions_resolve_to_the_people_given(source: str, ids: tuple[int, ...]) -> None:
    rendered = render(source, people=PEOPLE)
    assert rendered.mentions == ids
    assert bool(ids) == ('class="mention"' in rendered.html)


def test_a_mention_shows_the_handle_and_carries_the_id() -> None:
    assert render("hi @Ana!", people=PEOPLE).html == f"<p>hi {ANA}!</p>\n"


@pytest.mark.parametrize("source", ["@ana", "@bob.x.", "你好@ana，@BOB.x", "(@ana) **@bob.x**", "@ana-"])
def test_every_mention_that_resolves_was_asked_for_before(source: str) -> None:
    asked = handles_in(source)
    rendered = render(source, people={handle: PEOPLE[handle] for handle in asked if handle in PEOPLE})
    assert rendered.mentions == render(source, people=PEOPLE).mentions != ()


def test_candidates_are_casefolded_with_and_without_the_final_stop() -> None:
    assert handles_in("Hi @Bob.X. and me@host") == {"bob.x.", "bob.x"}
