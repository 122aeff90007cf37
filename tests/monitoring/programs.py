"""Servers in processes of their own: what is imported, set up or counted for a whole process is seen only there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

BEGINNING = """
import sys, time
import config.wsgi
from django.test import RequestFactory

def ask(path, **more):
    sent = []
    answer = config.wsgi.application(RequestFactory().get(path, headers=more).environ, lambda *one: sent.extend(one))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return int(sent[0].split()[0]), body
"""


def run(program: str, **environment: str) -> str:
    """Run `program` after the beginning above, in a server whose database nobody reaches, and return what it prints."""
    settings = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing", "RATE_LIMIT": "0"} | environment
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BEGINNING + program],
        cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
