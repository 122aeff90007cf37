"""Where administrators say who is told of changes, see whether it arrives, and send again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from config.record.models import LogHead
from config.webhooks.models import Subscription


class SubscriptionForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """The form of a webhook."""

    replay_after = forms.IntegerField(
        required=False, min_value=0,
        help_text="Send again all changes after this sequence number of the log; 0 sends all. Empty: continue.",
    )  # fmt: skip

    class Meta:
        model = Subscription
        fields = ("name", "url", "filter")

    def clean_replay_after(self) -> int | None:
        """Refuse a number that the log does not have yet."""
        after: int | None = self.cleaned_data["replay_after"]
        last = LogHead.last_sequence()
        if after is not None and after > last:
            raise forms.ValidationError(f"The last sequence number of the log is {last}.")
        return after


@admin.register(Subscription)
class SubscriptionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic when it runs
    """Webhooks: their secret is shown when it is made."""

    form = SubscriptionForm
    list_display = ("name", "url", "filter", "status", "sent", "delivered_at", "error")
    search_fields = ("name", "url")
    fields = ("name", "url", "filter", "replay_after")
    actions = ("enable", "disable", "replace_secret")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out the deletion of many at once."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description="Status")
    def status(self, subscription: Subscription) -> str:
        """Return whether it is told of changes."""
        if subscription.disabled_at:
            return "Disabled"
        return f"Failing, {subscription.failures} attempts" if subscription.failures else "Enabled"

    def save_model(self, request: HttpRequest, obj: Subscription, form: Any, change: bool) -> None:  # noqa: FBT001 - as Django calls it
        """Save what the form asks for. How far it was told changes meanwhile, unless somebody sets it."""
        after = form.cleaned_data.get("replay_after")
        if after is not None:
            obj.sent = after
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]  # only staff come here
            obj.save()
            return
        obj.save(update_fields=["name", "url", "filter", *(["sent"] if after is not None else [])])

    def response_add(self, request: HttpRequest, obj: Subscription, post_url_continue: str | None = None) -> HttpResponse:
        """Show the secret."""
        return self._secret(request, obj)

    @admin.action(description="Enable (continue with missed changes)", permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        """Tell these of changes again."""
        for one in queryset:
            one.enable()
        self.message_user(request, "They receive changes again, first those that were missed.", messages.SUCCESS)

    @admin.action(description="Disable", permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        """Tell these nothing any more."""
        for one in queryset.filter(disabled_at=None):
            one.disable()
        self.message_user(request, "They receive no more messages.", messages.SUCCESS)

    @admin.action(description="Generate a new secret …", permissions=["change"])
    def replace_secret(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> HttpResponse | None:
        """Make a new secret and show it; the one before signs too, for a day."""
        if queryset.count() != 1:
            self.message_user(request, "Select exactly one webhook.", messages.WARNING)
            return None
        subscription = queryset.get()
        subscription.replace_secret()
        return self._secret(request, subscription)

    def _secret(self, request: HttpRequest, subscription: Subscription) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": "Secret of the webhook", "subscription": subscription, "opts": self.opts,
            "secret": subscription.secrets()[0], "replaced": len(subscription.secrets()) > 1,
        }  # fmt: skip
        return TemplateResponse(request, "webhooks/secret.html", context)
