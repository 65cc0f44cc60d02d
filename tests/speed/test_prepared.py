"""What is asked in a statement written once is what the queryset would have brought."""

from __future__ import annotations

import uuid

import pytest
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries

from chat.access.gates import PLACE
from chat.models import HouseRules, Membership, Message
from chat.models.prepared import insert
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def values(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_prepared_query_brings_whole_objects_with_their_relations(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for person in (cast.bob, cast.erin):
        expected = Membership.objects.select_related("room", "user").get(room=cast.workshop, user=person)
        with django_assert_num_queries(1):
            found = PLACE.first(cast.workshop.pk, person.pk)
            assert found is not None
            assert values(found) == values(expected)
            assert values(found.room) == values(expected.room)
            assert values(found.user) == values(expected.user)
        assert (
            getattr(found, "rules_version", 0) == HouseRules.objects.values_list("version", flat=True).first()
        )
        found.pinned = True
        found.save(update_fields=["pinned"])
        assert Membership.objects.get(pk=found.pk).pinned


def test_a_prepared_query_finds_nothing_where_nothing_is(cast: Cast) -> None:
    assert PLACE.first(cast.workshop.pk, cast.carol.pk) is None
    assert PLACE.first(0, 2**53) is None


def test_a_row_is_inserted_as_the_orm_would(cast: Cast) -> None:
    mine = Message(
        room=cast.lounge,
        author=cast.bob,
        seq=5,
        changed_seq=5,
        source="*",
        client_id=uuid.uuid4(),
        arguments={"a": [1]},
    )
    insert(mine)
    stored = Message.objects.get(pk=mine.pk)
    assert values(stored) == values(mine)
    assert not mine._state.adding
