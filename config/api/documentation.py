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
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer

from config.api.parameters.query_string import refuse_parameters
from config.api.schema import Operation, ViewSchema
from config.api.serializers import ApiIndexSerializer
from config.api.views import PublicAPIView, json_response

DOCUMENT: Final = Path(__file__).with_name("openapi.yaml")
# RFC 9116 advises against more than a year.
VALID: Final = timedelta(days=180)


class IndexView(PublicAPIView):
    """Endpoints of the API."""

    addresses: ClassVar[dict[str, str]] = {}

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the addresses of the API and what each holds."""
        refuse_parameters(request)
        shown = [{"name": name, "url": f"{request.path}/{name}", "description": text} for name, text in self.addresses.items()]
        return json_response(orjson.dumps({"collections": shown}))

    def describe(self, schema: ViewSchema) -> Operation:
        """Return what the OpenAPI document says of the index."""
        return Operation("get_index", "index", "List the endpoints", self.__doc__ or "", schema.ref(ApiIndexSerializer))


class _Served(BaseRenderer):
    """A form of the OpenAPI document, as content negotiation knows it; the view writes it."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        return data


class OpenApiYaml(_Served):
    """YAML, as the document is written."""

    media_type = "application/vnd.oai.openapi"
    format = "yaml"


class OpenApiJson(_Served):
    """JSON, for those who ask for it."""

    media_type = "application/vnd.oai.openapi+json"
    format = "json"


class PlainJson(OpenApiJson):
    """JSON, for those who do not know its own media type."""

    media_type = "application/json"


class SchemaView(PublicAPIView):
    """The OpenAPI document: YAML, or JSON where Accept prefers it. It is the committed one, with this server's address in it."""

    renderer_classes = (OpenApiYaml, OpenApiJson, PlainJson)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the document."""
        refuse_parameters(request)
        form, _ = self.perform_content_negotiation(self.initialize_request(request))
        body, etag = _document(str(form.format), f"{request.scheme}://{request.get_host()}")
        headers = {"ETag": etag, "Vary": "Accept"}
        return HttpResponse(body, content_type=f"{form.media_type}; charset=utf-8", headers=headers)


@lru_cache(maxsize=8)
def _document(form: str, origin: str) -> tuple[bytes, str]:
    """Return the document for those who reach the server at `origin`, and its entity tag."""
    body = _committed(form).replace(settings.OPENAPI_SERVER.encode(), origin.encode())
    return body, f'"{hashlib.sha256(body).hexdigest()}"'


@cache
def _committed(form: str) -> bytes:
    body = DOCUMENT.read_bytes()
    return orjson.dumps(yaml.safe_load(body)) if form == "json" else body


class DocsView(SpectacularSwaggerSplitView):
    """Interactive documentation; everything it needs comes from this server."""

    url = "/api/v1/schema"
    template_name = "docs.html"


def lead_to_docs(_request: HttpRequest) -> HttpResponse:
    """Lead from the front door to the documentation."""
    return HttpResponse(status=302, headers={"Location": str(reverse_lazy("docs"))})


def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a weakness (RFC 9116), by default the mailbox that RFC 2142 gives each domain."""
    contact = settings.SECURITY_CONTACT or f"mailto:security@{request.get_host().partition(':')[0]}"
    expires = (timezone.now() + VALID).replace(hour=0, minute=0, second=0, microsecond=0)
    text = f"Contact: {contact}\nExpires: {expires:%Y-%m-%dT%H:%M:%SZ}\nPreferred-Languages: en\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
