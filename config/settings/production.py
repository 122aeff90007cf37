"""Settings of production. SECRET_KEY, ALLOWED_HOSTS and DATABASE_URL must be set."""

from config.settings.access import *  # noqa: F403 - settings are one namespace in several files
from config.settings.api import *  # noqa: F403
from config.settings.base import *  # noqa: F403
from config.settings.base import database, env, replicas
from config.settings.limits import *  # noqa: F403
from config.settings.monitoring import *  # noqa: F403
from config.settings.monitoring import logging
from config.settings.strength import require_hosts, require_strong

DEBUG = False
SECRET_KEY = require_strong(env.str("SECRET_KEY"))
ALLOWED_HOSTS = require_hosts(env.list("ALLOWED_HOSTS"))
DATABASES = {"default": database()} | replicas()
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
# These bind every other host under this name, and browsers keep to them for long: whoever runs the domain opts in.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# No other host, nor a page without encryption, can set cookies of these names.
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
DEVICE_COOKIE_NAME = "__Host-device"
# Whether those who may publish or administer need a second factor.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=True)
LOG_FORMAT = env.str("LOG_FORMAT", default="json")
LOGGING = logging(LOG_FORMAT)
ACCESS_LOG = env.bool("ACCESS_LOG", default=True)
