"""Where administrators keep people and roles, and read what was done."""

from __future__ import annotations

from typing import Any, ClassVar

# From the modules that register them, which are so read before this one.
from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import QuerySet
from django.http import HttpRequest

from config.desk.access import limits
from config.desk.models.access import AuditEntry
from config.desk.pages.lists import KindFilter
from config.desk.pages.record import ReadOnlyAdmin

# These are ours to keep: an account's e-mail address opens nothing, and a second factor's secret is shown to nobody.
for model in (User, Group, EmailAddress, Authenticator):
    admin.site.unregister(model)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # it is not generic when it runs
    """People. Only superusers change superusers, and nobody their own roles."""

    list_display = ("username", "first_name", "last_name", "roles", "second_factor", "is_active", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    filter_horizontal = ("groups",)
    readonly_fields = ("last_login", "date_joined")
    actions = ("remove_second_factor", "lift_limits")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Roles", {"fields": ("is_active", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    own: ClassVar = ("is_active", "groups")

    @admin.display(description="roles")
    def roles(self, person: User) -> str:
        """Return the names of a person's roles."""
        return ", ".join([*(["superuser"] if person.is_superuser else []), *(group.name for group in person.groups.all())])

    @admin.display(description="second factor", boolean=True)
    def second_factor(self, person: User) -> bool:
        """Return whether a person has a second factor."""
        return bool(person.authenticator_set.all())  # type: ignore[attr-defined]  # allauth's

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Fetch what the list shows."""
        return super().get_queryset(request).prefetch_related("groups", "authenticator_set")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Let superusers make superusers."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not request.user.is_superuser:
            return fieldsets
        return [*fieldsets, ("Superuser", {"fields": ("is_superuser",)})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Keep one's own roles from oneself."""
        own = self.own if obj is not None and obj == request.user and not request.user.is_superuser else ()
        return (*super().get_readonly_fields(request, obj), *own)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Leave superusers to superusers."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or bool(request.user.is_superuser))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Have accounts closed instead: what they did keeps a name."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 - as Django calls it
        """Every account is for the desk."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    @admin.action(description="Remove the second factor of the selected people", permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let people who have lost their second factor in with the password, to set up a new one."""
        people = [person for person in queryset if self.has_change_permission(request, person)]
        Authenticator.objects.filter(user__in=people).delete()
        self.message_user(request, f"{len(people)} second factors removed.", messages.SUCCESS)

    @admin.action(description="Reset failed sign-ins of the selected people", permissions=["change"])
    def lift_limits(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let people try again who were told of too many tries, whoever made them."""
        people = [person for person in queryset if self.has_change_permission(request, person)]
        for person in people:
            limits.lift(person.get_username())
        self.message_user(request, f"{len(people)} can sign in again.", messages.SUCCESS)


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """Roles. Nobody but superusers gives a role what they may not do themselves."""

    actions = None

    def get_form(self, request: HttpRequest, obj: Group | None = None, change: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002 - Django's
        """Offer the permissions that one has."""
        form = super().get_form(request, obj, change=change, **options)
        if "permissions" in form.base_fields:
            form.base_fields["permissions"].queryset = _held(request.user)  # type: ignore[attr-defined]  # a choice of models
        return form

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Leave roles that may do more to those who may as well."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.permissions.exclude(pk__in=_held(request.user)).exists())

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Leave it to superusers."""
        return super().has_delete_permission(request, obj) and bool(request.user.is_superuser)


def _held(person: Any) -> QuerySet[Permission]:
    """Return the permissions that a person has."""
    found = Permission.objects.select_related("content_type")
    if person.is_superuser:
        return found
    return found.filter(group__user=person).distinct() | found.filter(user=person).distinct()


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """What was done."""

    list_display = ("when", "action", "by", "address", "kind", "object", "detail")
    list_filter = ("action", KindFilter)
    search_fields = ("by", "address", "object", "object_id", "detail")
    date_hierarchy = "at"

    @admin.display(description="at", ordering="id")
    def when(self, entry: AuditEntry) -> str:
        """Return the moment to the second, in UTC."""
        return f"{entry.at:%Y-%m-%d %H:%M:%S}"

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """Search as it is written: entries have no folded text."""
        return admin.ModelAdmin.get_search_results(self, request, queryset, search_term)
