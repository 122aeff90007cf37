"""The people of all tests: somebody of each role, and clients that they have signed in with."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import Group, Permission, User
from django.test import Client

PASSWORD = "a quiet word at the door"
ROLES = ("anonymous", "staff", "Curator", "Editor", "Administrator", "superuser")


def person(role: str, name: str = "", *, may: Collection[str] = ()) -> User:
    """Make somebody of a role, who has the permissions in `may`, too; `staff` have no others."""
    made = User.objects.create_user(
        name or role.lower(), password=PASSWORD, is_staff=True, is_superuser=role == "superuser", first_name=name or role
    )
    if role not in ("staff", "superuser"):
        made.groups.add(Group.objects.get(name=role))
    if may:
        made.user_permissions.set(Permission.objects.filter(codename__in=may))
    return made


def signed_in(role: str, name: str = "", *, may: Collection[str] = ()) -> Client:
    """Return a client that somebody of a role has signed in with; nobody has with that of `anonymous`."""
    client = Client()
    if role != "anonymous":
        client.force_login(person(role, name, may=may))
    return client


def take_permission(role: str, codename: str) -> None:
    """Take a permission away from a role."""
    Group.objects.get(name=role).permissions.remove(Permission.objects.get(codename=codename))
