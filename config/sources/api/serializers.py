"""What the documents of sources hold, and the citations of sources in other documents. See `config.api.serializers`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from config.api.serializers import Bound, Edtf, EnumField, KindField, RefSerializer, StampsSerializer, Url, text_field
from config.record.values.choices import CitationRole


class SourceRefSerializer(RefSerializer):
    """Reference to a source, with its bibliographic data."""

    kind = KindField("source")
    publisher = text_field("Publisher.")
    date = Edtf("Date of publication.")
    url = Url(help_text="URL of publication.", allow_null=True)


class CitationSerializer(serializers.Serializer[Any]):
    """Citation of a source for the record, or for one field of it."""

    source = SourceRefSerializer(help_text="Source cited.")
    role = EnumField(CitationRole, help_text="Role of the source: supports, contradicts or gives context.")
    field = text_field("Cited field of the document; null for the whole record.")
    claim = text_field("Value stated by the source, if it differs from the record.")
    quote = text_field("Exact words of the source, at most fifteen.", max_length=200)
    locator = text_field("Location in the source, such as paragraph 5 or p. 12.")
    attribution = text_field("Attribution given by the source, such as “according to diplomatic sources”.")
    is_inferred = serializers.BooleanField(help_text="Whether a curator inferred the claim; the note explains how.")
    note = text_field("Note for readers on the citation.")


class _SourceHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="Public identifier of the source; never changes.", max_length=120)
    kind = KindField("source")
    name = serializers.CharField(help_text="Title.")
    publisher = text_field("Publisher.")
    date = Edtf("Date of publication.")
    date_earliest = Bound("date", "earliest")
    date_latest = Bound("date", "latest")
    url = Url(help_text="URL of publication.", allow_null=True)
    language = text_field("Language (BCP 47).")
    archive_url = Url(help_text="URL of an archived copy.", allow_null=True)
    sha256 = text_field("SHA-256 of the text of the source, in hexadecimal.")
    licence = text_field("Licence or terms of use.")
    description = text_field("Short description.")


class SourceSerializer(_SourceHead, StampsSerializer):
    """Document, page or dataset cited as evidence."""
