"""Every list, and every page that shows or adds one, opens without a word in the console."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin import site
from django.test import RequestFactory
from django.urls import reverse

from tests.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def places() -> list[str]:
    request = RequestFactory().get("/admin/")
    request.user = person("superuser", "reader")
    found = ["/admin/"]
    for model, admin in site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{name}_changelist"))
        if admin.has_add_permission(request):
            found.append(reverse(f"{name}_add"))
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            found.append(reverse(f"{name}_change", args=[row.pk]))
    return found


def test_every_page_is_quiet(opened: Any, watch: Any) -> None:
    asked = places()
    page = opened("superuser")
    for place in asked:
        page.goto(place)
        assert watch.faults == [], place
