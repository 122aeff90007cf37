"""What many tests need: the database of the run, and the sample record in it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.db import connection

from tests.databases import Template
from tests.sample import StandingSample, load_sample

# A busy machine is no failure.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

TRANSACTIONAL = {"transactional_db", "live_server"}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> Iterator[None]:
    """Have the workers of a run on PostgreSQL copy one database, which the first of them migrates."""
    worker = getattr(request.config, "workerinput", None)
    if worker is None or connection.vendor != "postgresql":
        yield
        return
    template = Template(f"template_{worker['testrunuid']}")
    with (tmp_path_factory.getbasetemp().parent / "template.lock").open("w") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        mine = template.make()
    connection.settings_dict["TEST"]["TEMPLATE"] = template.name
    yield
    if mine:
        template.drop()


def _shares_the_sample(item: pytest.Item) -> bool:
    """Return whether a test asks for the sample and is rolled back afterwards."""
    names, marker = getattr(item, "fixturenames", ()), item.get_closest_marker("django_db")
    transactional = (marker and marker.kwargs.get("transaction")) or TRANSACTIONAL.intersection(names)
    return "sample" in names and not transactional


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that share the sample one after the other, before all others."""
    items.sort(key=lambda item: not _shares_the_sample(item))


@pytest.fixture(scope="session")
def all_samples(request: pytest.FixtureRequest) -> Iterator[StandingSample]:
    standing = StandingSample()
    if not any(map(_shares_the_sample, request.session.items)):
        yield standing
        return
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock():
        yield standing
        standing.leave()


@pytest.fixture(scope="class", autouse=True)
def standing_sample(request: pytest.FixtureRequest, all_samples: StandingSample) -> StandingSample:
    """The sample as the next test, or class of tests, finds it: this comes before the transaction of the test."""
    tests = [item for item in request.session.items if item.cls is request.cls] if request.cls else [request.node]
    (shares,) = set(map(_shares_the_sample, tests))
    with request.getfixturevalue("django_db_blocker").unblock():
        all_samples.enter() if shares else all_samples.leave()
    return all_samples


@pytest.fixture
def sample(standing_sample: StandingSample, db: None) -> None:
    """The reference data and the sample record."""
    if not standing_sample.stands:
        load_sample()
