"""What holds everywhere."""

from pathlib import Path
from typing import Any

import environ

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

INSTALLED_APPS = [
    # First, because its templates take the place of others'.
    "config.desk.apps.DeskConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "config.desk.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "config.apps.ConfigConfig",
    "config.api.apps.ApiConfig",
    "config.record.apps.RecordConfig",
    "actors.apps.ActorsConfig",
    "events.apps.EventsConfig",
]

MIDDLEWARE = [
    # What stands below is for pages alone.
    "config.api.shortcut.Shortcut",
    "config.api.headers.PageHeaders",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.desk.access.noting.NoteActions",
    "config.desk.access.factor.SecondFactor",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def database(**default: str) -> dict[str, Any]:
    """Return the settings of the database in DATABASE_URL."""
    found: dict[str, Any] = env.db("DATABASE_URL", **default)
    # One connection per thread, kept: opening one costs more than any question.
    found["CONN_MAX_AGE"] = None
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    return found


DATABASES = {"default": database(default=f"sqlite:///{BASE_DIR / 'chancery.sqlite3'}")}

# Workers count tries to sign in together, and a code is used once whichever worker it reaches. Readers of the API never ask it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "desk_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
CSRF_COOKIE_HTTPONLY = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static"
# Whether PostgreSQL keeps the plans of queries for each connection.
PREPARED_STATEMENTS = env.bool("PREPARED_STATEMENTS", default=True)
# Exports that one worker streams at a time; each keeps one of its threads.
EXPORTS_AT_ONCE = env.int("EXPORTS_AT_ONCE", default=1)
# Requests a minute of one address without a key; 0 counts nothing.
RATE_LIMIT = env.int("RATE_LIMIT", default=600)
RATE_LIMIT_FILE = env.str("RATE_LIMIT_FILE", default="")
# How many proxies stand before the server, each of which adds to X-Forwarded-For whom it saw.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")
# Whatever goes wrong is told where the server runs, in every environment.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
