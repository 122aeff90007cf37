"""Files of spreadsheets that unpack to far more than a sheet: whatever they hold, reading them takes at most 200 MB."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.desk.sheets import as_xlsx, memory_of
from tests.drills.serving import Served, reading

_NAMES = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_SHEET = b"<worksheet %s><sheetData>" % _NAMES
_DECLARED = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_DOVE = "\N{DOVE OF PEACE}".encode()
# Each is made by the test that needs it: they have tens of megabytes.
BOMBS = {
    "cells": ("xl/worksheets/sheet1.xml", lambda: _SHEET + b'<row r="1">' + b"<c><v>1</v></c>" * 4_000_000 + b"</row>"),
    "rows": ("xl/worksheets/sheet1.xml", lambda: _SHEET + b"<row/>" * 12_000_000),
    "attributes": (
        "xl/worksheets/sheet1.xml",
        lambda: _SHEET + b"<row " + b" ".join(b'a%d=""' % n for n in range(3_000_000)) + b"/>",
    ),
    "depth": ("xl/worksheets/sheet1.xml", lambda: _SHEET + b"<a>" * 20_000_000),
    "strings": ("xl/sharedStrings.xml", lambda: b"<sst %s>" % _NAMES + b"<si><t>a</t></si>" * 7_500_000 + b"</sst>"),
    "a string": ("xl/sharedStrings.xml", lambda: b"<sst %s><si><t>" % _NAMES + _DOVE + b"a" * 140_000_000 + b"</t></si></sst>"),
    "styles": (
        "xl/styles.xml",
        lambda: b"<styleSheet %s><cellXfs>" % _NAMES + b"<xf/>" * 10_000_000 + b"</cellXfs></styleSheet>",
    ),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_bombs(server: Served, tmp_path: Path, kind: str) -> None:
    name, made = BOMBS[kind]
    content = made()
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_xlsx([["slug"], ["TUR"]]))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for one in {*old.namelist(), name}:
            plain = content if one == name else old.read(one)
            new.writestr(one, plain.replace(b"</Types>", _DECLARED) if one == "[Content_Types].xml" else plain)
    with reading(server.port):
        message, memory = memory_of(tmp_path, file.getvalue())
    assert message.startswith("The file ")
    assert memory < 200_000
