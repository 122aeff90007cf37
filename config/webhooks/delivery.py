"""Delivery of changes to a subscription, in the order of the log."""

from __future__ import annotations

import http.client
import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

import orjson
from django.utils import timezone

from config.api.views.history import COLUMNS, entry_json
from config.outbound.http import request
from config.record.models import LogHead
from config.tasks.registry import Run
from config.webhooks.models import Subscription
from config.webhooks.signing import signatures

AGENT: Final = "Chancery-webhooks/1"
# How long to wait after the first failure in a row, after the second …; the last holds for all that follow. In seconds.
WAITS: Final = (5, 300, 1800, 7200, 18_000, 36_000)
# How long nothing may arrive before a subscription is disabled.
LONGEST_FAILURE: Final = timedelta(days=5)
# How many changes are read at a time.
READ: Final = 100

logger = logging.getLogger(__name__)


class NotDeliveredError(OSError):
    """A message that was not accepted."""


class GoneError(NotDeliveredError):
    """The receiver answered 410: it wants no more messages."""


def deliver(subscription: Subscription, run: Run) -> None:
    """Send the changes that a subscription has not received; stop at the first failure."""
    head = LogHead.last_sequence()
    total = subscription.entries(head).count()
    done = 0
    while entries := list(subscription.entries(head).values(*COLUMNS)[:READ]):
        for entry in entries:
            try:
                send(subscription, entry)
            except (OSError, http.client.HTTPException, ValueError) as error:
                note_failure(subscription, error)
                run.save(done=done, total=total, report=f"{done} sent; the next failed and is retried.")
                return
            healthy = {"failures": 0, "failing_since": None, "retry_at": None, "error": "", "delivered_at": timezone.now()}
            # Before the next is sent, so that what was taken is sent again as seldom as can be.
            if not subscription.move(entry["sequence"], **healthy):
                return
            done += 1
            run.stop_if_asked()
        run.save(done=done, total=total)
    # Nothing else up to there is for this subscription.
    subscription.move(max(head, subscription.sent))
    run.save(done=done, total=total, report=f"{done} sent.")


def message(entry: Mapping[str, Any]) -> bytes:
    """Return the body of a message: the change, to the byte as the change feed shows it."""
    head = {"type": f"{entry['collection']}.{entry['operation']}", "timestamp": entry["at"]}
    return orjson.dumps(head | {"data": orjson.Fragment(entry_json(entry))}, option=orjson.OPT_UTC_Z)


def send(subscription: Subscription, entry: Mapping[str, Any]) -> None:
    """Send one change; raise an `OSError` where it is not taken."""
    body, now = message(entry), int(time.time())
    # The same for each attempt and each replay, so that receivers can deduplicate.
    message_id = f"change_{entry['sequence']}"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": signatures(subscription.secrets(), message_id, now, body),
    }
    status = request("POST", subscription.url, headers, body).status
    if status == HTTPStatus.GONE:
        raise GoneError("answers with 410: it wants no more messages")
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise NotDeliveredError(f"answers with {status}")


def note_failure(subscription: Subscription, error: Exception) -> None:
    """Have a subscription wait, or disable it where nothing has arrived for long."""
    now = timezone.now()
    since = subscription.failing_since or now
    failures = subscription.failures + 1
    wait = timedelta(seconds=WAITS[min(failures, len(WAITS)) - 1])
    changed = {"failures": failures, "failing_since": since, "retry_at": now + wait, "error": f"The address {_reason(error)}."}
    if isinstance(error, GoneError) or now + wait - since > LONGEST_FAILURE:
        changed |= {"disabled_at": now, "retry_at": None}
        logger.error("The webhook %s is disabled: its address %s.", subscription, _reason(error))
    Subscription.objects.filter(pk=subscription.pk, sent=subscription.sent, disabled_at=None).update(**changed)


def _reason(error: Exception) -> str:
    # What this code raises reads as the end of a sentence.
    known = isinstance(error, OSError) and error.errno is None and str(error)
    return str(error) if known else f"does not answer ({type(error).__name__})"
