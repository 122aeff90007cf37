"""People of each role, for tests."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.test import Client

PASSWORD = "a quiet word at the door"
ROLES = ("anonymous", "staff", "Curator", "Editor", "Administrator", "superuser")


def person(role: str, name: str = "") -> User:
    """Make somebody of a role; `staff` have none."""
    made = User.objects.create_user(
        name or role.lower(), password=PASSWORD, is_staff=True, is_superuser=role == "superuser", first_name=role
    )
    if role not in ("staff", "superuser"):
        made.groups.add(Group.objects.get(name=role))
    return made


def signed_in(role: str, name: str = "") -> Client:
    """Return a client that somebody of a role has signed in with; nobody has with that of `anonymous`."""
    client = Client()
    if role != "anonymous":
        client.force_login(person(role, name))
    return client
