from django.apps import AppConfig
from django.core.checks import register

from config.api.database import replicas
from config.monitoring import health, metrics


class ApiConfig(AppConfig):
    """App of the API: views, query engine, OpenAPI document and API keys."""

    name = "config.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        """Register the readiness check of the rate limit and the gauges of the log."""
        from config.api.server.fast_path import check_middleware  # noqa: PLC0415 - models are there only now
        from config.api.server.rate_stores import check  # noqa: PLC0415
        from config.record.models import LogHead, PendingDocument  # noqa: PLC0415

        register(check_middleware)
        health.add_check("rate_store", check)
        metrics.add_gauge("chancery_log_sequence", "The last number in the log of published documents.", LogHead.last_sequence)
        pending = "Documents that show a record under its old name until they are rendered in the background."
        metrics.add_gauge("chancery_pending_documents", pending, PendingDocument.count_documents)
        if replicas.names():
            metrics.add_gauge(
                "chancery_replica_lag_seconds",
                "How far replicas that answer are behind.",
                lambda: replicas.replicas().lags(),
                label="replica",
            )
            metrics.add_gauge(
                "chancery_replica_in_use", "1 for replicas that readers are sent to.", replicas.in_use, label="replica"
            )
