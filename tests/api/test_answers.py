"""The answers that the OpenAPI document shows as examples are those that the sample record gives.

`RECORD=1` writes them anew (then write the document anew too).
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from config.api.openapi.schema import ANSWERS, VERSIONS
from tests.api.document import needed, operations

# An opaque text that no server gave, since each gives its own.
CURSOR = "cursor=Ww"


@pytest.mark.django_db
def test_examples_are_answers(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["chancery.example"]
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False):
        call_command("load_reference", verbosity=0)
        call_command("load_sample", verbosity=0)
        given = {
            operation["operationId"]: _answer(client, path, operation)
            for path, operation in operations().items()
            if _is_shown(path, operation)
        }
    if os.environ.get("RECORD"):
        ANSWERS.write_bytes(orjson.dumps(given, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_INDENT_2))
    assert orjson.loads(ANSWERS.read_bytes()) == given


def _is_shown(path: str, operation: Any) -> bool:
    lines = "application/json" not in operation["responses"]["200"]["content"]
    return not lines and (operation["operationId"] == VERSIONS or not path.endswith("/versions"))


def _answer(client: Client, path: str, operation: Any) -> Any:
    inside, asked = needed(operation)
    if any(one["name"] == "limit" for one in operation["parameters"]):
        asked["limit"] = 1
    answer = client.get(path.format(**inside), asked, headers={"Host": "chancery.example"}, secure=True)
    assert answer.status_code == 200, answer.content
    return orjson.loads(re.sub(r"cursor=[\w-]+", CURSOR, answer.content.decode()))
