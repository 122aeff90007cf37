"""The OpenAPI description of a collection's endpoints."""

from __future__ import annotations

from typing import Any, Final

from config.api.collections import COLLECTIONS, examples_of
from config.api.openapi.schema import ViewSchema, one_record
from config.api.parameters.base import FilterSet
from config.api.parameters.paging import ListFilters
from config.api.parameters.references import has_identifiers
from config.api.serializers import ChangeSerializer, GoneProblemSerializer, field_names
from config.api.views.filtersets import DetailFilters
from config.api.views.renderers import StreamingRenderer

# What the sets of words that a collection's parameters take are called, after its records.
ENUMS: Final = {"fields": "Field", "order": "Order", "by": "Dimension"}
_EXPORT: Final = (
    "Export of all matching documents as JSON Lines, one per line and without pages. The last line is not a document: it "
    'states that the export is complete, and the number of documents: `{"complete": true, "count": 16}`. Without it, the '
    "export is incomplete: fetch it again. A server limits the concurrent exports to one address, and ends an export "
    "whose client stops reading."
)
_VERSIONS: Final = (
    "Versions of the record, oldest first, each with its cause and the document at that time. Retracted and "
    "erased records keep their versions; erased documents are null."
)
_LINES: Final = {
    "type": "string",
    "format": "binary",
    "description": "JSON Lines: one document per line, as in the list; the last line gives their number.",
}


class CollectionSchema(ViewSchema):
    """Describes what a `DocumentViewSet` answers, action by action."""

    view: Any

    @property
    def collection(self) -> str:
        """The name of the collection."""
        parts: list[str] = self.path.split("/")
        return parts[4] if parts[3] == "exports" else parts[3]

    def get_tags(self) -> list[str]:
        return [self.collection]

    def get_operation_id(self) -> str:
        name = self.view.noun.replace(" ", "_")
        return {
            "list": f"list_{self.collection}",
            "export": f"export_{self.collection}",
            "counts": f"count_{self.collection}",
            "versions": f"list_{name}_versions",
            "retrieve": f"get_{name}",
        }[self.view.action]

    def get_summary(self) -> str:
        noun = self.view.noun
        return {
            "list": f"List {self.collection}",
            "export": f"Export {self.collection}",
            "counts": f"Count {self.collection}",
            "versions": f"List the versions of one {noun}",
            "retrieve": f"Read {'an' if noun[0] in 'aeio' else 'a'} {noun}",
        }[self.view.action]

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        count = f"Number of {self.collection} that match the filters, in total and grouped by one or two properties."
        own = {"export": _EXPORT, "counts": count, "versions": _VERSIONS}
        return own.get(self.view.action, super().get_description())

    def get_response_serializers(self) -> Any:
        """Return the schemas of the answers, by status and media type."""
        action, media_types = self.view.action, self._media_types()
        answer = _LINES if action == "export" else self._answer(action)
        gone = {410: GoneProblemSerializer} if action == "retrieve" else {}
        return {(200, *media_types): answer} | gone

    def _answer(self, action: str) -> Any:
        if action == "versions":
            return ChangeSerializer(many=True)
        document = self.ref(self.view.serializer_class)
        if action == "counts":
            return self.counts(document, self._countable())
        return self.page(document, requested=True) if action == "list" else document

    def _media_types(self) -> list[str]:
        """Return in which formats the answer comes: exports in those that can be streamed."""
        streams = self.view.action == "export"
        return [one.media_type for one in self.view.get_renderers() if isinstance(one, StreamingRenderer) is streams]

    def path_parameters(self) -> list[dict[str, Any]]:
        if self.view.action not in ("retrieve", "versions"):
            return []
        codes = ", as does an external identifier such as wikidata:Q159" if has_identifiers(self.view.queryset.model) else ""
        about = f"Slug of the record. A former slug redirects (308){codes}; that of a retracted or erased record returns 410."
        return [one_record("slug", about, COLLECTIONS[self.collection].example)]

    def query_parameters(self) -> list[dict[str, Any]]:
        if self.view.action == "versions":
            return list(ListFilters.described())
        filterset: type[FilterSet] = {
            "list": self.view.filterset_class,
            "export": self.view.export_filterset_class,
            "counts": self.view.counts_filterset_class,
            "retrieve": DetailFilters,
        }[self.view.action]
        described, own = list(filterset.described()), examples_of(self.collection)
        for parameter in described:
            self._name(parameter, own)
        return described

    def _name(self, parameter: dict[str, Any], own: dict[str, Any]) -> None:
        """Give a parameter the examples of the collection, and names to the sets of words that are its own."""
        name = parameter["name"].removeprefix("exclude_")
        if name in own:
            schema = parameter["schema"]
            schema.pop("examples", None)
            examples = [[own[name]] if schema["type"] == "array" else own[name]]
            parameter["schema"] = schema | ({"examples": examples} if own[name] is not None else {})
        if parameter["name"] == "fields":
            parameter["schema"]["items"] = {"type": "string", "enum": list(field_names(self.view.serializer_class))}
        if kind := ENUMS.get(parameter["name"]):
            schema = parameter["schema"]
            export = "Export" if kind == "Order" and self.view.action == "export" else ""
            record = "".join(word.title() for word in self.view.noun.split())
            schema.get("items", schema)["title"] = f"{record}{export}{kind}"

    def _countable(self) -> dict[str, Any]:
        """Return the schemas of the values that the records are counted by: those that filters of the same names take."""
        return {name: self.view.filterset_class.parameters()[name].schema() for name in self.view.dimensions}
