from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Subscriptions to changes of the public record."""

    name = "config.webhooks"
    label = "webhooks"
    verbose_name = "Webhooks"
