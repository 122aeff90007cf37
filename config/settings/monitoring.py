"""Settings of monitoring and logging."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import env

FORMATTERS = {"json": "config.monitoring.logs.JSONFormatter", "text": "config.monitoring.logs.TextFormatter"}


def logging(form: str) -> dict[str, Any]:
    """Return the settings of the log in the form `json` or `text`: it is told where the server runs, in every environment."""
    if form not in FORMATTERS:
        raise ImproperlyConfigured(f"LOG_FORMAT is {' or '.join(FORMATTERS)}, not {form}.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": FORMATTERS[form]}},
        "filters": {"one_line": {"()": "config.monitoring.logs.OneLine"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["one_line"]}},
        # What strangers can cause at will, a wrong address say, has its line in the access log, if at all.
        "loggers": {"django.request": {"level": "ERROR"}},
        "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING").upper()},
    }


# Lines of text for people, or of JSON for machines.
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
LOGGING = logging(LOG_FORMAT)
# Whether each answered request has a line on standard output.
ACCESS_LOG = env.bool("ACCESS_LOG", default=False)
# The networks that may read /metrics.
METRICS_ALLOWED = env.list("METRICS_ALLOWED", default=["127.0.0.0/8", "::1"])
# Bytes that each file system must have left for the server to be ready.
READY_DISK_FREE = env.int("READY_DISK_FREE", default=50 << 20)
SENTRY_DSN = env.str("SENTRY_DSN", default="")
SENTRY_TRACES_SAMPLE_RATE = env.float("SENTRY_TRACES_SAMPLE_RATE", default=0.0)
