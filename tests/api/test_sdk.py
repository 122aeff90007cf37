"""What generated SDKs do with the document: they send every default along, and each list as the document says."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.test import Client

from config.api.documentation import DOCUMENT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def test_defaults_change_nothing(client: Client) -> None:
    for path, operations in yaml.safe_load(DOCUMENT.read_text())["paths"].items():
        parameters = operations["get"]["parameters"]
        inside = {one["name"]: one["example"] for one in parameters if one["in"] == "path"}
        asked: dict[str, Any] = {one["name"]: one["example"] for one in parameters if one["in"] == "query" and one["required"]}
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
