"""Who sits at the desk."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("editor"))
    return client


@pytest.fixture
def curator(client: Client) -> Client:
    user = User.objects.create_user("curator", is_staff=True)
    ours = Permission.objects.filter(content_type__app_label__in=["record", "sources", "actors", "events"]).exclude(codename="publish")
    user.user_permissions.set(ours)
    client.force_login(user)
    return client
