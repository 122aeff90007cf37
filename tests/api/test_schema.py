"""The OpenAPI document: it is the committed one, it is valid, and answers are what it says."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from config.api.documentation import DOCUMENT
from config.api_urls import COLLECTIONS

ROOT = "urn:openapi"


@pytest.fixture(scope="module")
def document() -> Any:
    return yaml.safe_load(DOCUMENT.read_text())


def test_the_committed_document_is_the_one_the_code_makes(document: Any) -> None:
    made = SchemaGenerator().get_schema(public=True)
    assert document == made, "Run: .venv/bin/python manage.py spectacular --file config/api/openapi.yaml"


def test_the_document_is_valid_openapi_and_says_null_as_3_1_does(document: Any) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert "nullable" not in DOCUMENT.read_text()


def test_every_page_and_every_record_of_the_sample_is_what_the_document_says(sample: None, client: Client, document: Any) -> None:
    registry = Registry().with_resource(ROOT, Resource.from_contents(document, default_specification=DRAFT202012))
    for name in COLLECTIONS:
        operation = document["paths"][f"/api/v1/{name}"]["get"]
        page = _answer_schema(operation)
        answer = client.get(f"/api/v1/{name}?limit=200").json()
        pointer = f"#/paths/~1api~1v1~1{name}/get/responses/200/content/application~1json/schema"
        validator = OAS31Validator({"$ref": ROOT + pointer}, registry=registry)
        assert list(validator.iter_errors(answer)) == []
        for record in answer["results"]:
            _assert_same_keys(document, _resolved(document, page, answer)["properties"]["results"]["items"], record, name)


def _answer_schema(operation: Any) -> Any:
    return operation["responses"]["200"]["content"]["application/json"]["schema"]


def _assert_same_keys(document: Any, schema: Any, value: Any, where: str) -> None:
    """Compare the keys of an answer, and their order, with those of its schema, all the way down."""
    schema = _resolved(document, schema, value)
    if isinstance(value, dict):
        assert list(value) == list(schema["properties"]), where
        assert set(schema["required"]) == set(value), where
        for key, inner in value.items():
            _assert_same_keys(document, schema["properties"][key], inner, f"{where}/{key}")
    elif isinstance(value, list):
        for inner in value:
            _assert_same_keys(document, schema["items"], inner, f"{where}[]")


def _resolved(document: Any, schema: Any, value: Any) -> Any:
    while True:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif "discriminator" in schema:
            schema = {"$ref": schema["discriminator"]["mapping"][value["kind"]]}
        elif "allOf" in schema:
            (schema,) = schema["allOf"]
        elif "oneOf" in schema:
            schema = next(one for one in schema["oneOf"] if (one == {"type": "null"}) == (value is None))
        else:
            return schema


def test_the_document_comes_as_yaml_and_as_json(client: Client, document: Any) -> None:
    plain = client.get("/api/v1/schema")
    assert plain.headers["Content-Type"].startswith("application/vnd.oai.openapi;")
    assert yaml.safe_load(plain.content) == document
    asked = client.get("/api/v1/schema", headers={"Accept": "application/json"})
    assert asked.headers["Content-Type"].startswith("application/json")
    assert asked.json() == document
    assert client.get("/api/v1/schema", headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304


def test_the_documentation_needs_no_other_host(client: Client) -> None:
    page = client.get("/api/v1/docs")
    script = client.get("/api/v1/docs?script=")
    assert (page.status_code, script.status_code) == (200, 200)
    text = page.content.decode()
    links = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert links
    assert all(link.startswith("/") and not link.startswith("//") for link in links), links
    assert "/api/v1/schema" in script.content.decode()
    assert client.get("/").headers["Location"] == "/api/v1/docs"


def test_the_index_names_every_address(db: None, client: Client) -> None:
    shown = client.get("/api/v1").json()["collections"]
    assert [one["name"] for one in shown][: len(COLLECTIONS)] == list(COLLECTIONS)
    for one in shown:
        assert client.get(one["url"]).status_code in (200, 400), one["url"]
        assert one["description"]
    assert client.get("/api/v1/").headers["Location"] == "/api/v1"


@pytest.mark.usefixtures("sample")
def test_every_example_is_answered(client: Client, document: Any) -> None:
    tried = 0
    for path, operations in document["paths"].items():
        parameters = operations["get"]["parameters"]
        inside = {one["name"]: one["example"] for one in parameters if one["in"] == "path"}
        needed = {one["name"]: one["example"] for one in parameters if one["required"] and one["in"] == "query"}
        for one in parameters:
            value = one.get("example")
            if one.get("explode") is False and value is not None:
                value = ",".join(str(part) for part in value)
            given = needed if value is None or one["in"] == "path" else needed | {one["name"]: value}
            answer = client.get(path.format(**inside), given, headers={"Accept": "application/json"})
            assert answer.status_code == 200, (path, given, answer.content)
            # Read to its end, an export makes room for the next.
            assert answer.getvalue() is not None
            tried += value is not None
    assert tried > 200
