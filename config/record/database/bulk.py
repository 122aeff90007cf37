"""Set-based writes that Django's ORM has no words for, the same for one row and for 400,000."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, Final, TypeVar

import orjson
from django.db import connection, models

CHUNK: Final = 1000
# Fewer rows go faster by INSERT.
WORTH_COPYING: Final = 5

Item = TypeVar("Item")
Values = Sequence[Any]


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Cut `items` into lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


@contextmanager
def gc_disabled() -> Iterator[None]:
    """Spare Python the search for garbage, which begins again and again while many rows come to be, and finds none."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()


def new_keys(model: type[models.Model], count: int) -> list[int]:
    """Return primary keys for rows of a table that are still to be written; nobody else gets them."""
    if not count:
        return []
    if connection.vendor == "postgresql":
        return _numbers_of_sequence(model, count)
    # Whoever writes to SQLite writes alone.
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        known = cursor.fetchone()
        if known is None:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - as below
            known = cursor.fetchone()
        [last] = known
    return list(range(last + 1, last + 1 + count))


def _numbers_of_sequence(model: type[models.Model], count: int) -> list[int]:
    table, key = connection.ops.quote_name(model._meta.db_table), model._meta.pk.column
    with connection.cursor() as cursor:
        numbers = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
        cursor.execute(numbers, [table, key, count])
        return [number for (number,) in cursor.fetchall()]


def create_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Values]) -> None:
    """Insert rows of one table, each the values of `columns`.

    PostgreSQL stores the first while the later ones are still being made, where `rows` is a generator.
    """
    rows = iter(rows)
    few = list(islice(rows, WORTH_COPYING))
    if not few:
        return
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(few) == WORTH_COPYING:
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in chain(few, rows):
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", _adapted(fields, chain(few, rows)))  # noqa: S608 - quoted names


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Set `columns` of many rows, each row to values of its own. Each of `rows` ends in the primary key."""
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    for chunk in chunks(rows):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                _update_from_json(cursor, model, fields, chunk)
            else:
                setters = ", ".join(f"{_quoted(field)} = %s" for field in fields)
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.executemany(f"UPDATE {table} SET {setters} WHERE id = %s", _adapted(fields, chunk))  # noqa: S608 - quoted names


def _update_from_json(cursor: Any, model: type[models.Model], fields: Sequence[Any], rows: Sequence[Values]) -> None:
    """Update from one JSON text, which costs less to write and to read than an array for each column."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = [*(f"v{index}" for index in range(len(fields))), "key"]
    types = [*(_plain(field.db_type(connection)) for field in fields), "bigint"]
    setters = ", ".join(f"{_quoted(field)} = new.{name}" for field, name in zip(fields, names, strict=False))
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(names, types, strict=True))
    text = orjson.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str).decode()
    cursor.execute(
        f"UPDATE {table} SET {setters} FROM json_to_recordset(%s::json) AS new({columns}) WHERE {table}.id = new.key",  # noqa: S608 - quoted names
        [text],
    )


def _quoted(field: Any) -> str:
    return connection.ops.quote_name(field.column)


def _plain(kind: str | None) -> str:
    """Return a column type without what a cast does not take: a length or a collation."""
    return str(kind).split(" COLLATE")[0].split("(")[0].strip()


def _adapted(fields: Sequence[Any], rows: Iterable[Values]) -> Any:
    """Yield the rows with the values that the driver of the database takes; what is behind the fields stays."""
    adapters: list[tuple[int, Callable[..., Any]]] = [
        (index, field.get_db_prep_save)
        for index, field in enumerate(fields)
        if isinstance(field, models.DateField | models.DecimalField)
    ]
    for row in rows:
        values = list(row)
        for index, adapt in adapters:
            values[index] = adapt(values[index], connection)
        yield values
