"""Model fields that hold partial dates and text, and derive one column from another when a row is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property

from config.exceptions import InvalidDateError
from config.record.values import edtf
from config.record.values.folding import fold

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


# Of an interval, where one date is asked for.
ONE_DATE: Final = (
    "“{}” is an interval, from one date to another, and this is one date. Write the first in the field of the start and the "
    "other in that of the end; for one day in between, of which it is not known which, write [{}]."
)


def validate_edtf(value: str) -> None:
    """Refuse a text that is no EDTF date."""
    try:
        edtf.bounds(value)
    except InvalidDateError as error:
        if edtf.interval(value):
            raise ValidationError(ONE_DATE.format(value, value.replace("/", "..")), code=error.code) from error
        raise ValidationError(str(error), code=error.code) from error


def validate_duration(value: str) -> None:
    """Refuse a text that is no ISO 8601 duration of years, months, weeks and days."""
    try:
        edtf.Duration.parse(value)
    except InvalidDateError as error:
        message = f"“{value}” is not an ISO 8601 duration such as P3M, P2W or P1Y6M."
        raise ValidationError(message, code=error.code) from error


class PlainTextField(models.TextField):  # type: ignore[type-arg]  # not generic at run time
    """Text that compares and sorts by code point, the same on every database."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class Utf8Field(models.BinaryField):  # type: ignore[type-arg]  # not generic at run time
    """What `Utf8` makes of a text."""

    def from_db_value(self, value: str | bytes | None, *_: Any) -> bytes | None:
        """Return bytes: PostgreSQL's driver reads a text as characters, whatever its type is called."""
        return value.encode() if isinstance(value, str) else value


@models.TextField.register_lookup
class Utf8(models.Transform):
    """`document__utf8`: a text as bytes, which is how the wire takes it, without making characters of it in between.

    A function of PostgreSQL that makes bytes of a text would copy each document once more. A cast to `bpchar` copies nothing, and
    without a length no column has that type: CHAR(n) has one. The prepared queries of the API read such columns as bytes
    (`config.api.database.prepared`); what goes through Django's cursors is encoded by `Utf8Field`.
    """

    lookup_name = "utf8"
    template = "(%(expressions)s)::bpchar"
    output_field = Utf8Field()

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS BLOB)", **more)


class EdtfField(PlainTextField):
    """A partial date in EDTF. Empty is unknown, `..` is open."""

    default_validators = [validate_edtf]  # noqa: RUF012 - as Django declares it

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("blank", True)
        options.setdefault("default", edtf.UNKNOWN)
        super().__init__(*args, **options)


class DerivedField(models.Field):  # type: ignore[type-arg]  # not generic at run time
    """A column whose value follows from other columns of the row; nobody sets it by hand."""

    def derive(self, row: Mapping[str, Any]) -> Any:
        """Return the value that a row with the columns `row` must have in this one."""
        raise NotImplementedError

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        value = self.derive(vars(model_instance))
        setattr(model_instance, self.attname, value)
        return value


class BoundField(DerivedField, models.DateField):  # type: ignore[type-arg]  # not generic at run time
    """The earliest or the latest day that the EDTF date in column `of` can mean.

    `otherwise` names a column that speaks where `of` is empty: an event without an end ends as it starts.
    """

    def __init__(
        self, *, of: str = "", edge: Literal["earliest", "latest"] = "earliest", otherwise: str = "", **options: Any
    ) -> None:
        self.of, self.edge, self.otherwise = of, edge, otherwise
        options.setdefault("editable", False)
        super().__init__(**options)

    def derive(self, row: Mapping[str, Any]) -> Any:
        text = row[self.of]
        if not text and self.otherwise:
            text = row[self.otherwise]
        return getattr(edtf.bounds(text), self.edge)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of, "edge": self.edge, "otherwise": self.otherwise}


class SpreadField(DerivedField, models.SmallIntegerField):  # type: ignore[type-arg]  # not generic at run time
    """How far the columns `first` and `last` of a row lie apart, as the place of the limit in `dates.SPREADS` that holds it.

    A row that can have a day in a range begins at most so long before the range: an index that has the spread first
    finds such rows without looking at all that began earlier.
    """

    def __init__(self, *, first: str = "", last: str = "", **options: Any) -> None:
        self.first, self.last = first, last
        options.setdefault("editable", False)
        options.setdefault("default", len(edtf.SPREADS))
        super().__init__(**options)

    def derive(self, row: Mapping[str, Any]) -> Any:
        first, last = (field.derive(row) for field in self._ends)
        return edtf.spread(first, last)

    @cached_property
    def _ends(self) -> tuple[Any, Any]:
        return self.model._meta.get_field(self.first), self.model._meta.get_field(self.last)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"first": self.first, "last": self.last}


class FoldedField(DerivedField, PlainTextField):
    """The folded form of the text in column `of`: what text is sorted and matched by."""

    def __init__(self, *, of: str = "", **options: Any) -> None:
        self.of = of
        options.setdefault("editable", False)
        super().__init__(**options)

    def derive(self, row: Mapping[str, Any]) -> Any:
        return fold(row[self.of])

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of}


def derive_columns(row: models.Model) -> None:
    """Set every derived column of `row`, for writes that pass Django's `pre_save` by (bulk updates)."""
    for field in row._meta.concrete_fields:
        if isinstance(field, DerivedField):
            setattr(row, field.attname, field.derive(vars(row)))
