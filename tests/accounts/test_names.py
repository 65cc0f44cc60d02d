"""Names are shown, compared and turned into handles: hostile ones too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.names import HANDLE_PATTERN, clean_name, derive_handle, is_reserved, numbered_handles, skeleton


@pytest.mark.parametrize("name", ["Ana Duarte", "林美", "Jürgen Weiß", "Нина", "O’Brien-Smith"])
def test_an_ordinary_name_stays_as_it_is(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("  Ana \t\n Duarte ", "Ana Duarte"),
        ("admin\u200b", "admin"),
        ("\u202eanA", "anA"),
        ("A\u0000n\u0007a", "Ana"),
        ("Ana\ud800", "Ana"),
        ("\u3164\u115f\u2800", ""),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
    ],
)
def test_what_nobody_sees_falls_out_of_a_name(raw: str, shown: str) -> None:
    assert clean_name(raw) == shown


def test_a_tower_of_accents_is_cut_to_three() -> None:
    assert len(clean_name("o" + "\u0336" * 50)) == 4


@pytest.mark.parametrize(
    "name", ["admin", "аdmin", "ADMIN ", "admin\u200b", "Ａdmin", "a.d_m-i n", "rn0derator"]
)
def test_names_that_pass_for_the_instance_are_kept_for_it(name: str) -> None:
    assert is_reserved(name)


def test_a_name_that_only_contains_an_office_is_free() -> None:
    assert not is_reserved("Administratova")


@pytest.mark.parametrize(
    ("one", "other"), [("bob", "b0b"), ("modern", "rnodern"), ("a.na", "an_a"), ("liv", "1iv")]
)
def test_handles_that_look_alike_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Ana Duarte", "ana.duarte"),
        ("Jürgen Weiß", "jurgen.weiss"),
        ("Łukasz Ørsted", "lukasz.orsted"),
        ("Мария", "mariya"),
        ("Νίκος", "nikos"),
    ],
)
def test_a_handle_resembles_the_name(name: str, handle: str) -> None:
    assert derive_handle(name) == handle


@pytest.mark.parametrize("name", ["林美", "", "!", "a", "🙂🙂"])
def test_a_name_without_two_plain_letters_gives_user_and_digits(name: str) -> None:
    assert derive_handle(name).startswith("user")


@given(st.text(max_size=200))
def test_any_text_gives_a_clean_name_and_a_well_formed_handle(text: str) -> None:
    name = clean_name(text)
    assert clean_name(name) == name
    name.encode()
    assert HANDLE_PATTERN.fullmatch(derive_handle(text))
    skeleton(text)


def test_numbered_handles_never_begin_with_a_reserved_one_and_stay_well_formed() -> None:
    handles = numbered_handles("admin")
    found = [next(handles) for _ in range(40)]
    assert found[0] == "admin2"
    long = numbered_handles("x" * 32)
    assert all(HANDLE_PATTERN.fullmatch(handle) for handle in [*found, *(next(long) for _ in range(40))])
