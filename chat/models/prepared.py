"""Statements that every act needs, written once.

The ORM writes a statement anew each time, which for rows of three models takes ten times as long as the database
takes to answer. What comes out is the same as from the queryset: whole objects, their relations set.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)

# Stand for the values in the statement that is written; no id of ours comes near.
PLACES = tuple(range(2**62, 2**62 + 4))


@dataclass(frozen=True, slots=True)
class _Statement(Generic[M]):
    sql: str
    parameters: tuple[Any, ...]
    converters: list[tuple[int, tuple[list[Callable[..., Any]], Any]]]
    model: type[M]
    names: list[str]
    columns: slice
    relations: list[Any]
    annotations: dict[str, int]

    def build(self, row: tuple[Any, ...]) -> M:
        values = list(row)
        for place, (converters, expression) in self.converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        found = self.model.from_db(connection.alias, self.names, values[self.columns])
        for relation in self.relations:
            relation.populate(values, found)
        for name, place in self.annotations.items():
            setattr(found, name, values[place])
        return found


class Prepared(Generic[M]):
    """A query for at most one row, from a function of up to four integers to a queryset."""

    def __init__(self, make: Callable[..., QuerySet[M]]) -> None:
        self._make = make
        self._count = len(inspect.signature(make).parameters)
        self._statements: dict[str, _Statement[M]] = {}

    def first(self, *values: int) -> M | None:
        """As `.first()` of the queryset, with these values."""
        statement = self._statements.get(connection.vendor) or self._write()
        given = [
            values[one - PLACES[0]] if isinstance(one, int) and one in PLACES else one
            for one in statement.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, given)
            row = cursor.fetchone()
        return None if row is None else statement.build(row)

    def _write(self) -> _Statement[M]:
        queryset = self._make(*PLACES[: self._count])
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        chosen: Any = compiler.select
        kind: Any = compiler.klass_info
        first, last = kind["select_fields"][0], kind["select_fields"][-1] + 1
        statement: _Statement[M] = _Statement(
            sql=sql,
            parameters=tuple(parameters),
            converters=list(compiler.get_converters([one[0] for one in chosen]).items()),
            model=kind["model"],
            names=[one[0].target.attname for one in chosen[first:last]],
            columns=slice(first, last),
            relations=get_related_populators(kind, chosen, connection.alias),  # type: ignore[call-arg]  # stubs of Django 6
            annotations=dict(compiler.annotation_col_map or {}),
        )
        self._statements[connection.vendor] = statement
        return statement


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
