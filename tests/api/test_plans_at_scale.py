"""No documented question reads a big table, whatever it asks for: PostgreSQL's plans on a record of many thousands.

Each question is asked over HTTP. The SQL that answers it is explained as it is run, and where its plan is kept for other
values too, by the plan that serves them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml
from django.db import connection, transaction
from django.test import Client

from config.api import compiled, reading
from config.api.database import fetched
from config.api.documentation import DOCUMENT
from config.api.examples import SLUGS
from config.api.values import Choice
from config.api_urls import COLLECTIONS
from events.api.filtersets import EventCommon
from tests import scale
from tests.api.test_drafts import _values

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite tells no rows that a plan has read"),
]

# How many rows of one table a step of a plan may read. The smallest tables that are asked hold 8,000, that of events 32,000.
MOST_ROWS: Final = 3_000
USUAL: Final = 50
EXPLAIN: Final = "EXPLAIN (ANALYZE, TIMING OFF, BUFFERS, FORMAT JSON) "
# What says how a list is shown, and which orders are tried elsewhere.
SHOWN_BY: Final = {"limit", "cursor", "fields", "date_match"}
DAYS: Final = ("1950-01-01", "2010-01-01", "2020-10-27")

# What is asked of events of all kinds alike is not asked of these again.
OF_A_KIND: Final = ("agreements", "statements", "actions")

# What has to read much where half of the record has a value: it is said of rows, or of an order, that do not carry the days
# of the list, so that all that have it are found before they are put in order.
FOUND_WHOLE: Final = {
    "about", "bound_actor", "code", "holder", "participant_country", "participant_office", "participant_on_behalf_of", "party",
    "publisher", "related_to", "source", "topic",
}  # fmt: skip
FOUND_BY_OTHERS: Final = {("tenures", "body"), ("topics", "country")}
# Whose words stand on shelves, in the order of the days.
SHELVED: Final = ("events", "meetings")
# What has to read much whatever there is, by question: what it reads, and why.
READ_ON: Final = {
    "agreements as_of": "What lasted on a day is found by walking, because no order of rows tells of both of its ends.",
    "meetings known_at": "The log has the versions of events of all kinds in one order of slugs.",
    "offices as_of": "Tenures lie that way, too.",
    "exclude_participant_role=speaker": "In nearly all events somebody speaks.",
    "exclude_due_kind=absolute": "What is due on no day comes last in the order of days, after all that is left out.",
}


@pytest.fixture(scope="module", autouse=True)
def vacuumed(django_db_setup: None, django_db_blocker: Any) -> None:
    """Take out of the indexes what earlier tests took back: a plan would read it, too."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM")


class Watch:
    """Has PostgreSQL explain what it is asked, and keeps what is wrong with the plans."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._planned = True

    def fetched(self, sql: str, values: Any, *, planned: bool = True) -> Any:
        """Ask as the API does, knowing whether the plan is kept for other values."""
        self._planned = planned
        return fetched(sql, values, planned=planned)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        if sql.startswith(("SELECT", "(")):
            execute(EXPLAIN + sql, params, many, context)
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
        self.faults += [mode + fault for fault in _faults(plan["Plan"])]


def _faults(step: Any) -> Iterator[str]:
    """Yield the steps of a plan that read too many rows of a table."""
    rows = sum(step.get(key, 0) for key in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"))
    source = step.get("Index Name") or step.get("Relation Name")
    if source and rows * step["Actual Loops"] > MOST_ROWS:
        yield f"{step['Node Type']} of {source}: {rows * step['Actual Loops']} rows"
    for inner in step.get("Plans", ()):
        yield from _faults(inner)


Question = tuple[str, dict[str, Any]]


def _questions() -> Iterator[Question]:
    document = yaml.safe_load(DOCUMENT.read_text())
    for name, view in COLLECTIONS.items():
        described = {one["name"]: one for one in document["paths"][f"/api/v1/{name}"]["get"]["parameters"]}
        yield name, {}
        for parameter, value in _parts(name, view.filterset_class, described, document["components"]["schemas"]):
            yield name, {parameter: value}
        yield from _others(name, view)
    for collection in document["paths"]["/api/v1/search"]["get"]["parameters"]:
        if collection["name"] == "collection":
            yield from (("search", {"q": "libya*", "collection": one}) for one in collection["schema"]["items"]["enum"])
    yield "search", {"q": "libya*"}
    yield "changes", {}
    yield from (("changes", {"collection": one, "after": 100}) for one in ("actors", "topics", "events"))
    yield "relations/RUS/TUR", {}


def _parts(name: str, filterset: Any, described: Any, vocabularies: Any) -> Iterator[tuple[str, Any]]:
    """Yield each parameter of a list with what is rare, and with what half of the record has."""
    for parameter, declared in filterset.parameters().items():
        filtered = parameter.removeprefix("exclude_")
        if filtered in SHOWN_BY or (name in OF_A_KIND and parameter in EventCommon.parameters()):
            continue
        for value in _few(described[parameter], getattr(declared, "opposite", declared), vocabularies):
            yield parameter, value
        whole = filtered in FOUND_WHOLE or (name, filtered) in FOUND_BY_OTHERS or (filtered == "q" and name not in SHELVED)
        common = filtered in scale.COMMON and not whole
        if common:
            yield parameter, scale.COMMON[filtered]


def _few(described: Any, declared: Any, vocabularies: Any) -> list[Any]:
    if described["schema"].get("format") == "date":
        return list(DAYS)
    if isinstance(declared, Choice):
        return [*declared.named, ",".join(list(declared.named)[:2])]
    return _values(described, vocabularies)


def _others(name: str, view: Any) -> Iterator[Question]:
    """Yield what else a collection is asked: windows of days, counts, parts of exports, one record and its versions."""
    if "date_after" in view.filterset_class.parameters():
        window = {"date_after": "2010-01-01", "date_before": "2010-01-05"}
        yield from (
            (name, part | match)
            for part in (window, {"date_after": "2010-01-01"}, {"date_before": "2010-01-01"})
            for match in ({}, {"date_match": "certain"})
        )
    for dimension in view.dimensions:
        yield f"{name}/counts", {"by": dimension, "updated_after": "2020-10-27"}
    if name in SHELVED:
        yield from ((name, {"q": "common", **more}) for more in ({"year": "2010"}, {"date_after": "2010-01-01"}))
    yield f"exports/{name}", {"order": "slug", "slug_min": "m", "slug_max": "m1"}
    yield f"{name}/{SLUGS[name]}", {}
    yield f"{name}/{SLUGS[name]}/versions", {}
    yield f"{name}/{SLUGS[name]}", {"known_at": "2100-01-01"}


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
        cursor.execute("SET LOCAL random_page_cost = 1.1; SET LOCAL plan_cache_mode = force_generic_plan")
    watch = Watch()
    for module in (compiled, reading):
        monkeypatch.setattr(module, "fetched", watch.fetched)
    faults = {}
    with connection.execute_wrapper(watch):
        for path, query in _questions():
            watch.faults = []
            answer = client.get(f"/api/v1/{path}", query)
            text = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
            assert answer.status_code == 200, (path, query, text)
            if watch.faults and not _reads_on(path, query, answer):
                faults[f"{path} {query}"] = watch.faults
        # Nothing of this stays, so that nobody needs to check it.
        transaction.set_rollback(True)
    assert not faults, "\n".join(f"{question} {found}" for question, found in faults.items())
