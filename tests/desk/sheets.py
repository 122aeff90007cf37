"""Sheets of the desk: written, uploaded and imported."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse


def url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def brought(client: Client, model: Any, content: bytes, name: str = "sheet.csv") -> Any:
    return client.post(url(model, "upload"), {"sheet": SimpleUploadedFile(name, content)}, follow=True)


def words(answer: Any) -> list[tuple[int, str]]:
    return [(one.line, one.status) for one in answer.context["plan"].row_results]


def errors(answer: Any) -> list[tuple[int, str, str]]:
    return [(one.line, column, message) for one in answer.context["plan"].row_results for column, message in one.errors]


def done(client: Client, preview: Any, reason: str = "From the sheet") -> Any:
    return client.post(preview.request["PATH_INFO"], {"reason": reason, "import": "Import"}, follow=True)


READ = """
import resource, sys
from io import BytesIO
from config.desk.editorial.sheets.reading import SheetError, read
with open(sys.argv[1], "rb") as file:
    content = file.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    print(len(read(BytesIO(content))), "lines")
except SheetError as error:
    print(error)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def memory_of(tmp_path: Path, content: bytes) -> tuple[str, int]:
    """Return what is said of a file, and how many kB more were needed at most for reading it."""
    (tmp_path / "sheet").write_bytes(content)
    command = [sys.executable, "-c", READ, str(tmp_path / "sheet")]
    said, memory = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return said, max(map(int, memory.split()))
