import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
django.setup(set_prefix=False)

from config.api.shortcut import Server  # noqa: E402 - Django must be set up before

application = Server()
