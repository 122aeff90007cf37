"""What a newcomer finds: the index of addresses, the OpenAPI document, and pages to read it in."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Final

import orjson
import yaml
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer

from config.api.parameters.query_string import refuse_parameters
from config.api.serializers import ApiIndexSerializer
from config.api.views.base import JSONAnswer, PublicAPIView, PublicView

DOCUMENT: Final = Path(__file__).parent.parent / "openapi.yaml"
# RFC 9116 advises against more than a year.
VALID: Final = timedelta(days=180)


class IndexView(PublicAPIView):
    """Endpoints of the API."""

    addresses: ClassVar[dict[str, str]] = {}

    @extend_schema(operation_id="get_index", tags=["index"], summary="List the endpoints", responses=ApiIndexSerializer)
    def get(self, request: HttpRequest) -> JSONAnswer:
        """Answer with the addresses of the API and what each holds."""
        refuse_parameters(request)
        shown = [{"name": name, "url": f"{request.path}/{name}", "description": text} for name, text in self.addresses.items()]
        return JSONAnswer(orjson.dumps({"collections": shown}))


class OpenApiYaml(BaseRenderer):
    """The OpenAPI document in YAML, as it is written."""

    media_type = "application/vnd.oai.openapi"
    format = "yaml"

    def render(self, data: bytes, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Return the document."""
        return data


class OpenApiJson(BaseRenderer):
    """The OpenAPI document in JSON."""

    media_type = "application/vnd.oai.openapi+json"
    format = "json"

    def render(self, data: bytes, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Return the document, which is YAML, as JSON."""
        return orjson.dumps(yaml.safe_load(data))


class PlainJson(OpenApiJson):
    """JSON, for those who do not know its own media type."""

    media_type = "application/json"


class SchemaView(PublicAPIView):
    """The OpenAPI document: YAML, or JSON where Accept prefers it. It is the committed one, with this server's address in it."""

    renderer_classes = (OpenApiYaml, OpenApiJson, PlainJson)

    @extend_schema(exclude=True)
    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the document."""
        refuse_parameters(request)
        renderer: Any = type(self.accepted[0]) if self.accepted else self.renderer_classes[0]
        body, etag = _document(renderer, f"{request.scheme}://{request.get_host()}")
        headers = {"ETag": etag, "Vary": "Accept"}
        return HttpResponse(body, content_type=f"{renderer.media_type}; charset=utf-8", headers=headers)


@lru_cache(maxsize=8)
def _document(renderer: Any, origin: str) -> tuple[bytes, str]:
    """Return the document for those who reach the server at `origin`, and its entity tag."""
    body = _committed(renderer).replace(settings.OPENAPI_SERVER.encode(), origin.encode())
    return body, f'"{hashlib.sha256(body).hexdigest()}"'


@cache
def _committed(renderer: Any) -> bytes:
    """Return the committed document as `renderer` makes it: once, because it takes seconds to read."""
    body: bytes = renderer().render(DOCUMENT.read_bytes())
    return body


class DocsView(SpectacularSwaggerSplitView, PublicView):
    """Interactive documentation; everything it needs comes from this server."""

    authentication_classes = PublicView.authentication_classes
    url = "/api/v1/schema"
    template_name = "docs.html"


def redirect_to_docs(_request: HttpRequest) -> HttpResponse:
    """Lead from the front door to the documentation."""
    return HttpResponse(status=302, headers={"Location": str(reverse_lazy("docs"))})


def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a weakness (RFC 9116), by default the mailbox that RFC 2142 gives each domain."""
    contact = settings.SECURITY_CONTACT or f"mailto:security@{request.get_host().partition(':')[0]}"
    expires = (timezone.now() + VALID).replace(hour=0, minute=0, second=0, microsecond=0)
    text = f"Contact: {contact}\nExpires: {expires:%Y-%m-%dT%H:%M:%SZ}\nPreferred-Languages: en\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
