"""Settings of all environments."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

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
    "config.webhooks.apps.WebhooksConfig",
    "config.tasks.apps.TasksConfig",
    "config.record.apps.RecordConfig",
    "config.sources.apps.SourcesConfig",
    "actors.apps.ActorsConfig",
    "events.apps.EventsConfig",
]

# Middleware that API requests skip: below `PublicAPIMiddleware`, which refuses to start with any other middleware below it.
PAGE_MIDDLEWARE = [
    "config.api.headers.PageHeadersMiddleware",
    "config.api.server.compression.CompressionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.desk.access.audit.AuditMiddleware",
    "config.desk.access.second_factor.RequireMFAMiddleware",
]
MIDDLEWARE = [
    "config.monitoring.middleware.MonitoringMiddleware",
    "config.api.server.fast_path.PublicAPIMiddleware",
    *PAGE_MIDDLEWARE,
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


# Whether PostgreSQL keeps the plans of queries for each connection: the primary, and replicas.
PREPARED_STATEMENTS = env.bool("PREPARED_STATEMENTS", default=True)
REPLICA_PREPARED_STATEMENTS = env.bool("REPLICA_PREPARED_STATEMENTS", default=True)
# Whether the API goes past Django where that is much faster; else it keeps to Django's public interfaces (decision 32).
FAST_PATH = env.bool("FAST_PATH", default=True)
# How many seconds a change waits for another that holds what it needs; 0 waits as long as it takes (on SQLite 20 seconds).
LOCK_WAIT = env.float("LOCK_WAIT", default=0)


def database(given: dict[str, Any] | None = None, **default: str) -> dict[str, Any]:
    """Return the settings of the database in DATABASE_URL, or of the one that is `given`."""
    found: dict[str, Any] = given or env.db("DATABASE_URL", **default)
    # One connection per thread, kept: opening one costs more than any query.
    found["CONN_MAX_AGE"] = None
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": LOCK_WAIT or 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        found["ENGINE"] = "config.postgresql"
        # A cursor of the server would be another client's after the transaction.
        found["DISABLE_SERVER_SIDE_CURSORS"] = not PREPARED_STATEMENTS
        # Nobody waits for a server that does not answer when it is called, or has gone without a word.
        options = {"connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
        # What was sent and not acknowledged for so many milliseconds is lost.
        found["OPTIONS"] = options | {"tcp_user_timeout": 20_000} | found.get("OPTIONS", {})
    return found


def replicas() -> dict[str, dict[str, Any]]:
    """Return the settings of the databases in DATABASE_REPLICA_URLS, by their aliases."""
    found = {}
    for number, url in enumerate(env.list("DATABASE_REPLICA_URLS", default=[]), 1):
        replica = database(env.db_url_config(url))
        if replica["ENGINE"] != "config.postgresql":
            raise ImproperlyConfigured("DATABASE_REPLICA_URLS are standbys of PostgreSQL.")
        # Another one is asked instead.
        replica["OPTIONS"]["connect_timeout"] = 2
        found[f"replica_{number}"] = replica | {"TEST": {"MIRROR": "default"}}
    return found


DATABASES = {"default": database(default=f"sqlite:///{BASE_DIR / 'chancery.sqlite3'}")} | replicas()
REPLICAS = [alias for alias in DATABASES if alias != "default"]
if REPLICAS:
    DATABASE_ROUTERS = ["config.api.database.replicas.ReplicaRouter"]
# How many seconds a replica may be behind the primary to be read.
REPLICA_MAX_LAG = env.float("REPLICA_MAX_LAG", default=10)

# A Valkey (or Redis) for all web nodes: rates, sessions and tries to sign in stand there instead of in files and the database.
CACHE_URL = env.str("CACHE_URL", default="")
# Workers count tries to sign in together, and a code is used once whichever worker it reaches. Readers of the API never ask it.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "config.desk.access.cache.LoudDatabaseCache",
        "LOCATION": "desk_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
if CACHE_URL:
    CACHES["default"] = {
        "BACKEND": "config.desk.access.cache.LoudRedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "chancery",
    }
    SESSION_ENGINE = "config.desk.access.sessions"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
CSRF_COOKIE_HTTPONLY = True
# When tasks are repeated, as cron writes it, in UTC; blank: never. Links are checked where somebody wants other servers asked.
SCHEDULE = {
    "prune": env.str("PRUNE_AT", default="17 3 * * *"),
    "findings": env.str("CHECK_FINDINGS_AT", default="37 3 * * *"),
    "links": env.str("CHECK_LINKS_AT", default=""),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static"
# Exports that one worker streams at a time, and to one address; each keeps one of its threads.
EXPORTS_AT_ONCE = env.int("EXPORTS_AT_ONCE", default=3)
EXPORTS_OF_ONE = env.int("EXPORTS_OF_ONE", default=1)
# For how many seconds a client may leave sent data unread.
STALLED_AFTER = env.int("STALLED_AFTER", default=30)
# The URL to which each service redirects requests for the other; blank if a proxy routes them by path.
DESK_URL = env.str("DESK_URL", default="")
PUBLIC_URL = env.str("PUBLIC_URL", default="")
# Requests a minute of one address without a key; 0 counts nothing.
RATE_LIMIT = env.int("RATE_LIMIT", default=600)
RATE_LIMIT_FILE = env.str("RATE_LIMIT_FILE", default="")
# How many proxies stand before the server, each of which adds to X-Forwarded-For whom it saw.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")
