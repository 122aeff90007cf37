"""Full-text search over the folded words of public documents, alike on SQLite (FTS5) and PostgreSQL (GIN).

A query is words, all of which must occur; a word that ends in `*` stands for every word that begins so. Both
sides are folded (`config.record.values.folding`), so neither database needs to know of accents, cases or languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import models

from config.record.database.operations import VendorSQL
from config.record.values.folding import fold

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


class SearchTextField(models.TextField):  # type: ignore[type-arg]  # not generic at run time
    """The distinct folded words of a record's public document; empty while it is not public."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("default", "")
        super().__init__(*args, **{"editable": False, **options})


@dataclass(frozen=True, slots=True)
class Terms:
    """The folded words of a query, each with whether it is the beginning of a word."""

    words: tuple[tuple[str, bool], ...]

    @classmethod
    def of(cls, text: str) -> Terms:
        """Return the terms of a query; there may be none."""
        terms: list[tuple[str, bool]] = []
        for word in text.split():
            parts = fold(word).split()
            terms += [(part, False) for part in parts[:-1]] + [(part, word.endswith("*")) for part in parts[-1:]]
        return cls(tuple(terms))

    @property
    def text(self) -> str:
        """Return the words alone, as a name would be folded."""
        return " ".join(word for word, _ in self.words)

    def query(self, vendor: str) -> str:
        """Return the query in the full-text syntax of a database."""
        if vendor == "sqlite":
            return " ".join(f'"{word}"{"*" if begins else ""}' for word, begins in self.words)
        return " & ".join(f"'{word}'{':*' if begins else ''}" for word, begins in self.words)


@SearchTextField.register_lookup
class Words(models.Lookup):
    """`search_text__words="cavusoglu geneva*"`: every word occurs. Takes text, or the `Terms` of one."""

    lookup_name = "words"
    prepare_rhs = False

    def _terms(self) -> Terms:
        return self.rhs if isinstance(self.rhs, Terms) else Terms.of(str(self.rhs))

    def _indexed(self) -> type[models.Model]:
        """Return the model whose words SQLite has indexed, by the keys that these rows have as well."""
        model: type[models.Model] = self.lhs.target.model
        return model

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        index = connection.ops.quote_name(f"{self._indexed()._meta.db_table}_search")
        key = self.lhs.target.model._meta.pk.column
        row = f"{connection.ops.quote_name(self.lhs.alias)}.{connection.ops.quote_name(key)}"
        terms = self._terms()
        if not terms.words:
            return "1 = 0", []
        return f"{row} IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)", [terms.query("sqlite")]  # noqa: S608 - names of our own tables

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        terms = self._terms()
        if not terms.words:
            return "1 = 0", []
        column, parameters = self.process_lhs(compiler, connection)
        searched = f"array_to_tsvector(string_to_array({column}, ' ')) @@ %s::tsquery"
        return f"({column} <> '' AND {searched})", [*parameters, *parameters, terms.query(connection.vendor)]


@SearchTextField.register_lookup
class Met(Words):
    """`search_text__met="cavusoglu geneva*"`: the same, of rows that are met in some order and not found by their words."""

    lookup_name = "met"

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        sql, parameters = super().as_sql(compiler, connection)
        # Which no index knows.
        return f"{sql} IS TRUE", parameters


# The years with which buckets begin, after the one of all earlier years. What is there is indexed by these numbers: other
# years take a migration that makes the indexes anew.
_BUCKET_YEARS: Final = (1800, *range(1900, 1990, 10), *range(1990, 2041))

LAST_BUCKET: Final = len(_BUCKET_YEARS)


def bucket(day: str) -> str:
    """Return the PostgreSQL expression of the bucket number of a day: later days, higher numbers."""
    years = ",".join(map(str, _BUCKET_YEARS))
    return f"width_bucket(date_part('year', {day})::int, '{{{years}}}'::int[])"


def _bucketed(words: str, day: str) -> str:
    before = f"{bucket(day)}::text || '/'"
    return f"array_to_tsvector(string_to_array({before} || replace({words}, ' ', ' ' || {before}), ' '))"


