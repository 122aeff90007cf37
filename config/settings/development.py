"""Settings of development: no environment variable is needed."""

from config.settings.access import *  # noqa: F403 - settings are one namespace in several files
from config.settings.api import *  # noqa: F403
from config.settings.base import *  # noqa: F403
from config.settings.base import env
from config.settings.limits import *  # noqa: F403
from config.settings.monitoring import *  # noqa: F403

DEBUG = env.bool("DEBUG", default=False)
# No secret: this server answers to its own machine alone.
SECRET_KEY = "insecure-development-key"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
