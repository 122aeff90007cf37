"""Set-based writes that Django's ORM has no words for, the same for one row and for 400,000."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from django.db import connection, models

CHUNK: Final = 1000
# Fewer rows go faster by INSERT.
WORTH_COPYING: Final = 50

Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Cut `items` into lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def create_rows(rows: Sequence[models.Model]) -> None:
    """Insert complete rows of one table; they get the primary keys that the database gives them."""
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor == "postgresql" and len(rows) >= WORTH_COPYING:
        _copy(model, rows)
    else:
        model._default_manager.bulk_create(rows, batch_size=500)


def _copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    fields: Sequence[Any] = model._meta.concrete_fields
    key: Any = model._meta.pk
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if isinstance(key, models.AutoField):
            # A sequence gives its numbers to nobody else, whatever becomes of this transaction.
            numbers = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(numbers, [table, key.column, len(rows)])
            for row, (given,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = given
        columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set `columns` of many rows, each row to values of its own. Each of `rows` ends in the primary key."""
    if not rows:
        return
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    prepared = [
        [*(field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=False)), row[-1]] for row in rows
    ]
    quoted = [connection.ops.quote_name(field.column) for field in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = [*(field.db_type(connection) for field in fields), "bigint"]
            arrays = ", ".join(f"%s::{_plain(kind)}[]" for kind in types)
            names = [f"v{index}" for index in range(len(fields))]
            setters = ", ".join(f"{column} = new.{name}" for column, name in zip(quoted, names, strict=True))
            cursor.execute(
                f"UPDATE {table} SET {setters} FROM unnest({arrays}) AS new({', '.join([*names, 'key'])}) "  # noqa: S608 - quoted names
                f"WHERE {table}.id = new.key",
                [list(column) for column in zip(*prepared, strict=True)],
            )
        else:
            setters = ", ".join(f"{column} = %s" for column in quoted)
            cursor.executemany(f"UPDATE {table} SET {setters} WHERE id = %s", prepared)  # noqa: S608 - quoted names


def _plain(kind: str | None) -> str:
    """Return a column type without what an array cast does not take: a length or a collation."""
    return str(kind).split(" COLLATE")[0].split("(")[0].strip()