@SearchTextField.register_lookup
class Bucketed(Words):
    """`search_text__bucketed="cavusoglu geneva*"`: every word occurs, within one bucket.

    For tables whose rows repeat, under the key of a record, its words and, as `start_earliest`, its day. PostgreSQL looks on
    the bucket that the query around calls `bucket.number`, SQLite among all the words of the records.
    """

    lookup_name = "bucketed"

    def _indexed(self) -> type[models.Model]:
        record: type[models.Model] = self.lhs.target.model._meta.pk.remote_field.model
        return record

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        terms = self._terms()
        if not terms.words:
            return "1 = 0", []
        column, parameters = self.process_lhs(compiler, connection)
        day = f"{compiler.quote_name_unless_alias(self.lhs.alias)}.{connection.ops.quote_name('start_earliest')}"
        # What begins a word of the query is the only quotation mark that follows a space.
        asked = "replace(' ' || %s::text, ' ''', ' ''' || bucket.number::text || '/')::tsquery"
        return f"{_bucketed(column, day)} @@ {asked}", [*parameters, terms.query(connection.vendor)]


# FTS5 splits words as `fold` does: at every character that is not a letter, digit or mark.
_SQLITE = (
    """
    CREATE VIRTUAL TABLE "{table}_search" USING fts5(
        search_text, content='{table}', content_rowid='id', columnsize=0,
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co M*'"
    )
    """,
    """
    CREATE TRIGGER "{table}_search_insert" AFTER INSERT ON "{table}" BEGIN
        INSERT INTO "{table}_search"(rowid, search_text) VALUES (new.id, new.search_text);
    END
    """,
    """
    CREATE TRIGGER "{table}_search_delete" AFTER DELETE ON "{table}" BEGIN
        INSERT INTO "{table}_search"("{table}_search", rowid, search_text) VALUES ('delete', old.id, old.search_text);
    END
    """,
    """
    CREATE TRIGGER "{table}_search_update" AFTER UPDATE OF search_text ON "{table}"
    WHEN old.search_text <> new.search_text BEGIN
        INSERT INTO "{table}_search"("{table}_search", rowid, search_text) VALUES ('delete', old.id, old.search_text);
        INSERT INTO "{table}_search"(rowid, search_text) VALUES (new.id, new.search_text);
    END
    """,
)
_SQLITE_UNDO = (
    'DROP TRIGGER "{table}_search_insert"',
    'DROP TRIGGER "{table}_search_delete"',
    'DROP TRIGGER "{table}_search_update"',
    'DROP TABLE "{table}_search"',
)
_POSTGRESQL = (
    """
    CREATE INDEX "{table}_search" ON "{table}" USING gin (array_to_tsvector(string_to_array(search_text, ' ')))
    WHERE search_text <> ''
    """,
)
_POSTGRESQL_UNDO = ('DROP INDEX "{table}_search"',)


def _of(table: str, statements: Sequence[str]) -> list[str]:
    return [sql.format(table=table) for sql in statements]


class SearchIndex(VendorSQL):
    """A migration operation that creates the full-text index of a table's `search_text`."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            {
                "sqlite": [sql.format(table=table) for sql in _SQLITE],
                "postgresql": [sql.format(table=table) for sql in _POSTGRESQL],
            },
            {
                "sqlite": [sql.format(table=table) for sql in _SQLITE_UNDO],
                "postgresql": [sql.format(table=table) for sql in _POSTGRESQL_UNDO],
            },
        )

    def describe(self) -> str:
        return f"Full-text index of {self.table}"


class BucketIndex(VendorSQL):
    """A migration operation that creates the bucketed full-text index on PostgreSQL. SQLite does not need it."""

    def __init__(self, table: str) -> None:
        self.table = table
        index = f'CREATE INDEX "{table}_bucketed" ON "{table}" USING gin ({_bucketed("search_text", "start_earliest")})'
        super().__init__(
            {"sqlite": [], "postgresql": [index]},
            {"sqlite": [], "postgresql": [f'DROP INDEX "{table}_bucketed"']},
        )

    def describe(self) -> str:
        return f"Full-text index of {self.table} by buckets"
