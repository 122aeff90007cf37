"""Records of several kinds in one table: a proxy model for each, with its own manager."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class OfKind:
    """Proxy model of the rows of one kind."""

    KIND: ClassVar[str]

    def __init__(self, *args: Any, **values: Any) -> None:
        if not args:
            values.setdefault("kind", self.KIND)
        super().__init__(*args, **values)


class KindManager(models.Manager):  # type: ignore[type-arg]  # its model is known where it is used
    """The rows of one kind. Build it with `from_queryset`."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(kind=self.model.KIND)
