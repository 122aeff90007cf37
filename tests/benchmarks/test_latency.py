"""Every documented question and every desk list is asked, and what is late is told one by one."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from benchmarks.latency import desk
from benchmarks.latency.public import questions
from benchmarks.latency.timings import REPEATS, Timing, markdown, read, timed, write
from config.api_urls import COLLECTIONS
from tests.api.document import operations
from tests.people import person

QUICK = Timing("events", "list", "events", 200, [1.0, 2.0, 4.0])
SLOW = Timing("events", "counts", "events/counts?by=year|topic", 503, [190.0, 210.0, 4000.0])
NOW_AND_THEN = Timing("topics", "list", "topics", 200, [5.0, 6.0, 300.0])


def test_medians_and_the_worst_are_told_by_kind_and_by_collection() -> None:
    reported = markdown([QUICK, SLOW, NOW_AND_THEN])
    assert "| list | 2 | 0 | 4.0 | 6.0 | 300 | `topics` |" in reported
    assert "| counts | 1 | 1 | 210 | 210 | 4000 | `events/counts?by=year\\|topic` |" in reported
    assert "| events | 2 | 1 | 106 | 210 | 4000 |" in reported


def test_each_question_that_is_answered_late_is_told() -> None:
    reported = markdown([QUICK, SLOW, NOW_AND_THEN])
    assert "2 of 3 questions took more than 200 ms at least once, 1 of them in the median." in reported
    assert "| `events/counts?by=year\\|topic` (answered 503) | 210 | 4000 |\n| `topics` | 6.0 | 300 |" in reported
    assert "| median, ms | worst, ms |" not in markdown([QUICK])


def test_timings_are_kept(tmp_path: Path) -> None:
    write(tmp_path / "latency.json", {"system": "x"}, {"scale": 1}, [QUICK, SLOW])
    assert read(tmp_path / "latency.json") == [QUICK, SLOW]


def test_a_question_is_asked_once_for_warming_up_and_a_failure_is_kept() -> None:
    statuses = [200] * REPEATS + [503]
    assert timed(statuses.pop) == (503, pytest.approx([0.0] * REPEATS, abs=100))
    assert not statuses


def test_every_parameter_and_every_order_of_every_list_is_asked() -> None:
    asked = {(path, name, str(value)) for path, query, _ in questions() for name, value in query.items()}
    names = {(path, name) for path, name, _ in asked}
    for collection in COLLECTIONS:
        for parameter in operations()[f"/api/v1/{collection}"]["parameters"]:
            # The address of a page after the first is told by that one, and `fields` chooses from what was found.
            if parameter["name"] not in ("cursor", "fields"):
                assert (collection, parameter["name"]) in names
            if parameter["name"] == "order":
                assert all((collection, "order", one) in asked for one in parameter["schema"]["enum"])


@pytest.mark.django_db
def test_every_list_of_the_desk_is_asked() -> None:
    addresses = {address for _, _, address in desk.asked(person("superuser"))}
    for model in filter(admin.site.is_registered, apps.get_models()):
        assert reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") in addresses
    finder = reverse("admin:autocomplete")
    assert f"{finder}?app_label=events&model_name=participation&field_name=actor&term=libya" in addresses
