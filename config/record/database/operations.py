"""Migration operations with vendor-specific SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import NotSupportedError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class VendorSQL(Operation):
    """A migration operation in each database's own SQL."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, forwards: Mapping[str, Sequence[str]], backwards: Mapping[str, Sequence[str]]) -> None:
        self.forwards = forwards
        self.backwards = backwards

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: models do not know of it."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        for statement in self.forwards[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        for statement in self.backwards[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return "SQL of the database's own dialect"


class ConcurrentIndex(AddIndex):
    """Adds an index to a table that is in use: PostgreSQL builds it CONCURRENTLY. Its migration says `atomic = False`."""

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        if schema_editor.connection.in_atomic_block:
            raise NotSupportedError("A migration that builds an index concurrently must say atomic = False.")
        model: Any = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.add_index(model, self.index, concurrently=True)  # type: ignore[call-arg]

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        model: Any = from_state.apps.get_model(app_label, self.model_name)
        schema_editor.remove_index(model, self.index, concurrently=True)  # type: ignore[call-arg]


class PlainRows(VendorSQL):
    """Disables TOAST compression of rows of up to a page on PostgreSQL: documents are read far more often than written."""

    def __init__(self, *tables: str) -> None:
        self.tables = tables
        # A page, less its header and one line pointer.
        whole = [f'ALTER TABLE "{table}" SET (toast_tuple_target = 8160)' for table in tables]
        usual = [f'ALTER TABLE "{table}" RESET (toast_tuple_target)' for table in tables]
        super().__init__({"sqlite": (), "postgresql": whole}, {"sqlite": (), "postgresql": usual})

    def describe(self) -> str:
        return f"Rows of {', '.join(self.tables)} are not compressed"


_REFUSAL: Final = "{table}_append_only: an entry of the log is never changed or deleted"
_SQLITE: Final = (
    """
    CREATE TRIGGER {table}_not_changed BEFORE UPDATE ON {table}
    WHEN {changed} BEGIN
        SELECT RAISE(ABORT, '{refusal}');
    END
    """,
    """
    CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} BEGIN
        SELECT RAISE(ABORT, '{refusal}');
    END
    """,
)
_SQLITE_UNDO: Final = ("DROP TRIGGER {table}_not_changed", "DROP TRIGGER {table}_not_deleted")
_POSTGRESQL: Final = (
    """
    CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION USING MESSAGE = '{refusal}', ERRCODE = 'check_violation';
    END
    $$
    """,
    """
    CREATE TRIGGER {table}_not_changed BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN ({changed}) EXECUTE FUNCTION {table}_refuse()
    """,
    """
    CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()
    """,
)
_POSTGRESQL_UNDO: Final = (
    "DROP TRIGGER {table}_not_changed ON {table}",
    "DROP TRIGGER {table}_not_deleted ON {table}",
    "DROP FUNCTION {table}_refuse",
)


class AppendOnly(VendorSQL):
    """Adds triggers that make a table append-only.

    The column `emptied` may become null, as an erasure (a court order, privacy) takes a document away; the columns
    `kept` stay; where none are named, the whole row stays.
    """

    def __init__(self, table: str, kept: Sequence[str] = (), emptied: str = "document") -> None:
        self.table = table
        refused = [f"new.{emptied} IS NOT NULL"] if kept else ["1 = 1"]
        forwards = {
            vendor: self._written(steps, " OR ".join([*refused, *(f"new.{column} {differs} old.{column}" for column in kept)]))
            for vendor, steps, differs in (("sqlite", _SQLITE, "IS NOT"), ("postgresql", _POSTGRESQL, "IS DISTINCT FROM"))
        }
        backwards = {"sqlite": self._written(_SQLITE_UNDO), "postgresql": self._written(_POSTGRESQL_UNDO)}
        super().__init__(forwards, backwards)

    def _written(self, steps: Sequence[str], changed: str = "") -> list[str]:
        refusal = _REFUSAL.format(table=self.table)
        return [step.format(table=self.table, changed=changed, refusal=refusal) for step in steps]

    def describe(self) -> str:
        return f"{self.table} only grows"
