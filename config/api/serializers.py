"""Serializers of documents, from which the OpenAPI document is generated: keys in the order of the documents.

Nothing is serialized by these classes when an answer is made; documents are stored as they are sent. A test holds
the two together.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models.enums import Choices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.record.values.choices import NameKind, Operation


class EnumField(serializers.ChoiceField):
    """A value of a vocabulary, which the OpenAPI document shows as a component named after `vocabulary`."""

    def __init__(self, vocabulary: type[Choices], **options: Any) -> None:
        self.vocabulary = vocabulary
        super().__init__(vocabulary.choices, **options)


class KindField(serializers.CharField):
    """The kind of a record, where there is only one."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(help_text="Kind of the record.")


@extend_schema_field({"type": "string", "format": "uri-reference", "maxLength": 2000})
class Address(serializers.CharField):
    """An address on this server, relative to the host."""


@extend_schema_field({"type": "string", "format": "uri", "maxLength": 2000})
class Url(serializers.CharField):
    """An address anywhere."""


@extend_schema_field({"type": "string", "format": "edtf", "maxLength": 60})
class Edtf(serializers.CharField):
    """A partial date in EDTF (ISO 8601-2:2019); null where it is unknown."""

    def __init__(self, help_text: str) -> None:
        text = f"{help_text} EDTF (ISO 8601-2), such as 2020-10-27, 2020-10, 2020 or 2020-10~; null if unknown."
        super().__init__(help_text=text, allow_null=True, max_length=60)


class OpenEdtf(Edtf):
    """A partial date that can also be open: it has not come."""

    def __init__(self, help_text: str) -> None:
        super().__init__(f"{help_text} Two dots (..) mean an open end.")


class Bound(serializers.DateField):
    """The earliest or the latest day that a partial date can mean."""

    def __init__(self, of: str, edge: str) -> None:
        super().__init__(help_text=f"{edge.capitalize()} possible day of {of}; null if unbounded.", allow_null=True)


def text_field(help_text: str, **options: Any) -> serializers.CharField:
    """Return the field of a text that can be missing."""
    return serializers.CharField(help_text=help_text, allow_null=True, **options)


class RefSerializer(serializers.Serializer[Any]):
    """Reference to another record."""

    slug = serializers.CharField(help_text="Public identifier of the record.", max_length=120)
    kind = serializers.CharField(help_text="Kind of the record.")
    name = serializers.CharField(help_text="Display name.")


class NameSerializer(serializers.Serializer[Any]):
    """Name of a record."""

    text = serializers.CharField(help_text="Name as written.")
    language = text_field("Language (BCP 47), such as tr or zh-Hans.")
    script = text_field("Script (ISO 15924), such as Latn or Cyrl.")
    kind = EnumField(NameKind, help_text="Kind of name.")


class IdentifierSerializer(serializers.Serializer[Any]):
    """Identifier of the record in an external scheme. A code can identify different records in different years."""

    scheme = serializers.CharField(help_text="Scheme that assigns the code, such as iso3166-1-alpha-2, wikidata or un-document.")
    value = serializers.CharField(help_text="Code as text: 010 differs from 10.")
    valid_from = Edtf("First day on which the code identifies this record.")
    valid_to = OpenEdtf("Last day on which the code identifies this record.")
    listed_from = Edtf("First day of membership in the list of the scheme; null if the scheme lists no members.")
    listed_to = OpenEdtf("Last day of membership. A record with several periods of membership has one entry for each.")


class StampsSerializer(serializers.Serializer[Any]):
    """The last keys of every document."""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields as documents hold them: a `kind` that a subclass fixes keeps the position of its parent's."""
        fields = super().get_fields()
        return {name: fields[name] for name in ("slug", "kind")} | fields

    version = serializers.IntegerField(help_text="Version of the document, counted from 1.", min_value=1)
    published_at = serializers.DateTimeField(help_text="Time of first publication (UTC, RFC 3339).")
    updated_at = serializers.DateTimeField(help_text="Time of the last change of content (UTC, RFC 3339).")


class LocatedSerializer(serializers.Serializer[Any]):
    """Pair of WGS 84 coordinates: both or none."""

    latitude = serializers.FloatField(
        help_text="Degrees north of the equator (WGS 84).", allow_null=True, min_value=-90, max_value=90
    )
    longitude = serializers.FloatField(
        help_text="Degrees east of Greenwich (WGS 84).", allow_null=True, min_value=-180, max_value=180
    )


class LastingSerializer(serializers.Serializer[Any]):
    """Start and end of a record."""

    start = Edtf("Start date.")
    start_earliest = Bound("start", "earliest")
    start_latest = Bound("start", "latest")
    end = OpenEdtf("End date.")
    end_earliest = Bound("end", "earliest")
    end_latest = Bound("end", "latest")


class DatedSerializer(serializers.Serializer[Any]):
    """Date of a part of a record."""

    date = Edtf("Date.")
    date_earliest = Bound("date", "earliest")
    date_latest = Bound("date", "latest")


