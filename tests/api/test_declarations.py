"""What a view declares of Django REST framework holds, or is refused when its class is made."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.urls.resolvers import RegexPattern, URLResolver
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.decorators import action
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny, BasePermission, DjangoObjectPermissions, IsAdminUser, IsAuthenticated
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.versioning import AcceptHeaderVersioning

from config.api.models import ApiKey
from config.api.openapi.schema import DocumentGenerator
from config.api.serializers import ProblemSerializer
from config.api.server import fast_path
from config.api.server.routes import Routes
from config.api.server.throttling import ApiKeyAuthentication
from config.api.views.base import JSONAnswer, PublicView
from events.api.viewsets import EventViewSet

pytestmark = pytest.mark.django_db
OWN = "/api/v1/own"
Serve = Callable[..., None]


class Hello(PublicView):
    def get(self, request: Any) -> JSONAnswer:
        return JSONAnswer(b'{"results":[{"slug":"hello"}]}')


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Serve:
    """Have a view answer at `OWN`, with what `as_view` is given."""
    settings.RATE_LIMIT, settings.RATE_LIMIT_FILE = 3, str(tmp_path / "rates")

    def served(view: Any, *given: Any, **more: Any) -> None:
        found = Routes(URLResolver(RegexPattern("^/"), [path(OWN[1:], view.as_view(*given, **more))]))
        monkeypatch.setattr(fast_path, "routes", lambda: found)

    return served


def status_and_code(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["errors"][0]["code"]


class Never(BasePermission):
    message = "Never."

    def has_permission(self, request: Any, view: Any) -> bool:
        return False


def hooked(**methods: Any) -> type[PublicView]:
    return type("Hooked", (Hello,), methods)


@pytest.mark.parametrize(
    "declared",
    [
        {"permission_classes": [IsAdminUser]},
        {"permission_classes": [Never | IsAdminUser]},
        {"permission_classes": [Never]},
        {"get_permissions": lambda self: [Never()]},
        {"check_permissions": lambda self, request: self.permission_denied(request)},
    ],
)
def test_permissions_hold(serve: Serve, client: Client, declared: dict[str, Any]) -> None:
    serve(hooked(authentication_classes=(), **declared))
    assert status_and_code(client.get(OWN)) == (403, "permission_denied")
    # A preflight asks for no more than another request.
    assert client.options(OWN).status_code == 403


def test_permissions_of_one_address_hold(serve: Serve, client: Client) -> None:
    serve(Hello, permission_classes=[IsAdminUser])
    assert client.get(OWN).status_code == 401
    serve(Hello)
    assert client.get(OWN).status_code == 200
    serve(EventViewSet, {"get": "list"}, permission_classes=[IsAdminUser])
    assert client.get(OWN).status_code == 401


def test_authenticators_hold(serve: Serve, client: Client) -> None:
    User.objects.create_user("ada", password="a quiet word")
    serve(hooked(authentication_classes=[BasicAuthentication], permission_classes=[IsAuthenticated]))
    answer = client.get(OWN)
    assert status_and_code(answer) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Basic ")
    answer = client.get(OWN, headers={"Authorization": "Basic YWRhOmEgcXVpZXQgd29yZA=="})
    assert (answer.status_code, answer["RateLimit"]) == (200, '"anonymous";r=2;t=20')


def test_a_key_is_known_to_permissions_beside_other_authenticators(serve: Serve, client: Client) -> None:
    class HasKey(BasePermission):
        def has_permission(self, request: Any, view: Any) -> bool:
            return isinstance(request.auth, ApiKey)

    serve(hooked(authentication_classes=[ApiKeyAuthentication, BasicAuthentication], permission_classes=[HasKey]))
    key = ApiKey(name="An app", rate=9)
    answer = client.get(OWN, headers={"Authorization": f"Bearer {key.issue()}"})
    assert (answer.status_code, answer["RateLimit-Policy"]) == (200, '"key";q=9;w=60')
    assert status_and_code(client.get(OWN, headers={"Authorization": "Basic YWRhOm5v"})) == (401, "authentication_failed")
    assert status_and_code(client.get(OWN)) == (401, "not_authenticated")
    bad = [client.get(OWN, headers={"Authorization": "Bearer nothing"}).status_code for _ in range(4)]
    assert bad == [401, 401, 401, 429]


def test_throttles_hold(serve: Serve, client: Client) -> None:
    class Closed(BaseThrottle):
        def allow_request(self, request: Any, view: Any) -> bool:
            return False

        def wait(self) -> float:
            return 7

    serve(hooked(throttle_classes=[Closed]))
    answer = client.get(OWN)
    assert status_and_code(answer) == (429, "throttled")
    assert answer["Retry-After"] == "7"
    serve(hooked(throttle_classes=[*PublicView.throttle_classes, Closed]))
    assert client.get(OWN)["RateLimit"] == '"anonymous";r=2;t=20'
    serve(hooked(throttle_classes=[]))
    answers = [client.get(OWN) for _ in range(5)]
    assert [(one.status_code, "RateLimit" in one.headers) for one in answers] == [(200, False)] * 5


def test_the_rate_is_the_same_for_views_with_declarations(serve: Serve, client: Client) -> None:
    serve(hooked(initial=lambda self, request: super(PublicView, self).initial(request)))
    answers = [client.get(OWN) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "20"


def test_what_leads_nowhere_is_counted(client: Client, settings: Any, tmp_path: Any) -> None:
    settings.RATE_LIMIT, settings.RATE_LIMIT_FILE = 3, str(tmp_path / "rates")
    assert [client.post("/api/v1/nothing").status_code for _ in range(2)] == [404, 404]
    assert [client.get("/api/v1/events/").status_code for _ in range(2)] == [308, 429]


class CSVRenderer(BaseRenderer):
    media_type = "text/csv"
    format = "csv"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> str:
        written = io.StringIO()
        rows = csv.writer(written)
        rows.writerows([one["slug"], one["name"]] for one in data["results"])
        return written.getvalue()


@pytest.mark.usefixtures("sample")
def test_a_renderer_renders_lists(serve: Serve, client: Client, settings: Any) -> None:
    settings.RATE_LIMIT = 0

    class Events(EventViewSet):
        renderer_classes = (*EventViewSet.renderer_classes, CSVRenderer)

    serve(Events, {"get": "list"})
    plain = client.get(f"{OWN}?limit=3")
    answer = client.get(f"{OWN}?limit=3", headers={"Accept": "text/csv"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert list(csv.reader(io.StringIO(answer.content.decode()))) == [
        [one["slug"], one["name"]] for one in plain.json()["results"]
    ]
    assert answer["Link"] == plain["Link"]
    assert answer["ETag"] != plain["ETag"]
    known = {"If-None-Match": answer["ETag"], "Accept": "text/csv"}
    assert client.get(f"{OWN}?limit=3", headers=known).status_code == 304
    # Errors are problems in any format, and nobody exports what cannot be streamed.
    assert status_and_code(client.get(f"{OWN}?limit=0", headers={"Accept": "text/csv"})) == (400, "invalid_number")
    serve(Events, {"get": "export"})
    assert status_and_code(client.get(OWN, headers={"Accept": "text/csv"})) == (406, "not_acceptable")
    export = client.get(OWN, headers={"Accept": "application/json"})
    assert export["Content-Type"] == "application/x-ndjson"
    # Read to its end, it makes room for the next.
    assert export.getvalue().splitlines()[-1].startswith(b'{"complete": true')


@pytest.mark.usefixtures("sample")
def test_a_page_comes_as_json_lines(client: Client) -> None:
    plain = client.get("/api/v1/events?limit=3")
    answer = client.get("/api/v1/events?limit=3", headers={"Accept": "application/x-ndjson"})
    assert (answer["Content-Type"], answer["Link"]) == ("application/x-ndjson", plain["Link"])
    lines = answer.content.splitlines()
    assert b'{"results":[' + b",".join(lines) + b"]" in plain.content


def test_what_a_handler_hands_to_drf_is_rendered(serve: Serve, client: Client) -> None:
    class Own(PublicView):
        renderer_classes = (*PublicView.renderer_classes, CSVRenderer)

        def get(self, request: Any) -> Response:
            return Response({"results": [{"slug": "a", "name": "b"}]})

    serve(Own)
    assert client.get(OWN).json() == {"results": [{"slug": "a", "name": "b"}]}
    assert client.get(OWN, headers={"Accept": "text/csv"}).content == b"a,b\r\n"


def described(view: Any, *given: Any, **more: Any) -> Any:
    patterns = [path("api/v1/events", view.as_view(*given, **more))]
    return DocumentGenerator(patterns=patterns).get_schema(public=True)["paths"]["/api/v1/events"]["get"]


class TallySerializer(serializers.Serializer[Any]):
    """A tally."""

    total = serializers.IntegerField(help_text="Total.")


def test_extended_schemas_are_in_the_document() -> None:
    class Own(EventViewSet):
        """Events, told otherwise."""

        renderer_classes = (*EventViewSet.renderer_classes, CSVRenderer)

        @extend_schema(
            operation_id="list_own",
            summary="List what is our own",
            description="Events of our own.",
            tags=["own"],
            deprecated=True,
            parameters=[OpenApiParameter("colour", str, description="Colour."), OpenApiParameter("limit", exclude=True)],
            responses={200: TallySerializer, 409: TallySerializer},
            extensions={"x-own": 1},
        )
        def list(self, request: HttpRequest) -> Any:
            return super().list(request)

    plain, own = described(EventViewSet, {"get": "list"}), described(Own, {"get": "list"})
    reported = {name: own[name] for name in ("operationId", "summary", "description", "tags", "deprecated", "x-own")}
    assert reported == {
        "operationId": "list_own", "summary": "List what is our own", "description": "Events of our own.", "tags": ["own"],
        "deprecated": True, "x-own": 1,
    }  # fmt: skip
    names = [[one["name"] for one in operation["parameters"]] for operation in (plain, own)]
    assert names[1] == [*(name for name in names[0] if name != "limit"), "colour"]
    tally = {"$ref": "#/components/schemas/Tally"}
    assert {one["schema"]["$ref"] for one in own["responses"]["409"]["content"].values()} == {tally["$ref"]}
    assert own["responses"]["200"]["content"]["application/json"] == {"schema": tally}
    assert own["responses"]["404"] == plain["responses"]["404"]
    # Formats and permissions that a view declares are told, too.
    assert list(described(Own, {"get": "counts"})["responses"]["200"]["content"]) == ["application/json", "text/csv"]
    assert "security" not in plain
    assert described(EventViewSet, {"get": "list"}, permission_classes=[IsAdminUser])["security"] == [{"apiKey": []}]


KEY = {"apiKey": []}
REFUSED = "Permission denied."
NO_KEY = "Credentials missing or invalid."


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("declared", "security", "scheme", "refusals"),
    [
        ({"permission_classes": [IsAdminUser]}, [KEY], "Bearer", {"401": NO_KEY, "403": REFUSED}),
        ({"permission_classes": [Never | AllowAny]}, [KEY], "Bearer", {"401": NO_KEY, "403": REFUSED}),
        (
            {"permission_classes": [IsAuthenticated], "authentication_classes": [BasicAuthentication]},
            [{"basicAuth": []}], "Basic", {"401": NO_KEY, "403": REFUSED},
        ),
        ({"authentication_classes": [BasicAuthentication]}, [{"basicAuth": []}, {}], "Basic", {"401": "Invalid credentials."}),
        (
            {"permission_classes": [IsAdminUser], "authentication_classes": []},
            None, None, {"403": "Credentials missing or invalid, or permission denied."},
        ),
        ({"authentication_classes": []}, [{}], None, {}),
    ],
)  # fmt: skip
def test_refusals_of_declared_permissions_and_authentication_are_in_the_document(
    declared: dict[str, Any], security: Any, scheme: str | None, refusals: dict[str, str]
) -> None:
    plain, own = (described(EventViewSet, {"get": "list"}, **more) for more in ({}, declared))
    assert own.get("security") == security
    found = {status: own["responses"].pop(status) for status in ("401", "403") if status in own["responses"]}
    assert {status: one["description"] for status, one in found.items()} == refusals
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert all(one["content"] == problem for one in found.values())
    if "401" in found:
        assert found["401"]["headers"]["WWW-Authenticate"]["description"] == f"Authentication scheme: {scheme}."
    # Everything else is as of any list.
    assert plain["responses"].pop("401") == {"$ref": "#/components/responses/Unauthorized"}
    assert own["responses"] == plain["responses"]


@pytest.mark.any_database
def test_a_refusal_can_be_described_by_the_view() -> None:
    class Own(EventViewSet):
        """Events for members."""

        permission_classes = (IsAuthenticated,)

        @extend_schema(responses={401: ProblemSerializer, 403: OpenApiResponse(ProblemSerializer, "Members alone.")})
        def list(self, request: HttpRequest) -> Any:
            return super().list(request)

    responses = described(Own, {"get": "list"})["responses"]
    assert {status: responses[status]["description"] for status in ("401", "403")} == {"401": NO_KEY, "403": "Members alone."}


@pytest.mark.any_database
@pytest.mark.parametrize("declared", [{"permission_classes": [AllowAny]}, {"permission_classes": []}, {"throttle_classes": []}])
def test_a_view_that_anybody_may_read_is_described_as_all_others(declared: dict[str, Any]) -> None:
    assert described(EventViewSet, {"get": "list"}, **declared) == described(EventViewSet, {"get": "list"})


def test_views_refuse_as_the_document_says(serve: Serve, client: Client) -> None:
    serve(Hello, permission_classes=[IsAdminUser])
    assert (client.get(OWN).status_code, client.get(OWN)["WWW-Authenticate"]) == (401, "Bearer")
    serve(Hello, permission_classes=[IsAdminUser], authentication_classes=[])
    assert client.get(OWN).status_code == 403


def test_versions_in_accept_hold(serve: Serve, client: Client) -> None:
    class OneVersion(AcceptHeaderVersioning):
        allowed_versions = ("1",)

    serve(hooked(versioning_class=OneVersion))
    assert client.get(OWN, headers={"Accept": "application/json; version=1"}).status_code == 200
    assert client.get(OWN, headers={"Accept": "application/json; version=2"}).status_code == 406


def test_a_lost_connection_asks_the_handler_again_and_admits_once(
    serve: Serve, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Lossy(PublicView):
        permission_classes = (IsAuthenticated,)
        authentication_classes = ()

        def check_permissions(self, request: Any) -> None:
            asked.append("permission")
            if len(asked) > 1:
                super().check_permissions(request)

        def get(self, request: Any) -> JSONAnswer:
            asked.append("handler")
            if asked.count("handler") == 1:
                raise OperationalError
            return JSONAnswer(b"{}")

    monkeypatch.setattr("config.api.database.connection.has_lost_connection", lambda: True)
    serve(Lossy)
    assert client.get(OWN).status_code == 200
    assert asked == ["permission", "handler", "handler"]
    assert status_and_code(client.get(OWN)) == (403, "permission_denied")


@pytest.mark.parametrize(
    ("declared", "named"),
    [
        ({"pagination_class": PageNumberPagination}, "pagination_class"),
        ({"filter_backends": []}, "filter_backends"),
        ({"get_queryset": lambda self: None}, "get_queryset"),
        ({"get_serializer_class": lambda self: None}, "get_serializer_class"),
        ({"lookup_field": "pk"}, "lookup_field"),
        ({"parser_classes": []}, "parser_classes"),
        ({"metadata_class": None}, "metadata_class"),
        ({"http_method_names": ["get", "post"]}, "http_method_names"),
        ({"post": lambda self, request: None}, "post"),
        ({"recent": action(detail=False)(lambda self, request: None)}, "recent"),
        ({"authentication_classes": [SessionAuthentication]}, "SessionAuthentication"),
        ({"permission_classes": [IsAdminUser & DjangoObjectPermissions]}, "DjangoObjectPermissions.has_object_permission"),
    ],
)
@pytest.mark.parametrize("base", [Hello, EventViewSet])
def test_what_cannot_hold_is_refused(base: type[PublicView], declared: dict[str, Any], named: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"Own declares what does not hold here. {named}"):
        type("Own", (base,), declared)


class Noting:
    """Middleware as anybody writes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-Noted"] = "yes"
        return response


