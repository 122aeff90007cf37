"""What tests ask of the API, and how it refuses."""

from __future__ import annotations

from django.test import Client


def slugs(client: Client, path: str) -> list[str]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return [one["slug"] for one in answer.json()["results"]]


def refusal(client: Client, path: str) -> list[tuple[str | None, str]]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 400, answer.content
    return [(flaw.get("parameter"), flaw["code"]) for flaw in answer.json()["errors"]]
