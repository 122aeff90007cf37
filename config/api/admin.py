"""Admin of API keys: administrators issue and revoke them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from config.api.models import ApiKey


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Admin of API keys: a key is shown once, when it is created, and is revoked instead of deleted."""

    list_display = ("name", "shown", "rate", "issued_at", "issued_by", "last_used_at", "revoked_at")
    list_select_related = ("issued_by",)
    search_fields = ("name", "shown")
    fields = ("name", "rate")
    actions = ("revoke",)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:  # noqa: FBT001 - as Django calls it
        """Issue a new key; of an old one only its name and rate change."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.issue(by=request.user)  # type: ignore[arg-type]  # only staff come here

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """Show the key, this once."""
        context = {**self.admin_site.each_context(request), "title": "The new key", "key": obj, "opts": self.opts}
        return TemplateResponse(request, "api/key.html", context)

    @admin.action(description="Revoke the selected keys", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Revoke keys."""
        count = ApiKey.objects.filter(pk__in=queryset.values("pk")).revoke()
        self.message_user(request, f"{count} revoked.", messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
