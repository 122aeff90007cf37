"""Form fields in which a record is found by any of its names, or named to be drafted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import models

from config.desk.pages.entry.drafting import Drafts, asks_for_draft, label_of

LARGEST: Final = 2**63 - 1


def is_key(value: Any) -> bool:
    """Return whether a value can be a primary key at all."""
    text = str(value)
    return text.isascii() and text.isdecimal() and int(text[:20]) <= LARGEST and len(text) <= len(str(LARGEST))


class _Finding:
    """What the widgets share: choices that are no keys are shown as they came, and never asked for."""

    def optgroups(self, name: str, value: list[Any], attrs: Any = None) -> Any:
        """Return the chosen records, and those that are to be drafted."""
        groups = super().optgroups(name, [one for one in value if is_key(one)], attrs)  # type: ignore[misc]  # the widget's
        options = groups[0][1]
        for draft in (one for one in value if asks_for_draft(one)):
            option = self.create_option(name, draft, label_of(draft), {draft}, len(options))  # type: ignore[attr-defined]
            option["selected"] = True
            option["attrs"]["selected"] = True
            options.append(option)
        return groups

    @property
    def media(self) -> forms.Media:
        """Add what makes choosing quick."""
        return super().media + forms.Media(js=["admin/js/autocomplete.js", "desk/entry.js"])  # type: ignore[misc,no-any-return]  # the widget's


class Finder(_Finding, AutocompleteSelect):  # type: ignore[misc]  # mixes in before the widget
    """Finds one record."""


class SeveralFinder(_Finding, AutocompleteSelectMultiple):  # type: ignore[misc]  # as above
    """Finds several records."""


class DraftingMixin:
    """Where drafts come from: `column` is the model field, `drafts` are those of the forms that the field is a part of."""

    column: Any
    drafts: Drafts | None = None

    def drafted(self, value: str) -> Any:
        """Return the draft that a choice asks for."""
        if self.drafts is None:
            raise ValidationError("You cannot create a record of this kind here.", code="not_draftable")
        return self.drafts.make(value, self.column)


class RecordField(DraftingMixin, forms.ModelChoiceField):  # type: ignore[type-arg]  # made for many models
    """A record, chosen or drafted."""

    # The records that rows of a formset choose in this column, by primary key; None: each field looks for its own.
    fetched: Mapping[int, Any] | None = None

    def to_python(self, value: Any) -> Any:
        """Return the chosen record."""
        if asks_for_draft(value):
            return self.drafted(value)
        if value not in self.empty_values and not isinstance(value, models.Model) and not is_key(value):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        if self.fetched is not None and is_key(value) and int(value) in self.fetched:
            return self.fetched[int(value)]
        return super().to_python(value)


class RecordsField(DraftingMixin, forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # made for many models
    """Records, chosen or drafted."""

    def clean(self, value: Any) -> Any:
        """Return the chosen records."""
        if not isinstance(value, list | tuple) or not value:
            return super().clean(value)
        wrong = next((one for one in value if not asks_for_draft(one) and not is_key(one)), None)
        if wrong is not None:
            raise ValidationError(self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": wrong})
        drafts = {one: self.drafted(one).pk for one in value if asks_for_draft(one)}
        return super().clean([drafts.get(one, one) for one in value])


class OneOfField(DraftingMixin, forms.CharField):
    """A record in one of several columns of a row. Its value is `column:key`, and `(column, record)` when it is clean."""

    def __init__(self, *, columns: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(**options)
        self.columns = {column.name: column for column in columns}

    def clean(self, value: Any) -> Any:
        """Return the column and the record."""
        text = super().clean(value)
        if not text:
            return None
        name, _, key = text.partition(":")
        column = self.columns.get(name)
        if column is not None and asks_for_draft(key) and self.drafts is not None:
            return name, self.drafts.make(key, column)
        rows = column.related_model._default_manager.complex_filter(column.get_limit_choices_to()) if column else None
        found = rows.filter(pk=int(key)).first() if rows is not None and is_key(key) else None
        if found is None:
            raise ValidationError("This record does not exist. Choose another.", code="invalid_choice")
        return name, found


class OneOfFinder(AutocompleteSelect):
    """Finds a record for one of several columns."""

    def __init__(self, columns: Sequence[Any], site: AdminSite, attrs: Any = None) -> None:
        super().__init__(columns[0], site, attrs)
        self.columns = {column.name: column for column in columns}

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> Any:
        """Name all columns to what searches."""
        return super().build_attrs(base_attrs, extra_attrs) | {"data-field-name": ",".join(self.columns)}

    def optgroups(self, name: str, value: Sequence[Any], attr: Any = None) -> Any:
        """Return the chosen record alone."""
        options = [self.create_option(name, "", "", selected=False, index=0)]
        for one in filter(None, value):
            column, _, key = str(one).partition(":")
            row = self.columns[column].related_model._default_manager.filter(pk=int(key)).first() if (
                column in self.columns and is_key(key)
            ) else None  # fmt: skip
            label = str(row) if row else label_of(key) if asks_for_draft(key) else ""
            if label:
                options.append(self.create_option(name, one, label, selected=True, index=1))
        return [(None, options, 0)]

    @property
    def media(self) -> forms.Media:
        """Add what makes choosing quick."""
        return super().media + forms.Media(js=["admin/js/autocomplete.js", "desk/entry.js"])
