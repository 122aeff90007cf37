"""A public server. SECRET_KEY, ALLOWED_HOSTS and DATABASE_URL must be set."""

from config.settings.access import *  # noqa: F403 - settings are one namespace in several files
from config.settings.api import *  # noqa: F403
from config.settings.base import *  # noqa: F403
from config.settings.base import database, env

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
DATABASES = {"default": database()}
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# No other host, nor a page without encryption, can set cookies of these names.
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
# Whether those who may publish or administer need a second factor.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=True)
