import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
django.setup(set_prefix=False)

from config.api.server.fast_path import Server  # noqa: E402 - Django must be set up before
from config.monitoring.tracing import traced  # noqa: E402

application = traced(Server())
