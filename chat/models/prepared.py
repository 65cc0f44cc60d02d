"""Statements that every act needs, written once.

The ORM writes a statement anew each time, which for rows of three models takes ten times as long as the database
takes to answer. What comes out is the same as from the queryset: whole objects with their relations, or tuples.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)
Row = TypeVar("Row", bound=tuple[Any, ...])

# Stand for the values in the statement that is written; nothing of ours comes near.
PLACES = tuple(range(2**62, 2**62 + 4))


class _Statement:
    """One queryset's SQL for one kind of database, and how its rows become Python values."""

    def __init__(self, queryset: QuerySet[Any, Any], *, objects: bool) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self._sql, parameters = compiler.as_sql()
        # Each a place, by its index, or a value of the statement's own.
        self._parameters = [(place_of(one), one) for one in parameters]
        self.select: Any = compiler.select
        self.kind: Any = compiler.klass_info
        self.annotations: dict[str, int] = dict(compiler.annotation_col_map or {})
        self.relations: list[Any] = []
        self.names: list[str] = []
        self.own = slice(0)
        if objects:
            fields = self.kind["select_fields"]
            self.own = slice(fields[0], fields[-1] + 1)
            self.names = [one[0].target.attname for one in self.select[self.own]]
            self.relations = get_related_populators(self.kind, self.select, connection.alias)  # type: ignore[call-arg]  # stubs of Django 6
        self._converters = list(compiler.get_converters([one[0] for one in self.select]).items())

    def rows(self, values: tuple[int | str, ...]) -> Iterator[list[Any]]:
        given = [own if place is None else values[place] for place, own in self._parameters]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, given)
            found = cursor.fetchall()
        for row in map(list, found):
            for column, (converters, expression) in self._converters:
                for convert in converters:
                    row[column] = convert(row[column], expression, connection)
            yield row


def place_of(parameter: Any) -> int | None:
    """Which value a parameter of the statement stands for. A text column has turned its place into text."""
    return next((index for index, place in enumerate(PLACES) if parameter in (place, str(place))), None)


class _Prepared:
    _objects = False

    def __init__(self, make: Callable[..., QuerySet[Any, Any]]) -> None:
        self._make = make
        self._places = PLACES[: len(inspect.signature(make).parameters)]
        self._statements: dict[str, _Statement] = {}

    def _statement(self) -> _Statement:
        statement = self._statements.get(connection.vendor)
        if statement is None:
            statement = self._statements[connection.vendor] = _Statement(
                self._make(*self._places), objects=self._objects
            )
        return statement


class Prepared(_Prepared, Generic[M]):
    """A query for at most one object: a function of up to four ids or texts that makes a queryset."""

    _objects = True

    def __init__(self, make: Callable[..., QuerySet[M]]) -> None:
        super().__init__(make)

    def first(self, *values: int | str) -> M | None:
        """As `.first()` of the queryset, with these values."""
        statement = self._statement()
        row = next(statement.rows(values), None)
        return None if row is None else self._build(statement, row)

    def _build(self, statement: _Statement, row: list[Any]) -> M:
        found: M = statement.kind["model"].from_db(connection.alias, statement.names, row[statement.own])
        for relation in statement.relations:
            relation.populate(row, found)
        for name, column in statement.annotations.items():
            setattr(found, name, row[column])
        return found


class PreparedRows(_Prepared, Generic[Row]):
    """The same for a queryset's `values_list`."""

    def __init__(self, make: Callable[..., QuerySet[Any, Row]]) -> None:
        super().__init__(make)

    def all(self, *values: int | str) -> list[Row]:
        """Every row, with these values."""
        return [tuple(row) for row in self._statement().rows(values)]  # type: ignore[misc]  # of the queryset's row


_inserts: dict[tuple[type[Model], str], str] = {}


def insert(row: Model) -> None:
    """As `row.save(force_insert=True)`, for rows that know their key; without signals."""
    fields = row._meta.concrete_fields
    key = (type(row), connection.vendor)
    sql = _inserts.get(key)
    if sql is None:
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in fields)
        places = ", ".join(["%s"] * len(fields))
        sql = f"INSERT INTO {quote(row._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608  # names of ours
        _inserts[key] = sql
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    row._state.adding = False
    row._state.db = connection.alias
