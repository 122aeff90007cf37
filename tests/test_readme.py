"""What the README says holds: its examples are asked, and their answers compared."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
SERVER = "http://127.0.0.1:8000"


def test_the_examples_answer_as_the_readme_says(sample: None, client: Client) -> None:
    text = (ROOT / "README.md").read_text()
    examples = re.findall(r"```console\n\$ curl '([^']+)'\n(.+?)\n```", text, re.DOTALL)
    assert len(examples) == 6
    for url, shown in examples:
        assert client.get(url.removeprefix(SERVER)).json() == json.loads(shown), url
    addresses = re.findall(r"^- `(/api/v1/[^`]+)`", text, re.MULTILINE) + re.findall(r"; `(/api/v1/[^`]+)`", text)
    assert len(addresses) == 4
    for address in addresses:
        answer = client.get(address)
        assert (answer.status_code, bool(answer.getvalue())) == (200, True), address


@pytest.mark.any_database
def test_each_setting_is_documented() -> None:
    code = "".join(path.read_text() for path in (ROOT / "config" / "settings").glob("*.py"))
    read = set(re.findall(r'env\.\w+\("([A-Z_]+)"', code))
    rows = re.findall(r"^\| (`[^|]+) \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    # What Django and the libraries of metrics and traces read of the environment themselves.
    theirs = {"DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR", "OTEL_EXPORTER_OTLP_ENDPOINT"}
    assert read | theirs == documented


@pytest.mark.any_database
def test_each_command_of_the_makefile_that_a_document_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"(?:^    |`)make ([a-z-]+)", (ROOT / name).read_text(), re.MULTILINE))
        assert named <= targets, name
