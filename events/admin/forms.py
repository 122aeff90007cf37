"""The forms of events and of their parts: few fields are asked for, and the rest is proposed."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError

from actors.models import Actor
from config.desk.pages.entry.drafting import asks_for_draft
from config.desk.pages.entry.fields import OneOfField, RecordsField, is_key
from config.desk.pages.forms import LabelledRows, PartForm, RecordForm
from events.choices import DeadlineAnchor, DeadlineKind, MeetingMode
from events.models import EventTopic, Topic
from events.models.stances import TARGETS

# As many participants as stand in a name that is proposed.
NAMED: Final = 4
_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SPELLED: Final = re.compile(rf"(?:within )?(an?|\d{{1,4}}|{'|'.join(_NUMBERS)}) (day|week|month|year)s?", re.ASCII)
_PARTICIPANT: Final = re.compile(r"participations-\d{1,4}-actor", re.ASCII)


class EventForm(RecordForm):
    """The form of an event. Its topics are chosen in one field."""

    dated_by = "start"
    about = RecordsField(queryset=Topic.objects.all(), required=False, label="Topics", help_text="What it was about.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["about"] = self._topics()

    def _topics(self) -> list[int]:
        return list(self.instance.event_topics.order_by("pk").values_list("topic_id", flat=True))

    def _save_m2m(self) -> None:
        """Save the topics, which have rows of their own."""
        super()._save_m2m()
        chosen = [topic.pk for topic in self.cleaned_data.get("about", ())] if "about" in self.fields else None
        if chosen is None or set(chosen) == set(self._topics()):
            return
        self.instance.event_topics.exclude(topic__in=chosen).delete()
        there = set(self._topics())
        EventTopic.objects.bulk_create([EventTopic(event_id=self.instance.pk, topic_id=pk) for pk in chosen if pk not in there])


class MeetingForm(EventForm):
    """The form of a meeting. A name that is left out says who met, and how."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "name" in self.fields:
            self.fields["name"].required = False

    def clean(self) -> dict[str, Any] | None:
        """Propose a name before the slug is made of it."""
        if "name" in self.fields and not self.cleaned_data.get("name") and "name" not in self.errors:
            self.cleaned_data["name"] = self._proposed_name()
            if not self.cleaned_data["name"]:
                self.add_error(
                    "name", ValidationError("Enter a name, or the form of the meeting and its participants.", code="required")
                )
        return super().clean()

    def _proposed_name(self) -> str:
        met = MeetingMode(self.cleaned_data["mode"]).label if self.cleaned_data.get("mode") else ""
        asked = [value for key, value in self.data.items() if _PARTICIPANT.fullmatch(key)]
        known = dict(Actor.objects.filter(pk__in=[int(one) for one in asked if is_key(one)]).values_list("pk", "name"))
        names = [
            known.get(int(one), "") if is_key(one) else one.split(":", 2)[2]
            for one in asked if is_key(one) or asks_for_draft(one)
        ]  # fmt: skip
        names = list(dict.fromkeys(filter(None, names)))
        if not (met and names):
            return ""
        first, last = names[:NAMED], ["others"] if len(names) > NAMED else []
        *most, end = [*first, *last]
        return f"{met} of {', '.join(most)} and {end}" if most else f"{met} of {end}"


class ProvisionForm(PartForm):
    """The form of a provision within its agreement. How its deadlines are fixed follows from what is entered of them."""

    owner = "agreement"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("order", "due_kind", "lasts_until_kind"):
            if name in self.fields:
                self.fields[name].required = False

    def clean_due_offset(self) -> str:
        """Take a span of time in words, too."""
        return _offset(self.cleaned_data["due_offset"])

    def clean_lasts_until_offset(self) -> str:
        """Take a span of time in words, too."""
        return _offset(self.cleaned_data["lasts_until_offset"])

    def clean(self) -> dict[str, Any] | None:
        """Number the provision, and see how its deadlines are fixed."""
        cleaned = super().clean()
        if "order" in self.fields and self.cleaned_data.get("order") is None and "order" not in self.errors:
            self.cleaned_data["order"] = self.instance.order or self._next_order()
        for prefix in ("due", "lasts_until"):
            self._fix(prefix)
        return cleaned

    def _fix(self, prefix: str) -> None:
        data = self.cleaned_data
        kind = data.get(f"{prefix}_kind") or DeadlineKind.NONE
        if kind == DeadlineKind.NONE:
            told = (("offset", DeadlineKind.RELATIVE), ("date", DeadlineKind.ABSOLUTE), ("condition", DeadlineKind.CONDITIONAL))
            kind = next((one for column, one in told if data.get(f"{prefix}_{column}")), kind)
        data[f"{prefix}_kind"] = kind
        if kind == DeadlineKind.RELATIVE and not data.get(f"{prefix}_anchor"):
            event = data.get(f"{prefix}_anchor_event")
            data[f"{prefix}_anchor"] = DeadlineAnchor.EVENT if event else DeadlineAnchor.SIGNATURE

    def _next_order(self) -> int:
        """Return the place after those that are given, and after the rows above that have none either."""
        stem, _, index = (self.prefix or "").rpartition("-")
        rows = {
            key.split("-")[-2]: self.data.get(key.removesuffix("text") + "order", "")
            for key in self.data if re.fullmatch(rf"{stem}-\d{{1,4}}-text", key)
        }  # fmt: skip
        given = [int(value) for value in rows.values() if is_key(value)]
        above = [row for row, value in rows.items() if not value and index.isdecimal() and int(row) < int(index)]
        return max(given, default=0) + len(above) + 1


def _offset(text: str) -> str:
    """Return a span of time as ISO 8601 has it, where it is spelled out; anything else as it is."""
    match = _SPELLED.fullmatch(" ".join(text.lower().split()))
    if match is None:
        return text.upper() if re.fullmatch(r"p[\dymwd]+", text) else text
    number, unit = match.groups()
    count = 1 if number in ("a", "an") else _NUMBERS.index(number) + 1 if number in _NUMBERS else int(number)
    return f"P{count}{unit[0].upper()}"


class StanceFormSet(LabelledRows):
    """The stances of a statement: one for each target."""

    def clean(self) -> None:
        """Tell where a target stands twice, which the rows cannot see of each other."""
        super().clean()
        seen = set()
        for form in self.forms:
            target = form.cleaned_data.get("target") if hasattr(form, "cleaned_data") else None
            if target and not form.cleaned_data.get("DELETE"):
                key = (target[0], target[1].pk)
                if key in seen:
                    form.add_error("target", ValidationError("Another stance has this target already.", code="unique"))
                seen.add(key)


class StanceForm(PartForm):
    """The form of a stance within its statement. What it is about is found in one field, whatever it is."""

    owner = "statement"
    set_by_form: ClassVar = frozenset(TARGETS)
    # The page that shows it says where it is searched.
    target = OneOfField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = next((one for one in TARGETS if getattr(self.instance, f"{one}_id")), None)
        if chosen:
            self.initial["target"] = f"{chosen}:{getattr(self.instance, f'{chosen}_id')}"

    def _post_clean(self) -> None:
        """Put the target into its column before the rules of the table are asked."""
        target = self.cleaned_data.get("target")
        if target:
            for column in TARGETS:
                setattr(self.instance, column, target[1] if column == target[0] else None)
        super()._post_clean()
