"""What many tests need."""

from __future__ import annotations

import pytest
from django.core.management import call_command


@pytest.fixture
def sample(db: None) -> None:
    """The reference data and the sample record."""
    call_command("load_reference", verbosity=0)
    call_command("load_sample", verbosity=0)
