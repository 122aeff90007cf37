"""Settings of the test run."""

from config.settings.development import *  # noqa: F403 - settings are one namespace in several files
from config.settings.limits import TIME_LIMITS

# Tests ask more than any reader; those about the limit set it.
RATE_LIMIT = 0
# What tests do after a request over the same connection takes as long as it takes; those about limits set them.
TIME_LIMITS = dict.fromkeys(TIME_LIMITS, 0.0)
SECOND_FACTOR_REQUIRED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
