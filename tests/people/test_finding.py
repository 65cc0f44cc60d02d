"""Finding people: by the beginning of a name, ranked for a room; rooms that one is not in rank nothing."""

from __future__ import annotations

import json

import pytest

from accounts.models import User
from chat.errors import NotFound
from chat.people.queries import find_person, people_to_write_to, suggest
from tests.base import browser_of, say
from tests.cast import Cast, add_person


def handles(cast: Cast, query: str, *, room: bool = True) -> list[str]:
    found = suggest(cast.bob, query, room_id=cast.workshop.pk if room else None)
    return [one.user.handle for one in found]


def test_who_wrote_lately_comes_first_then_members_then_others(cast: Cast) -> None:
    say(cast.robo, cast.workshop)
    say(cast.gus, cast.workshop)
    found = handles(cast, "")
    assert found[:2] == ["gus", "robo"]
    assert sorted(found[2:5]) == ["alice", "mona", "trent"]
    assert sorted(found[5:]) == ["carol", "erin"]
    assert "bob" not in found


def test_names_are_found_by_the_beginning_of_any_part(cast: Cast) -> None:
    add_person("mwt", display_name="Mary Wollstonecraft")
    assert handles(cast, "woll") == ["mwt"]
    assert handles(cast, "@MW") == ["mwt"]
    assert handles(cast, "craft") == []


@pytest.mark.parametrize("query", ["%", "_", "\\", "'", "\x00", "x" * 5000, ".*", "@@", "\u202e"])
def test_no_query_is_a_pattern(cast: Cast, query: str) -> None:
    assert isinstance(handles(cast, query), list)
    if query in ("%", "_", "\\", "'", ".*"):
        assert handles(cast, query) == []


def test_the_gone_and_the_system_are_not_found(cast: Cast) -> None:
    User.objects.filter(pk=cast.mona.pk).update(state="closed")
    User.objects.filter(pk=cast.gus.pk).update(kind="system")
    assert not {"mona", "gus"} & set(handles(cast, ""))
    assert not {"mona", "gus"} & {one.handle for one in people_to_write_to(cast.bob)}


def test_an_outsider_is_not_told_who_is_in_a_room(cast: Cast) -> None:
    answers = [
        browser_of(cast.carol).get(f"/people/?q=&room={number}") for number in (cast.workshop.pk, 7, 2**53)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_the_door_answers_with_what_the_list_shows(cast: Cast) -> None:
    answer = browser_of(cast.bob).get(f"/people/?q=car&room={cast.workshop.pk}")
    (found,) = json.loads(answer.content)["people"]
    assert found == {
        "id": cast.carol.pk,
        "handle": "carol",
        "name": "Carol",
        "initials": "C",
        "hue": cast.carol.hue,
        "picture": None,
        "member": False,
    }


def test_a_person_is_named_by_handle_or_id(cast: Cast) -> None:
    for text in ("carol", " @Carol ", str(cast.carol.pk)):
        assert find_person(cast.bob, text) == cast.carol


def test_a_handle_of_digits_is_found_unless_it_is_somebodys_id(cast: Cast) -> None:
    year = add_person("2024")
    assert find_person(cast.bob, "2024") == year
    assert find_person(cast.bob, "@2024") == year
    add_person(str(cast.carol.pk))  # somebody who would like to be added in carol's place
    assert find_person(cast.bob, str(cast.carol.pk)) == cast.carol


@pytest.mark.parametrize("text", ["", "@", "nobody", "\x00", "9" * 40, "٣", "-1", "1e3", "x" * 5000])
def test_nobody_is_found_by_nonsense(cast: Cast, text: str) -> None:
    with pytest.raises(NotFound):
        find_person(cast.bob, text)
