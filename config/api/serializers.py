"""What documents hold, in the order they hold it: the contract that the OpenAPI document is made from.

Nothing is serialized by these classes when an answer is made; documents are stored as they are sent. A test holds
the two together.
"""

from __future__ import annotations

from typing import Any

from django.db.models.enums import Choices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.record.choices import CitationRole, NameKind, Operation


class EnumField(serializers.ChoiceField):
    """A value of a vocabulary, which the OpenAPI document shows as a component named after `vocabulary`."""

    def __init__(self, vocabulary: type[Choices], **options: Any) -> None:
        self.vocabulary = vocabulary
        super().__init__(vocabulary.choices, **options)


class KindField(serializers.CharField):
    """The kind of a record, where there is only one."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(help_text="The kind of the record.")


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
        text = f"{help_text} EDTF (ISO 8601-2): 2020-10-27, 2020-10, 2020, 2020-10~; null: unknown."
        super().__init__(help_text=text, allow_null=True, max_length=60)


class OpenEdtf(Edtf):
    """A partial date that can also be open: it has not come."""

    def __init__(self, help_text: str) -> None:
        super().__init__(f"{help_text} Two dots (..): it has not.")


class Bound(serializers.DateField):
    """The earliest or the latest day that a partial date can mean."""

    def __init__(self, of: str, edge: str) -> None:
        super().__init__(help_text=f"The {edge} day that {of} can mean; null where nothing bounds it.", allow_null=True)


def text_field(help_text: str, **options: Any) -> serializers.CharField:
    """Return the field of a text that can be missing."""
    return serializers.CharField(help_text=help_text, allow_null=True, **options)


class RefSerializer(serializers.Serializer[Any]):
    """A reference to another record: enough to name it and to fetch it."""

    slug = serializers.CharField(help_text="The public identifier of the record.", max_length=120)
    kind = serializers.CharField(help_text="The kind of the record.")
    name = serializers.CharField(help_text="The name it is shown under.")


class SourceRefSerializer(RefSerializer):
    """A reference to a source."""

    kind = KindField("source")


class NameSerializer(serializers.Serializer[Any]):
    """A name of a record."""

    text = serializers.CharField(help_text="The name as it is written.")
    language = text_field("Its language (BCP 47), such as tr or zh-Hans.")
    script = text_field("Its script (ISO 15924), such as Latn or Cyrl.")
    kind = EnumField(NameKind, help_text="What the name is to its bearer.")


class IdentifierSerializer(serializers.Serializer[Any]):
    """A code by which others know the record. A code can mean different records in different years."""

    scheme = serializers.CharField(help_text="Who gives the code: iso3166-1-alpha-2, wikidata, un-document …")
    value = serializers.CharField(help_text="The code, as text: 010 is not 10.")
    valid_from = Edtf("Since when the code means this record.")
    valid_to = OpenEdtf("Until when the code means this record.")


class CitationSerializer(serializers.Serializer[Any]):
    """What a source says of the record, or of one field of it."""

    source = SourceRefSerializer(help_text="Where it is written.")
    role = EnumField(CitationRole, help_text="What the source does to the claim.")
    field = text_field("Which field of the document it is about; null: the whole record.")
    claim = text_field("The value that the source gives, where the record has another.")
    quote = text_field("The exact words of the source, at most fifteen.", max_length=200)
    locator = text_field("Where in the source: paragraph 5, p. 12.")
    attribution = text_field("To whom the source ascribes it: according to diplomatic sources.")
    is_inferred = serializers.BooleanField(help_text="Whether the curator concluded it; the note says how.")
    note = text_field("What a reader should know to judge the proof.")


class StampsSerializer(serializers.Serializer[Any]):
    """The last keys of every document."""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields as documents hold them: a kind that a subclass fixes stands where its head has it."""
        fields = super().get_fields()
        return {name: fields[name] for name in ("slug", "kind")} | fields

    version = serializers.IntegerField(help_text="The version of the document, counted from 1.", min_value=1)
    published_at = serializers.DateTimeField(help_text="When the record was first published (UTC, RFC 3339).")
    updated_at = serializers.DateTimeField(help_text="When its content last changed (UTC, RFC 3339).")


class LocatedSerializer(serializers.Serializer[Any]):
    """A pair of WGS 84 coordinates: both or none."""

    latitude = serializers.FloatField(
        help_text="Degrees north of the equator (WGS 84).", allow_null=True, min_value=-90, max_value=90
    )
    longitude = serializers.FloatField(
        help_text="Degrees east of Greenwich (WGS 84).", allow_null=True, min_value=-180, max_value=180
    )


