"""The OpenAPI document: it is the committed one, it is valid, and answers are what it says."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any, ClassVar, Final

import pytest
import yaml
from django.db.models import TextChoices
from django.test import Client
from django.urls import path as url
from drf_spectacular.generators import SchemaGenerator
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from config.api.openapi.schema import DocumentGenerator, enum_schema
from config.api.views.documentation import DOCUMENT
from config.api.views.search import SearchView
from config.api_urls import COLLECTIONS
from events.api.viewsets import EventViewSet
from tests.api.document import needed, operations

ROOT = "urn:openapi"
# No description begins with a question word, a preposition, a pronoun or an article.
FORBIDDEN_OPENINGS: Final = re.compile(
    r"(A|An|The|What|Who|Whom|Whose|Which|Why|When|Where|How|Whether|As|By|In|On|To|At|For|From|Until|Since|It|Its|This|That|"
    r"These|Those|They|There|Something|Somebody|Anything|Everything|Whoever|Whatever)\b"
)
FORBIDDEN_PHRASES: Final = re.compile(
    r"\b(those (that|who)|what lies|a comma means|leave these out|left out|told apart|as what|for whom|what (is|was|has|had)|"
    r"how many|how far|somebody|anybody|nobody|whoever|whatever|list goes on|list comes from|stands? to|beside|it is about|"
    r"in the record|the proof|proves|sort of|read past)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def document() -> Any:
    return yaml.load(DOCUMENT.read_text(), yaml.CSafeLoader)


@pytest.mark.any_database
def test_the_committed_document_is_the_one_the_code_makes(document: Any) -> None:
    made = SchemaGenerator().get_schema(public=True)
    assert document == made, "Run: .venv/bin/python manage.py spectacular --file config/api/openapi.yaml"


@pytest.mark.any_database
def test_the_document_is_valid_openapi_and_says_null_as_3_1_does(document: Any) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert "nullable" not in DOCUMENT.read_text()


@pytest.mark.any_database
def test_every_yaml_reader_reads_the_same_texts(document: Any) -> None:
    """PyYAML reads YAML 1.1; `Yaml12` what YAML 1.2 says is a number, a boolean or null."""
    assert yaml.load(DOCUMENT.read_text(), Yaml12) == document


class Yaml12(yaml.SafeLoader):
    """A reader that goes by the core schema of YAML 1.2."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for tag, pattern in {
    "null": r"null|Null|NULL|~|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}.items():
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"), None)


@pytest.mark.any_database
def test_nothing_stands_twice(document: Any) -> None:
    """Parameters that operations have alike, and the words they take, are components."""
    inline = [
        json.dumps(parameter, sort_keys=True)
        for one in document["paths"].values()
        for parameter in one["get"]["parameters"]
        if "$ref" not in parameter
    ]
    assert len(set(inline)) == len(inline)
    assert not [one for one in inline if '"enum"' in one]
    used = set(re.findall(r"#/components/(\w+/[\w-]+)", DOCUMENT.read_text())) | {"securitySchemes/apiKey"}
    assert used == {f"{section}/{name}" for section, held in document["components"].items() for name in held}


