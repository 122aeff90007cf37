"""Relations between tables run downward, as imports do; import-linter cannot see the former."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

LAYERS = ("events", "actors", "record")
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
        in {"record.Transition", "record.Redirect", "record.LogHead", "events.Appearance", "events.Holding", "events.Wording"}
        or model._meta.auto_created
    )