class Viewing(Noting):
    def process_view(self, *_: Any) -> None:
        """Look at the view."""


NOTING, VIEWING = (f"{__name__}.{one.__name__}" for one in (Noting, Viewing))


def test_middleware_above_the_api_runs(settings: Any) -> None:
    settings.MIDDLEWARE = [NOTING, *settings.MIDDLEWARE]
    assert run_checks() == []
    assert Client().get("/api/v1")["X-Noted"] == "yes"


def test_middleware_that_would_be_skipped_is_refused(settings: Any) -> None:
    before = settings.MIDDLEWARE
    for listed, expected in (([*before, NOTING], f"{NOTING} stands below"), ([VIEWING, *before], f"{VIEWING} has process_view")):
        settings.MIDDLEWARE = listed
        (found,) = run_checks()
        assert (found.id, found.msg.startswith(expected)) == ("api.E001", True)
        with pytest.raises(ImproperlyConfigured, match=expected):
            Client().get("/api/v1")
    settings.MIDDLEWARE, settings.PAGE_MIDDLEWARE = [*before, NOTING], [*settings.PAGE_MIDDLEWARE, NOTING]
    assert "X-Noted" not in Client().get("/api/v1").headers
    assert Client().get("/accounts/login/")["X-Noted"] == "yes"
