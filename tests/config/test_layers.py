"""Relations between tables run downward, as imports do; import-linter cannot see the former."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

pytestmark = pytest.mark.any_database

LAYERS = ("events", "actors", "sources", "record")
OURS = [model for label in LAYERS for model in apps.get_app_config(label).get_models()]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_relation_runs_upward(model: type[models.Model]) -> None:
    below = LAYERS[LAYERS.index(model._meta.app_label) :]
    targets = {field.related_model._meta.app_label for field in model._meta.get_fields() if field.concrete and field.is_relation}
    assert targets - {"auth"} <= set(below)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_that_people_fill_says_what_it_means(model: type[models.Model]) -> None:
    parents = {"event", "record", "agreement", "provision", "statement", "subject", "collection", "slug"}
    silent = [
        field.name
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and not field.help_text and field.name not in parents
    ]
    assert (
        silent == []
        or model._meta.label
        in {
            "record.Transition",
            "record.Redirect",
            "record.LogHead",
            "events.EventActorIndex",
            "events.EventTopicIndex",
            "events.StanceHolderIndex",
            "events.EventSearchIndex",
        }
        or model._meta.auto_created
    )


HTTP = re.compile(r"^(?:from|import) (?:django\.(?:http|urls|views|template)|rest_framework|allauth)\b", re.MULTILINE)
ROOT = Path(__file__).resolve().parents[2]
BELOW_HTTP = [
    path
    for pattern in ("config/record/**/*.py", "config/*/models.py", "config/*/models/*.py", "*/models.py", "*/models/*.py")
    for path in ROOT.glob(pattern)
    if path.relative_to(ROOT).parts[0] in ("config", "actors", "events")
]


@pytest.mark.parametrize("path", BELOW_HTTP, ids=lambda path: str(path.relative_to(ROOT)))
def test_records_and_models_know_nothing_of_http(path: Path) -> None:
    assert not HTTP.search(path.read_text())
