"""No documented question reads a big table, whatever it asks for: PostgreSQL's plans on a record of many thousands.

Each question is asked over HTTP. The SQL that answers it is explained as it is run, and where its plan is kept for other
values too, by the plan that serves them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.db import connection, transaction
from django.test import Client

from config.api.database.connection import fetched
from config.api.engine import detail, sql_cache
from tests import scale
from tests.api import questions
from tests.api.questions import COMMON_FILTER, IN_BUCKETS, Question
from tests.sample import StandingSample

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite tells no rows that a plan has read"),
]

# How many rows of one table a step of a plan may read. The smallest tables that are asked hold 8,000, that of events 32,000. The
# 3,010 citations of the reference data may stand before all others of actors, and no field of theirs is the common one.
MAX_ROWS: Final = 3_500
# How many rows one step of a plan may touch, those that it compares and drops among them, and how many pages all of them: what
# goes through each table a few times stays below that, and what goes through one for each row of another does not.
MAX_WORK: Final = 400_000
MAX_PAGES: Final = 1_000_000
USUAL: Final = 50
EXPLAIN: Final = "EXPLAIN (ANALYZE, TIMING OFF, BUFFERS, FORMAT JSON) "
# What has to read much where half of the record has a value: it is said of rows, or of an order, that do not carry the days
# of the list, so that all that have it are found before they are put in order.
FOUND_WHOLE: Final = {"about", "code", "holder", "party", "publisher"}
# What has to read much whatever there is, by question: what it reads, and why.
READ_ON: Final = {
    "agreements ended_before": "What can have ended by a day began by then: that is said of two days, as well.",
    "meetings known_at": "The log has the versions of events of all kinds in one order of slugs.",
    "provisions as_of": "They last as long as their agreements, which lie that way.",
    "offices as_of": "Tenures lie that way, too.",
    "organizations cited_field": "Hardly any but countries have sources of their start, which no statistics of PostgreSQL tell.",
    "officials cited_field": "As for organizations.",
    "exclude_participant_role=speaker": "In nearly all events somebody speaks.",
    "exclude_due_kind=absolute": "What is due on no day comes last in the order of days, after all that is left out.",
}


@pytest.fixture(scope="module", autouse=True)
def vacuumed(django_db_setup: None, django_db_blocker: Any, all_samples: StandingSample) -> None:
    """Take out of the indexes what earlier tests took back: a plan would read it, too."""
    # No transaction can be open.
    all_samples.leave()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM")


class Watch:
    """Has PostgreSQL explain what it is asked, and keeps what is wrong with the plans."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.work: list[str] = []
        self._planned = True
        self._most = MAX_ROWS

    def fetched(self, sql: str, values: Any, *, planned: bool = True) -> Any:
        """Ask as the API does, knowing whether the plan is kept for other values."""
        self._planned = planned
        return fetched(sql, values, planned=planned)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "(", "WITH")):
            execute(EXPLAIN + sql, params, many, context)
            # A count joins what it counts with each of its values.
            self._most = 2 * MAX_ROWS if sql.startswith("WITH") else MAX_ROWS
            self._judge("", context["cursor"])
            if isinstance(params, dict) and self._planned:
                self._explain_kept(execute, sql, params, context)
        return execute(sql, params, many, context)

    def _explain_kept(self, execute: Any, sql: str, params: Any, context: Any) -> None:
        numbered = re.sub(r"%\((\d+)\)s", r"$\1", sql).replace("%%", "%")
        context["cursor"].connection.connection.execute("PREPARE asked AS " + numbered)
        given = f"({', '.join(['%s'] * len(params))})" if params else ""
        execute(f"{EXPLAIN} EXECUTE asked{given}", [str(one) for one in params.values()] or None, False, context)  # noqa: FBT003
        self._judge("kept: ", context["cursor"])
        execute("DEALLOCATE asked", None, False, context)  # noqa: FBT003 - as above

    def _judge(self, mode: str, cursor: Any) -> None:
        (plan,) = cursor.fetchone()[0]
        self.faults += [mode + fault for fault in _faults(plan["Plan"], self._most)]
        self.work += [mode + fault for fault in _work(plan["Plan"])]
        if (pages := plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]) > MAX_PAGES:
            self.work.append(f"{mode}{pages} pages")


def _faults(step: Any, most: int) -> Iterator[str]:
    """Yield the steps of a plan that read too many rows of a table."""
    rows = sum(step.get(key, 0) for key in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"))
    source = step.get("Index Name") or step.get("Relation Name")
    if source and rows * step["Actual Loops"] > most:
        yield f"{step['Node Type']} of {source}: {rows * step['Actual Loops']} rows"
    for inner in step.get("Plans", ()):
        yield from _faults(inner, most)


def _work(step: Any) -> Iterator[str]:
    """Yield the steps of a plan that touch too many rows, of whatever: joins, what subqueries and functions return."""
    dropped = ("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")
    rows = (step["Actual Rows"] + sum(step.get(key, 0) for key in dropped)) * step["Actual Loops"]
    if rows > MAX_WORK:
        yield f"{step['Node Type']} of {step.get('Index Name') or step.get('Alias')}: {rows} rows"
    for inner in step.get("Plans", ()):
        yield from _work(inner)


def _walked() -> Iterator[Question]:
    """Yield the questions that are answered by walking an index, whatever is asked for."""
    for question in questions.documented():
        whole = {name.removeprefix("exclude_") for name in question.query}
        searched = "q" in whole and question.path not in IN_BUCKETS
        if question.kind != COMMON_FILTER or not (whole & FOUND_WHOLE or searched):
            yield question


def _reads_on(path: str, query: dict[str, Any], answer: Any) -> bool:
    if any(f"{path} {name}" in READ_ON or f"{name}={value}" in READ_ON for name, value in query.items()):
        return True
    # Of what nearly all are left out, all are looked at before the few are found.
    return any(name.startswith("exclude_") for name in query) and len(answer.json()["results"]) < USUAL


@pytest.mark.usefixtures("sample")
def test_no_question_reads_a_big_table(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    scale.make()
    with connection.cursor() as cursor:
        # Rows are as near as they are on disks without a head; and statements that are prepared have one plan for all values.
        cursor.execute("SET LOCAL random_page_cost = 1.1; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL jit = off")
    watch = Watch()
    for module in (sql_cache, detail):
        monkeypatch.setattr(module, "fetched", watch.fetched)
    faults, work = {}, {}
    with connection.execute_wrapper(watch):
        for path, query, _ in _walked():
            watch.faults = []
            answer = client.get(f"/api/v1/{path}", query)
            text = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
            assert answer.status_code == 200, (path, query, text)
            if watch.faults and not _reads_on(path, query, answer):
                faults[f"{path} {query}"] = watch.faults
        for path, query, _ in questions.costly():
            watch.work = []
            answer = client.get(f"/api/v1/{path}", query)
            assert answer.status_code == 200, (path, query, answer.content)
            if watch.work:
                work[f"{path} {query}"] = watch.work
        # Nothing of this stays, so that nobody needs to check it.
        transaction.set_rollback(True)
    assert not faults, "\n".join(f"{question} {found}" for question, found in faults.items())
    # Nothing goes through a table for each row of another.
    assert not work, "\n".join(f"{question} {found}" for question, found in work.items())
