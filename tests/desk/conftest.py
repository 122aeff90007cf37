"""Who sits at the desk, each signed in with a client of their own."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.people import signed_in


@pytest.fixture
def superuser() -> Client:
    return signed_in("superuser")


@pytest.fixture
def editor() -> Client:
    return signed_in("Editor", "editor")


@pytest.fixture
def other_editor() -> Client:
    return signed_in("Editor", "other")


@pytest.fixture
def curator() -> Client:
    return signed_in("Curator", "curator")


@pytest.fixture
def ann() -> Client:
    """Another editor."""
    return signed_in("Editor", "ann")


@pytest.fixture
def bob() -> Client:
    """Another curator."""
    return signed_in("Curator", "bob")
