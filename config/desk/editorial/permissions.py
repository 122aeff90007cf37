"""Which records somebody may see at the desk."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from config.record.documents.registry import DOCUMENT_TYPES


def collections_seen_by(user: Any) -> list[str]:
    """Return the collections of which somebody may see, or change, records of at least one kind."""
    return [document_type.collection for model, document_type in DOCUMENT_TYPES.items() if _sees(user, model)]


def _sees(user: Any, table: Any) -> bool:
    kinds = (model._meta for model in apps.get_models() if model._meta.concrete_model is table)
    return any(user.has_perm(f"{kind.app_label}.{may}_{kind.model_name}") for kind in kinds for may in ("view", "change"))
