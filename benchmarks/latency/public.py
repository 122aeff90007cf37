"""Every documented question, asked over one HTTP connection."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from urllib.parse import unquote_plus, urlencode, urlsplit

from benchmarks.latency.timings import Timing, timed
from benchmarks.serving import Server
from config.api_urls import COLLECTIONS
from tests import scale
from tests.api.questions import COMMON_FILTER, DATES, FILTER, LIST, ORDER, Question, costly, documented, searches

SECOND_PAGE = "second page"
TOTAL = "count of all"
LONGEST = 200


def questions() -> Iterator[Question]:
    """Yield what is asked, but second pages, whose URLs are in the first ones."""
    yield from documented(of_each_kind=True)
    yield from costly()
    for name, view in COLLECTIONS.items():
        parameters = view.filterset_class.parameters()
        yield Question(f"{name}/counts", {}, TOTAL)
        if "external_id" in parameters:
            dataset = scale.common_value(name, "dataset")
            yield Question(name, {"dataset": dataset, "external_id": scale.external_id(name)}, FILTER)
        if "as_of" in parameters:
            yield Question(name, {"as_of": "2010-01-01", "date_match": "certain"}, DATES)
        yield Question(name, {"limit": LONGEST}, LIST)
    yield from searches(scale.common_value("events", "q"))


class Reader:
    """A client that asks over one connection."""

    def __init__(self, server: Server) -> None:
        self._headers = dict(server.headers)
        self._connection = server.connection()

    def get(self, address: str) -> tuple[int, bytes]:
        """Return the status and the whole body that an address answers with."""
        try:
            return self._get(address)
        except (http.client.RemoteDisconnected, ConnectionResetError):
            # A server may close a connection between two requests; http.client opens it anew.
            self._connection.close()
            return self._get(address)

    def _get(self, address: str) -> tuple[int, bytes]:
        self._connection.request("GET", address, headers=self._headers)
        response = self._connection.getresponse()
        return response.status, response.read()

    def timing(self, address: str, group: str, kind: str) -> Timing:
        """Ask a question several times."""
        status, milliseconds = timed(lambda: self.get(address)[0])
        return Timing(group, kind, unquote_plus(address.removeprefix("/api/v1/")), status, milliseconds)


def public_timings(server: Server) -> Iterator[Timing]:
    """Ask everything, and yield how long it took."""
    reader = Reader(server)
    for path, query, kind in questions():
        address = f"/api/v1/{path}"
        if query:
            address += "?" + urlencode(query, doseq=True)
        group = path.removeprefix("exports/").partition("/")[0]
        yield reader.timing(address, group, kind)
        paged = kind == ORDER or (kind == LIST and not query) or (kind == COMMON_FILTER and path in COLLECTIONS)
        following = _following(reader.get(address)) if paged else None
        if following:
            yield reader.timing(following, group, SECOND_PAGE)


def _following(answer: tuple[int, bytes]) -> str | None:
    """Return the address of the page after the one in `answer`, without the host."""
    status, body = answer
    following = json.loads(body).get("next") if status == http.HTTPStatus.OK else None
    return urlsplit(following)._replace(scheme="", netloc="").geturl() if following else None