class ChangeSerializer(serializers.Serializer[Any]):
    """Version of a record: the operation and the document at that time."""

    sequence = serializers.IntegerField(
        help_text="Sequence number in the log; later entries have higher numbers.", min_value=1, max_value=2**63 - 1
    )
    collection = serializers.CharField(help_text="Collection in which the slug is unique, such as actors, events or topics.")
    kind = serializers.CharField(help_text="Kind of the record.")
    slug = serializers.CharField(help_text="Slug of the record.", max_length=120)
    version = serializers.IntegerField(help_text="Version of the document, counted from 1.", min_value=1)
    operation = EnumField(Operation, help_text="Operation that made this version.")
    reason = text_field("Reason given by the curator.")
    cause = text_field(
        "Records that caused the change, as collection:slug: the target of a merge, or referenced records that changed."
    )
    at = serializers.DateTimeField(help_text="Time of the change (UTC, RFC 3339).")
    sha256 = text_field("SHA-256 of the document, its ETag at the time; kept when the document is erased.")
    document = serializers.DictField(
        help_text="Document at that time; null if the record was retracted, merged or erased, or the document erased later.",
        allow_null=True,
    )


class CountsSerializer(serializers.Serializer[Any]):
    """Number of records in a list, in total and grouped by one or two properties."""

    total = serializers.IntegerField(help_text="Number of records in the list.", min_value=0)
    adds_up = serializers.BooleanField(
        help_text="Whether the counts of all groups add up to the total. False if a record can have several values and counts "
        "for each, and without `by`, when there are no groups."
    )
    groups = serializers.ListField(
        child=serializers.DictField(),
        help_text="Page of groups, largest count first. Each group has a value for each property in `by` (records by slug; null "
        "for records without a value that the filter lists) and `count`: the number of records in the list with these values "
        "added as filters of the same names. A filter that is already given and cannot be repeated takes the value instead.",
    )
    next = Url(help_text="URL of the next page; null on the last.", allow_null=True)
    previous = Url(help_text="URL of the previous page; null on the first.", allow_null=True)


class SearchHitSerializer(serializers.Serializer[Any]):
    """Record found by a search."""

    slug = serializers.CharField(help_text="Public identifier of the record.", max_length=120)
    kind = serializers.CharField(help_text="Kind of the record.")
    name = serializers.CharField(help_text="Display name.")
    description = text_field("Short description.")
    url = Address(help_text="URL of the document.")


class RequestedSerializer(serializers.Serializer[Any]):
    """Record requested by slug or by code."""

    value = serializers.CharField(help_text="Value of `slug` as requested.", max_length=300)
    slug = serializers.CharField(help_text="Slug of the matching public record; null if there is none.", allow_null=True)


class ErrorItemSerializer(serializers.Serializer[Any]):
    """Error in a request."""

    parameter = serializers.CharField(help_text="Parameter with the error, if any.", required=False)
    code = serializers.CharField(help_text="Stable error code for programs; never changes.")
    detail = serializers.CharField(help_text="Explanation for people: the error and its correction.")
    suggestions = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Similar valid values or names, nearest first."
    )


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details of a failed request (RFC 9457)."""

    type = serializers.CharField(help_text="Type of the problem, always about:blank; the status identifies it (RFC 9457).")
    title = serializers.CharField(help_text="Reason phrase of the status.")
    status = serializers.IntegerField(help_text="HTTP status code.", min_value=400, max_value=599)
    detail = serializers.CharField(help_text="Explanation for people.")
    instance = serializers.CharField(help_text="Path of the request.", required=False)
    request_id = serializers.CharField(help_text="Identifier of the request, as in X-Request-ID and in the server log.")
    errors = ErrorItemSerializer(many=True, help_text="Errors of the request.")


class GoneProblemSerializer(ProblemSerializer):
    """Problem details of a record that is no longer public (RFC 9457); `code` is retracted or erased."""

    gone_at = serializers.DateTimeField(help_text="Time of the retraction or erasure (UTC, RFC 3339).")
    reason = text_field("Reason given by the curator.")
    versions = Address(help_text="URL of the versions of the record; the versions of an erased record have no documents.")


class CollectionSerializer(serializers.Serializer[Any]):
    """Collection or other endpoint of the API."""

    name = serializers.CharField(help_text="Name.")
    url = Address(help_text="URL, relative to the host.")
    description = serializers.CharField(help_text="Short description of the contents.")


class ApiIndexSerializer(serializers.Serializer[Any]):
    """Endpoints of the API."""

    collections = CollectionSerializer(many=True, help_text="Collections and other endpoints of the API.")


@cache
def field_names(serializer: Any) -> tuple[str, ...]:
    """Return the keys of the documents that `serializer` describes, of any of their kinds."""
    kinds = serializer.serializers.values() if hasattr(serializer, "serializers") else [serializer]
    return tuple(dict.fromkeys(name for kind in kinds for name in kind().fields))