class LastingSerializer(serializers.Serializer[Any]):
    """From when to when something lasted."""

    start = Edtf("When it began.")
    start_earliest = Bound("start", "earliest")
    start_latest = Bound("start", "latest")
    end = OpenEdtf("When it ended.")
    end_earliest = Bound("end", "earliest")
    end_latest = Bound("end", "latest")


class _SourceHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="The public identifier of the source; it never changes.", max_length=120)
    kind = KindField("source")
    name = serializers.CharField(help_text="Its title.")
    publisher = text_field("Who published it.")
    date = Edtf("When it was published.")
    date_earliest = Bound("date", "earliest")
    date_latest = Bound("date", "latest")
    url = Url(help_text="Where it was published.", allow_null=True)
    language = text_field("Its language (BCP 47).")
    archive_url = Url(help_text="Where an archived copy can be read.", allow_null=True)
    sha256 = text_field("SHA-256 of the text that was read, in hexadecimal.")
    licence = text_field("Under which terms it may be used.")
    description = text_field("What should be known of it.")


class SourceSerializer(_SourceHead, StampsSerializer):
    """A document, page or dataset that proves what the record says."""


class ChangeSerializer(serializers.Serializer[Any]):
    """A version of a record: what happened to it, and its document as it was then."""

    sequence = serializers.IntegerField(
        help_text="Its place in the log; later entries have higher numbers.", min_value=1, max_value=2**63 - 1
    )
    collection = serializers.CharField(help_text="The collection in which the slug is unique: actors, events, topics …")
    kind = serializers.CharField(help_text="The kind of the record.")
    slug = serializers.CharField(help_text="The record.", max_length=120)
    version = serializers.IntegerField(help_text="The version of its document, counted from 1.", min_value=1)
    operation = EnumField(Operation, help_text="What happened.")
    reason = text_field("Why, in the curator's words.")
    cause = text_field(
        "What brought it about, as collection:slug: the record it was merged into, or those it shows that changed."
    )
    at = serializers.DateTimeField(help_text="When (UTC, RFC 3339).")
    sha256 = text_field("SHA-256 of the document, which was its ETag; it stays when the document is erased.")
    document = serializers.DictField(
        help_text="The document as it was then; null after a retraction, and for records that have been retracted since.",
        allow_null=True,
    )


class CountsSerializer(serializers.Serializer[Any]):
    """How many records of a list there are, told apart by one or two properties."""

    total = serializers.IntegerField(help_text="How many records the list has.", min_value=0)
    adds_up = serializers.BooleanField(
        help_text="Whether the counts add up to the total. Where a record can have several values, it counts for each."
    )
    complete = serializers.BooleanField(help_text="Whether all groups are here, or only the most frequent ones.")
    groups = serializers.ListField(
        child=serializers.DictField(),
        help_text="The most frequent first: a value for each property, records by their slug and null for what has none, "
        "and count.",
    )


class SearchHitSerializer(serializers.Serializer[Any]):
    """A record that was found."""

    slug = serializers.CharField(help_text="The public identifier of the record.", max_length=120)
    kind = serializers.CharField(help_text="The kind of the record.")
    name = serializers.CharField(help_text="The name it is shown under.")
    description = text_field("What a reader should know of it.")
    url = Address(help_text="Where its document is.")


class FlawSerializer(serializers.Serializer[Any]):
    """One thing that is wrong with a request."""

    parameter = serializers.CharField(help_text="The parameter it is about, if any.", required=False)
    code = serializers.CharField(help_text="What is wrong, for programs. Codes never change.")
    detail = serializers.CharField(help_text="What is wrong and what to do, for people.")


class ProblemSerializer(serializers.Serializer[Any]):
    """Why a request was not answered: a problem as RFC 9457 defines it."""

    type = serializers.CharField(help_text="Always about:blank: the status says what sort of problem it is.")
    title = serializers.CharField(help_text="The meaning of the status.")
    status = serializers.IntegerField(help_text="The HTTP status.", min_value=400, max_value=599)
    detail = serializers.CharField(help_text="What went wrong, for people.")
    instance = serializers.CharField(help_text="The path that was asked for.", required=False)
    errors = FlawSerializer(many=True, help_text="Everything that is wrong with the request.")


class CollectionSerializer(serializers.Serializer[Any]):
    """A collection or another address of the API."""

    name = serializers.CharField(help_text="Its name.")
    url = Address(help_text="Where it is, relative to the host.")
    description = serializers.CharField(help_text="What it holds.")


class IndexSerializer(serializers.Serializer[Any]):
    """What there is to read."""

    collections = CollectionSerializer(many=True, help_text="The addresses of the API.")
