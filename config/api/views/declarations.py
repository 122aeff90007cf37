"""Checks which DRF attributes a view declares.

A view that declares nothing is answered without the objects that DRF makes for each request. One that declares permissions,
authenticators, throttles or hooks of its own goes through DRF's `initial()`, so that they hold. What can hold neither way is
refused when the class is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from config.api.server.throttling import ApiKeyAuthentication, RateThrottle

METHODS: Final = ["get", "head", "options"]
# What `config.api.server.throttling.admit` does for a view by itself.
AUTHENTICATION: Final = (ApiKeyAuthentication, *api_settings.DEFAULT_AUTHENTICATION_CLASSES)
THROTTLES: Final = (RateThrottle, *api_settings.DEFAULT_THROTTLE_CLASSES)

# What DRF calls between the request and the handler. A view with a method of its own among them is no plain one.
_HOOKS: Final = (
    "check_permissions", "check_throttles", "determine_version", "finalize_response", "get_authenticators",
    "get_content_negotiator", "get_format_suffix", "get_permissions", "get_renderers", "get_throttles", "initial",
    "initialize_request", "perform_authentication", "perform_content_negotiation", "permission_denied", "throttled",
)  # fmt: skip
_CLASSES: Final = ("content_negotiation_class", "versioning_class")
_READ_ONLY: Final = "the API reads only"
_FILTERS: Final = "lists are filtered and ordered by the parameters of filterset_class"
_QUERYSET: Final = "lists are read by SQL that is compiled once: narrow queryset, or add a parameter to filterset_class"
_DOCUMENTS: Final = "documents are stored as they are sent; serializer_class describes them"
# DRF attributes that have no effect here, with what to use instead.
_UNSUPPORTED: Final = {
    **dict.fromkeys(("filter_backends", "filterset_fields", "search_fields", "ordering", "ordering_fields"), _FILTERS),
    **dict.fromkeys(("pagination_class", "paginate_queryset", "get_paginated_response"), "lists are paginated by cursor"),
    **dict.fromkeys(("get_queryset", "filter_queryset", "get_object"), _QUERYSET),
    **dict.fromkeys(("get_serializer", "get_serializer_class", "get_serializer_context"), _DOCUMENTS),
    **dict.fromkeys(("lookup_field", "lookup_url_kwarg"), "records are read by their slug"),
    **dict.fromkeys(("post", "put", "patch", "delete", "create", "update", "partial_update", "destroy"), _READ_ONLY),
    **dict.fromkeys(("parser_classes", "get_parsers"), _READ_ONLY),
    "metadata_class": "OPTIONS names the methods, and the OpenAPI document says the rest",
}
_MISSING: Final = object()


def is_plain(view: Any) -> bool:
    """Return whether `view`, a class or an instance of one, declares nothing that needs more than `admit`."""
    return (
        tuple(view.authentication_classes) == (ApiKeyAuthentication,)
        and tuple(view.throttle_classes) == (RateThrottle,)
        and set(view.permission_classes) <= {AllowAny}
        and all(getattr(view, name).__module__.startswith("rest_framework.") for name in _HOOKS)
        and not any(_declares(view, name) for name in _CLASSES)
    )


def require_supported(view: type[APIView]) -> None:
    """Raise `ImproperlyConfigured` for a declaration of `view` that would have no effect."""
    refused = [f"{name}: {why}" for name, why in _UNSUPPORTED.items() if _declares(view, name)]
    refused += [f"http_method_names: {_READ_ONLY}" for _ in set(view.http_method_names) - set(METHODS)]
    actions = [name for name, one in vars(view).items() if hasattr(one, "mapping") and hasattr(one, "detail")]
    refused += [f"{name}: no router adds actions; config/api_urls.py has the addresses" for name in actions]
    refused += [
        f"{one.__name__}: sessions are read for pages alone"
        for one in view.authentication_classes
        if issubclass(one, SessionAuthentication)
    ]
    refused += [
        f"{one.__name__}.has_object_permission: documents are read without their objects"
        for one in _leaves(view.permission_classes)
        if one.has_object_permission is not BasePermission.has_object_permission
    ]
    if refused:
        raise ImproperlyConfigured(f"{view.__name__} declares what does not hold here. {'; '.join(refused)}.")


def _declares(view: Any, name: str) -> bool:
    """Return whether an attribute of `view` is another than DRF's own."""
    return getattr(view, name, _MISSING) is not getattr(APIView, name, _MISSING)


def _leaves(permissions: Iterable[Any]) -> Iterator[type[BasePermission]]:
    """Yield the classes of permissions, of those that are joined by `&`, `|` and `~` each one."""
    for one in permissions:
        if hasattr(one, "operator_class"):
            yield from _leaves(getattr(one, operand) for operand in ("op1_class", "op2_class") if hasattr(one, operand))
        else:
            yield one
