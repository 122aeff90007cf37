"""What generated SDKs do with the document: they send every default along, and each list as the document says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api.document import document, needed, operations, resolved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def test_defaults_change_nothing(client: Client) -> None:
    for path, operation in operations().items():
        parameters = operation["parameters"]
        inside, asked = needed(operation)
        defaults = {one["name"]: one["schema"]["default"] for one in parameters if "default" in one["schema"]}
        if "/exports/" in path:
            continue
        plain = client.get(path.format(**inside), asked).json()
        for more in ({}, {"known_at": "2100-01-01T00:00:00Z"} if _is_list(parameters) else {}):
            answer = client.get(path.format(**inside), asked | defaults | more)
            assert answer.status_code == 200, (path, defaults, answer.content)
        if "results" in plain:
            assert client.get(path.format(**inside), asked | defaults).json()["results"] == plain["results"]


def _is_list(parameters: Any) -> bool:
    return {"known_at", "limit"} <= {one["name"] for one in parameters}


def test_what_the_documentation_fills_in_finds_something(client: Client) -> None:
    """*Try it out*, *Execute*: Swagger UI sends the example or the default of each parameter that has one."""
    for path, operation in document()["paths"].items():
        parameters = [resolved(one) for one in operation["get"]["parameters"]]
        filled = {one["name"]: (one["in"], one.get("example", one["schema"].get("default"))) for one in parameters}
        assert all(value is not None for one, (_, value) in zip(parameters, filled.values(), strict=True) if one["required"])
        inside, asked = (
            {name: value for name, (place, value) in filled.items() if place == where and value is not None}
            for where in ("path", "query")
        )
        answer = client.get(path.format(**inside), asked)
        assert answer.status_code == 200, (path, asked, answer.getvalue())
        if "/exports/" in path:
            assert answer.getvalue(), path
            continue
        body = answer.json()
        assert body.get("results", True), path
        assert body.get("total", 1) > 0, path
