"""The cache of failed sign-in counts."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import OperationalError, connections, router, transaction


class LoudDatabaseCache(DatabaseCache):
    """Django's cache in the database, which says so when the database cannot write.

    Django's own takes the failure for "somebody else was first": on a full disk, every sign-in would be one try too many.
    """

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = None) -> bool:
        failed: list[OperationalError] = []

        def execute(run: Any, *arguments: Any) -> Any:
            try:
                return run(*arguments)
            except OperationalError as error:
                failed.append(error)
                raise

        database = router.db_for_write(self.cache_model_class)
        # A disk may be full as late as at the commit, which is ours here.
        with transaction.atomic(using=database), connections[database].execute_wrapper(execute):
            done = super()._base_set(mode, key, value, timeout)  # type: ignore[misc]  # django-stubs leave it out
        if failed:
            raise failed[0]
        return bool(done)


class LoudRedisCache(RedisCache):
    """Django's cache in Valkey. One that does not answer is an error soon, and a page says so: nobody signs in uncounted."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        from config.api.server.shared_counters import options  # noqa: PLC0415 - only where it is set

        super().__init__(server, params | {"OPTIONS": options() | params.get("OPTIONS", {})})
