"""Counters of requests that all web nodes share: in Valkey (or Redis), where CACHE_URL names one.

A script counts there in one step, by the clock of that server, so that neither nodes nor threads have to agree on anything.
"""

from __future__ import annotations

from typing import Any, Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# Whoever counts waits so many seconds at most. The client repeats by itself unless it is told not to: 6.5 s with a frozen server.
PATIENCE: Final = 0.2
# The generic cell rate algorithm, as in `config.api.server.throttling`: whether it is counted, when all is left again, the wait.
_COUNT: Final = """
local window, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local full = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now), now + window)
local following = full + window / rate
if following - now > window + 0.000001 then
    return {0, tostring(full - now), tostring(following - now - window)}
end
redis.call('SET', KEYS[1], string.format('%.6f', following), 'PX', math.ceil((following - now) * 1000) + 1000)
return {1, tostring(following - now), '0'}
"""


def options() -> dict[str, Any]:
    """Return how a connection is made: it gives up soon, and does not try again by itself."""
    return {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "retry": Retry(NoBackoff(), 0)}


class SharedCounters:
    """The counters of one server."""

    def __init__(self, url: str) -> None:
        client: Any = redis.Redis.from_url(url, **options())
        self._count = client.register_script(_COUNT)

    def take(self, name: str, rate: int, window: int) -> tuple[bool, float, float]:
        """Count one request: whether it is within the rate, in how many seconds everything is left again, and how long to wait.

        Raises `OSError` where the server cannot be asked.
        """
        try:
            counted, full, wait = self._count(keys=[f"chancery:rate:{name}"], args=[window, rate])
        except redis.RedisError as error:
            raise OSError(str(error)) from error
        return bool(counted), float(full), float(wait)
