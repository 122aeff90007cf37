"""The test run."""

from config.settings.development import *  # noqa: F403 - settings are one namespace in several files

# Tests ask more than any reader; those about the limit set it.
RATE_LIMIT = 0
SECOND_FACTOR_REQUIRED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
