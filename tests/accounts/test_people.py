"""Roles, deactivation, and who may do it to whom."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection

from accounts.actions import change_role, deactivate, reactivate
from accounts.errors import AccountError, LastOwner, NotAllowed, SelfChange
from accounts.models import User
from tests.accounts.base import make_instance, make_person, signed_in, text_of
from tests.accounts.heard import announcements

pytestmark = pytest.mark.django_db
ROLES = ["owner", "administrator", "moderator", "member", "guest"]


@pytest.fixture
def alice() -> User:
    make_instance()
    return make_person("alice", role="owner")


def test_the_owner_makes_a_moderator_by_the_page(alice: User) -> None:
    bob = make_person("bob")
    with announcements() as heard:
        answer = signed_in(alice).post(f"/settings/people/{bob.pk}/role/", {"role": "moderator"})
    assert answer["Location"] == "/settings/people/?q=bob"
    assert heard == [("changed", "bob", None)]
    bob.refresh_from_db()
    assert bob.role == "moderator"


@pytest.mark.parametrize("wanted", ROLES)
@pytest.mark.parametrize("of", ROLES)
@pytest.mark.parametrize("by", ROLES)
def test_who_may_give_which_role_to_whom(alice: User, by: str, of: str, wanted: str) -> None:
    rank = {role: 5 - number for number, role in enumerate(ROLES)}
    actor, person = make_person("actor", role=by), make_person("person", role=of)
    may = by == "owner" or (by == "administrator" and rank[of] < 4 and rank[wanted] < 4) or of == wanted
    try:
        change_role(actor, person, role=wanted)
        done = True
    except AccountError:
        done = False
    assert done == may
    person.refresh_from_db()
    assert person.role == (wanted if may else of)


def test_nobody_raises_themselves(alice: User) -> None:
    admin = make_person("adele", role="administrator")
    with pytest.raises(NotAllowed):
        change_role(admin, admin, role="owner")


def test_deactivation_ends_all_sessions_and_says_so(alice: User) -> None:
    bob = make_person("bob")
    browser = signed_in(bob)
    with announcements() as heard:
        signed_in(alice).post(f"/settings/people/{bob.pk}/state/", {"active": "0"})
    assert heard == [("ended", "bob", None), ("closed", "bob", None), ("changed", "bob", None)]
    assert browser.get("/settings/").status_code == 302

    reactivate(alice, bob)
    assert browser.get("/settings/").status_code == 302, "an ended session does not come back to life"
    assert signed_in(bob).get("/settings/").status_code == 200


@pytest.mark.parametrize("by", ROLES)
@pytest.mark.parametrize("of", ROLES)
def test_who_may_deactivate_whom(alice: User, by: str, of: str) -> None:
    rank = {role: 5 - number for number, role in enumerate(ROLES)}
    actor, person = make_person("actor", role=by), make_person("person", role=of)
    may = by == "owner" or (by == "administrator" and rank[of] < 4)
    with suppress(NotAllowed):
        deactivate(actor, person)
    person.refresh_from_db()
    assert person.is_active != may


def test_the_last_owner_neither_leaves_nor_steps_down_nor_is_taken_out_by_the_operator(alice: User) -> None:
    with pytest.raises(SelfChange):
        deactivate(alice, alice)
    for actor in (alice, None):
        with pytest.raises(LastOwner):
            change_role(actor, alice, role="member")
    with pytest.raises(LastOwner):
        deactivate(None, alice)
    make_person("second", role="owner", state="closed")
    with pytest.raises(LastOwner):
        change_role(alice, alice, role="member")


def test_with_a_second_owner_the_first_may_step_down(alice: User) -> None:
    make_person("second", role="owner")
    assert change_role(alice, alice, role="member").role == "member"


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_unseat_each_other_at_once_one_stays() -> None:
    make_instance()
    pair = make_person("alice", role="owner"), make_person("bert", role="owner")

    def unseat(index: int) -> None:
        try:
            change_role(pair[index], pair[1 - index], role="member")
        except AccountError:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(unseat, range(2)))
    assert User.objects.filter(role="owner").count() == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("bo", {"bob"}),
        ("BOB@", {"bob"}),
        ("ross", {"bob"}),
        ("nobody", set()),
        ("\0", {"alice", "bob"}),
        ("%", set()),
    ],
)
def test_people_are_found_by_name_handle_or_address(alice: User, query: str, found: set[str]) -> None:
    make_person("bob", display_name="Robert Ross")
    answer = signed_in(alice).get("/settings/people/", {"q": query})
    assert {row["person"].handle for row in answer.context["rows"]} == found
    if not found:
        assert "Show everyone" in text_of(answer)


@pytest.mark.parametrize("number", ["0", "1", "9" * 17, "9" * 4000])
@pytest.mark.parametrize("act", ["role", "state", "reset-link"])
def test_invented_people_are_not_found(alice: User, number: str, act: str) -> None:
    answer = signed_in(alice).post(f"/settings/people/{number}/{act}/", {"role": "member"})
    assert answer.status_code in {302, 404}
    assert answer.get("Location", "/accounts/reauthenticate/").startswith("/accounts/reauthenticate/")


def test_an_invented_role_is_refused(alice: User) -> None:
    bob = make_person("bob")
    assert signed_in(alice).post(f"/settings/people/{bob.pk}/role/", {"role": "emperor"}).status_code == 403


@pytest.mark.parametrize("act", ["role", "state", "reset-link"])
@pytest.mark.parametrize("role", ["moderator", "member", "guest"])
def test_others_manage_nobody(alice: User, act: str, role: str) -> None:
    bob = make_person("bob")
    form = {"role": "guest", "active": "0"}
    assert (
        signed_in(make_person("mona", role=role)).post(f"/settings/people/{bob.pk}/{act}/", form).status_code
        == 403
    )
    bob.refresh_from_db()
    assert (bob.role, bob.state) == ("member", "active")
