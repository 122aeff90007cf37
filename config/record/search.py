"""Full-text search over the folded words of public documents, alike on SQLite (FTS5) and PostgreSQL (GIN).

A query is words, all of which must occur; a word that ends in `*` stands for every word that begins so. Both
sides are folded (`config.record.folding`), so neither database needs to know of accents, cases or languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from config.record.dialects import VendorSQL
from config.record.folding import fold

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
        """Return the terms of what somebody searches for; there may be none."""
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
        """Return them in the words of a database."""
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

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        field = self.lhs.target
        index = connection.ops.quote_name(f"{field.model._meta.db_table}_search")
        row = f"{connection.ops.quote_name(self.lhs.alias)}.{connection.ops.quote_name('id')}"
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


# FTS5 parts words as `fold` does: at whatever is no letter, digit or mark.
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


class SearchIndex(VendorSQL):
    """A migration step that makes the `search_text` of a table searchable."""

    FORWARDS: ClassVar = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
    BACKWARDS: ClassVar = {"sqlite": _SQLITE_UNDO, "postgresql": _POSTGRESQL_UNDO}

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            {vendor: [sql.format(table=table) for sql in step] for vendor, step in self.FORWARDS.items()},
            {vendor: [sql.format(table=table) for sql in step] for vendor, step in self.BACKWARDS.items()},
        )

    def describe(self) -> str:
        return f"Full-text index of {self.table}"


class SearchTriggers(SearchIndex):
    """Puts the triggers of the index back, which SQLite forgets when it alters the table."""

    FORWARDS: ClassVar = {"sqlite": _SQLITE[1:], "postgresql": ()}
    BACKWARDS: ClassVar = {"sqlite": (), "postgresql": ()}