def _descriptions(node: Any, place: str = "") -> Iterator[tuple[str, Any, str]]:
    """Yield each description below `node`, with its place and what it describes; examples are data and have none."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "description" and isinstance(value, str):
                yield place, node, value
            elif key not in ("example", "examples"):
                yield from _descriptions(value, f"{place}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _descriptions(value, f"{place}/{number}")


@pytest.mark.any_database
def test_descriptions_are_sentences_that_begin_with_a_verb_or_a_noun(document: Any) -> None:
    wrong = []
    for place, described, text in _descriptions(document):
        # What the values of a vocabulary mean follows as a list.
        sentence = text.partition("\n\n- `")[0]
        is_boolean = described.get("schema", described).get("type") == "boolean"
        allowed = not FORBIDDEN_OPENINGS.match(sentence) or (sentence.startswith("Whether ") and is_boolean)
        if not (re.match("[A-Z]", sentence) and sentence.rstrip().endswith(".") and allowed):
            wrong.append((place, sentence))
    assert wrong == []


@pytest.mark.any_database
def test_descriptions_have_no_indentation_of_docstrings(document: Any) -> None:
    """Python 3.13 strips it when a module is compiled, and older ones do not."""
    described = [text for _, _, text in _descriptions(document)]
    assert any("\n" in one for one in described)
    assert [one for one in described if one != inspect.cleandoc(one)] == []


@pytest.mark.any_database
def test_descriptions_of_views_and_vocabularies_are_their_docstrings_without_indentation() -> None:
    written = "Tones of voice.\n\n    In two parts:\n      the second is indented.\n    "
    clean = "Tones of voice.\n\nIn two parts:\n  the second is indented."

    class Tone(TextChoices):
        LOUD = "loud", "Loud"

    for docstring in (written, clean):
        Tone.__doc__ = docstring
        assert enum_schema(Tone)["description"].partition("\n\n- `loud`")[0] == clean
        for base, methods in ((EventViewSet, {"get": "list"}), (SearchView, None)):
            view: Any = type("Own", (base,), {"__doc__": docstring})
            patterns = [url("api/v1/events", view.as_view(methods) if methods else view.as_view())]
            made = DocumentGenerator(patterns=patterns).get_schema(public=True)
            assert made["paths"]["/api/v1/events"]["get"]["description"] == clean


@pytest.mark.any_database
def test_descriptions_use_the_words_of_the_field(document: Any) -> None:
    assert [(place, text) for place, _, text in _descriptions(document) if FORBIDDEN_PHRASES.search(text)] == []


@pytest.mark.any_database
def test_each_answer_has_one_form_and_every_operation_takes_a_key(document: Any) -> None:
    assert document["security"] == [{}, {"apiKey": []}]
    for path, one in document["paths"].items():
        responses = one["get"]["responses"]
        media = list(responses["200"]["content"])
        assert media == (["application/x-ndjson"] if "/exports/" in path else ["application/json"]), path
        assert ("308" in responses) is ("{" in path), path
        assert "security" not in one["get"], path


@pytest.mark.any_database
def test_names_collide_in_no_language(document: Any) -> None:
    """Generators make files and classes of schemas: `Index` would be the file that lists all others."""
    names = [name.lower() for name in document["components"]["schemas"]]
    assert len(set(names)) == len(names)
    assert "index" not in names
    assert all(len(name) > 1 for path in document["paths"] for name in re.findall(r"{(\w+)}", path))


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


def test_every_number_may_be_as_small_and_as_great_as_the_document_says(sample: None, client: Client) -> None:
    refused, tried = [], set()
    for path, operation in operations().items():
        for parameter in operation["parameters"]:
            schema, name = parameter["schema"], parameter["name"]
            if "{" in path or schema.get("type") != "integer" or (name, schema["maximum"]) in tried:
                continue
            tried.add((name, schema["maximum"]))
            for value in (schema["minimum"], schema["maximum"]):
                answer = client.get(path, {name: value}).json()
                refused += [(path, name, value) for error_item in answer.get("errors", ()) if error_item.get("parameter") == name]
    assert {name for name, _ in tried} >= {"after", "limit"}
    assert refused == []


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
    here = document | {"servers": [document["servers"][0] | {"url": "http://testserver"}]}
    assert yaml.load(plain.content, yaml.CSafeLoader) == here
    asked = client.get("/api/v1/schema", headers={"Accept": "application/json"})
    assert asked.headers["Content-Type"].startswith("application/json")
    assert asked.json() == here
    assert client.get("/api/v1/schema", headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304


@pytest.mark.any_database
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
def test_every_example_is_answered(client: Client) -> None:
    tried = 0
    for path, operation in operations().items():
        inside, asked = needed(operation)
        for one in operation["parameters"]:
            value = one.get("example")
            given = asked if value is None or one["in"] == "path" else asked | {one["name"]: value}
            answer = client.get(path.format(**inside), given, headers={"Accept": "application/json"})
            assert answer.status_code == 200, (path, given, answer.content)
            # Read to its end, an export makes room for the next.
            assert answer.getvalue() is not None
            tried += value is not None
    assert tried > 200
