"""Set-based writes that Django's ORM has no words for, the same for one row and for 400,000."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from django.db import connection, models

CHUNK: Final = 1000

Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Cut `items` into lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


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
