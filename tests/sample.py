"""The sample record, loaded once for tests that follow each other."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection, transaction


class StandingSample:
    """The sample record, in a transaction that is open while tests that ask for it follow each other.

    Each test sees it as if it were its own: what the test writes is rolled back to a savepoint, as always.
    """

    def __init__(self) -> None:
        self._transaction: transaction.Atomic | None = None

    @property
    def stands(self) -> bool:
        return self._transaction is not None

    def enter(self) -> None:
        """Load it, unless it stands. A test that had the connection closed took it away."""
        if connection.closed_in_transaction:
            self.leave()
        if self._transaction is None:
            self._transaction = transaction.atomic()
            self._transaction.__enter__()
            load_sample()

    def leave(self) -> None:
        """Take it back."""
        if self._transaction is not None:
            transaction.set_rollback(True)
            self._transaction.__exit__(None, None, None)
            self._transaction = None


def load_sample() -> None:
    call_command("load_reference", verbosity=0)
    call_command("load_sample", verbosity=0)
    # Nobody else can count rows that are not committed; without it PostgreSQL plans as for empty tables. The tables are
    # named, because its own are shared: tests beside this one would wait for it.
    tables = ", ".join(connection.introspection.django_table_names()) if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
