"""docs/extending.md: its code runs, and the files that it names are there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory

from config.api.models import ApiKey
from events.api.viewsets import MeetingViewSet
from events.models import Meeting

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "extending.md").read_text()
SECTIONS = dict(section.split("\n", 1) for section in PAGE.split("\n## ")[1:])

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def run(section: str) -> dict[str, Any]:
    """Run the code of a section, and return what it defines."""
    defined: dict[str, Any] = {}
    [code] = re.findall(r"```python\n(.*?)```", SECTIONS[section], re.DOTALL)
    exec(code, defined)
    return defined


def test_every_file_that_the_page_names_exists() -> None:
    named = re.findall(r"`((?:[\w.]+/)+[\w.]*)`", PAGE)
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_a_filter_is_one_line() -> None:
    filters = run("A filter")["MeetingFilters"]
    Meeting.objects.filter(slug="berlin-conference-libya-2020").update(place_name="Berlin")

    class PlacedViewSet(MeetingViewSet):
        """Meetings, by the name of their place."""

        filterset_class = filters

    def asked(action: str, query: str) -> Any:
        view = PlacedViewSet.as_view({"get": action})
        return view(RequestFactory().get(f"/api/v1/meetings{query}")).content.decode()

    assert '"slug":"berlin-conference-libya-2020"' in asked("list", "?place_name=Berlin")
    assert '"slug":"berlin-conference-libya-2020"' not in asked("list", "?exclude_place_name=Berlin&limit=200")
    assert '{"place_name":"Berlin","count":' in asked("counts", "/counts?by=place_name")


def test_a_format_is_one_class() -> None:
    view = run("A format")["MeetingViewSet"].as_view({"get": "list"})
    answer = view(RequestFactory().get("/api/v1/meetings?limit=1&q=berlin+conference", headers={"Accept": "text/csv"}))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode().startswith("berlin-conference-libya-2020,")


def test_a_permission_is_declared() -> None:
    view = run("A permission")["MeetingViewSet"].as_view({"get": "list"})
    assert view(RequestFactory().get("/api/v1/meetings")).status_code == 401
    key = {"Authorization": f"Bearer {ApiKey(name='An app').issue()}"}
    assert view(RequestFactory().get("/api/v1/meetings", headers=key)).status_code == 200


def test_an_importer_yields_rows(client: Client) -> None:
    assert str(run("An importer")["outcome"]) == "2 created, 0 updated"
    official = client.get("/api/v1/officials/jan-kubis").json()
    assert (official["nationality"]["slug"], official["citations"][0]["locator"]) == ("SVK", "p. 12")
    assert str(run("An importer")["outcome"]) == "0 created, 0 updated"
