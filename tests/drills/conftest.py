"""A record with one long list, and the documented start command that serves it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.drills.serving import Served, manage, served

FILL = """
from copy import copy
from config.sources.models import Source
one = Source.objects.filter(state="published").first()
if not Source.objects.filter(slug="filler-0").exists():
    rows = []
    for number in range(3000):
        one.pk, one.slug, one.url = None, f"filler-{number}", f"https://example.org/{number}"
        one.document = '{"slug": "filler-%d", "text": "%s"}' % (number, "x" * 8000)
        rows.append(copy(one))
    Source.objects.bulk_create(rows)
from django.contrib.auth.models import User, Group
if not User.objects.filter(username="ada").exists():
    ada = User.objects.create_user("ada", password="a quiet word at the door", is_staff=True)
    ada.groups.add(Group.objects.get(name="Editor"))
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/drills/" in str(item.path):
            item.add_marker(pytest.mark.drill)


def database(url: str, folder: Path, name: str = "drill") -> str:
    """Return the URL of an empty database for the drills alone, on the server of `url` if that is PostgreSQL's."""
    if not url.startswith("postgres"):
        return f"sqlite:///{folder / f'{name}.sqlite3'}"
    with psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS chancery_{name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE chancery_{name}")
    return urlsplit(url)._replace(path=f"/chancery_{name}").geturl()


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the server finds in its environment: a database with a record, and limits that a drill can wait for."""
    folder = tmp_path_factory.mktemp("drill")
    found = {
        "DATABASE_URL": database(os.environ.get("DATABASE_URL", ""), folder),
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "RATE_LIMIT_FILE": str(folder / "rates"),
        "RATE_LIMIT": "1000000",
        "STALLED_AFTER": "4",
    }
    manage("migrate", environment=found)
    manage("load_reference", environment=found)
    manage("load_sample", environment=found)
    manage("shell", environment=found, text=FILL)
    return found


@pytest.fixture(scope="session")
def server(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("serve"), environment) as found:
        yield found
