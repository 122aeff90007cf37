"""Sessions in Valkey, where CACHE_URL names one."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import cache


class SessionStore(cache.SessionStore):
    """Django's sessions in the cache, which say so when it does not answer.

    Django's own begin a new session then, and the browser drops the old one: everybody would be signed out by a moment's silence.
    """

    def load(self) -> dict[str, Any]:
        """Return what the session holds."""
        held: dict[str, Any] | None = self._cache.get(self.cache_key)  # type: ignore[attr-defined]  # django-stubs leave it out
        if held is None:
            self._session_key = None
        return held or {}
