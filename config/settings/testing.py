"""The test run."""

from config.settings.development import *  # noqa: F403 - settings are one namespace in several files

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
