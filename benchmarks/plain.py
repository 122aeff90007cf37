"""Django with nothing in it: what a worker holds before a project adds anything."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def answer(request: HttpRequest) -> HttpResponse:
    """Answer."""
    return HttpResponse()


settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="nobody signs anything here")  # noqa: S106
urlpatterns = [path("", answer)]
application = get_wsgi_application()
