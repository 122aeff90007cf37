"""What a form proposes where nothing is entered."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from config.desk.pages.entry.naming import proposed
from config.record.values.edtf import UNKNOWN


class SlugProposal(forms.ModelForm):  # type: ignore[type-arg]  # made for many models
    """A form whose slug may be left out: it is then made of the name and the date."""

    # The date field that distinguishes records of one name; empty: they have none.
    dated_by: ClassVar[str] = ""
    # Whether a slug is a code that nothing can be made of.
    slug_is_code: ClassVar[bool] = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "slug" in self.fields and not self.slug_is_code:
            self.fields["slug"].required = False

    def clean(self) -> dict[str, Any] | None:
        """Propose a slug."""
        cleaned = super().clean()
        if "slug" in self.fields and not self.cleaned_data.get("slug") and not self.slug_is_code and "slug" not in self.errors:
            self.cleaned_data["slug"] = self.instance.slug or self._made()
        return cleaned

    def slug_words(self) -> str:
        """Return what a slug is made of."""
        return str(self.cleaned_data.get("name") or "")

    def _made(self) -> str:
        when = self.cleaned_data.get(self.dated_by) or UNKNOWN if self.dated_by else UNKNOWN
        return proposed(self._meta.model, self.slug_words(), when)
