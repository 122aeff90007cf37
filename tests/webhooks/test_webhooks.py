"""Webhooks: what is sent to whom, signed how, and what becomes of it when nobody takes it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.outbound import http
from config.record.curation import transitions
from config.record.models import LogHead
from config.sources.models import Source
from config.tasks import registry
from config.tasks.models import Task, TaskState, Worker
from config.tasks.worker import claim, execute
from config.webhooks.models import OVERLAP, Subscription
from config.webhooks.tasks import follow_the_log
from tests.factories import SourceFactory, TopicFactory, cited, published
from tests.people import signed_in

pytestmark = pytest.mark.django_db
LIST = reverse("admin:webhooks_subscription_changelist")
ADD = reverse("admin:webhooks_subscription_add")


class Message(NamedTuple):
    """A message as it arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)["data"]


class Receiver:
    """Somebody who takes messages, or does not: `answers` are the next statuses, and 204 follows them."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append(Message({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.send_header("Location", "http://127.0.0.1/")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://app.example:{self.server.server_port}/hook"

    def sequences(self) -> list[int]:
        return [message.data["sequence"] for message in self.messages]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver on this machine that seems to be a public one."""
    registry.discover()
    made = Receiver()
    Thread(target=made.server.serve_forever, daemon=True).start()
    monkeypatch.setattr(http, "public_address", lambda host, port: "127.0.0.1")
    yield made
    made.server.shutdown()
    made.server.server_close()


def subscribe(receiver: Receiver, **more: Any) -> Subscription:
    return Subscription.objects.create(name="An app", url=receiver.url, **more)


def work() -> None:
    """Do what a worker does until nothing is due."""
    own = Worker.objects.create(host="here", pid=1)
    follow_the_log()
    while task := claim(own):
        execute(task)
        task.refresh_from_db()
        assert task.state == TaskState.DONE, task.error


def feed(client: Client, query: str = "") -> list[Any]:
    results: list[Any] = client.get(f"/api/v1/changes?{query}").json()["results"]
    return results


def test_each_change_is_sent_as_the_feed_shows_it(receiver: Receiver, client: Client) -> None:
    published(SourceFactory())
    subscription = subscribe(receiver)
    topic = published(cited(TopicFactory()))
    transitions.retract({type(topic): [topic.pk]}, reason="Invented")
    work()
    # What was there before the subscription is not sent.
    reported = feed(client)[1:]
    assert [message.data for message in receiver.messages] == reported
    assert [json.loads(message.body)["type"] for message in receiver.messages][-1] == "topics.retracted"
    assert json.loads(receiver.messages[-1].body)["timestamp"] == reported[-1]["at"]
    subscription.refresh_from_db()
    assert subscription.sent == LogHead.last_sequence()
    # Nothing is sent twice, and nothing is asked while nothing changes.
    count = Task.objects.count()
    work()
    assert len(receiver.messages) == len(reported)
    assert Task.objects.count() == count


def test_messages_are_signed_as_standard_webhooks_defines(receiver: Receiver) -> None:
    subscription = subscribe(receiver)
    (secret,) = subscription.secrets()
    published(SourceFactory())
    work()
    (message,) = receiver.messages
    assert message.headers["content-type"] == "application/json"
    assert abs(int(message.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64
    assert message.headers["webhook-signature"] == signature(secret, message)
    # The secret stands nowhere in the database.
    assert secret.removeprefix("whsec_") not in str(Subscription.objects.values().get())

    # A new secret signs beside the former one for a day.
    new = subscription.replace_secret()
    assert new != secret
    published(SourceFactory())
    work()
    message = receiver.messages[-1]
    assert message.headers["webhook-signature"].split() == [signature(new, message), signature(secret, message)]
    with time_machine.travel(timezone.now() + OVERLAP + timedelta(minutes=1)):
        assert subscription.secrets() == [new]


def signature(secret: str, message: Message) -> str:
    """Return the signature of a message, as the specification says it is computed."""
    signed = b".".join([message.headers["webhook-id"].encode(), message.headers["webhook-timestamp"].encode(), message.body])
    digest = hmac.new(base64.b64decode(secret[6:]), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def test_the_example_of_the_specification_has_its_signature() -> None:
    from config.webhooks.signing import signatures  # noqa: PLC0415

    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    reported = signatures([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert reported == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_draft_is_never_sent(receiver: Receiver) -> None:
    subscription = subscribe(receiver)
    hidden = SourceFactory(name="Secret report")
    topic = cited(TopicFactory(name="Secret talks"))
    transitions.submit({type(topic): [topic.pk]})
    work()
    published(SourceFactory(name="Open report"))
    Subscription.objects.filter(pk=subscription.pk).update(sent=0)
    work()
    assert [message.data["document"]["name"] for message in receiver.messages] == ["Open report"]
    assert not [message for message in receiver.messages if b"Secret" in message.body or hidden.slug.encode() in message.body]


def test_an_erased_document_is_not_sent_again(receiver: Receiver) -> None:
    subscription = subscribe(receiver)
    source = published(SourceFactory(name="Private report"))
    transitions.erase(Source, source.pk, reason="A court order")
    Subscription.objects.filter(pk=subscription.pk).update(sent=0)
    work()
    assert [message.data["operation"] for message in receiver.messages] == ["created", "retracted", "erased"]
    assert not [message for message in receiver.messages if b"Private" in message.body]


def test_a_filter_is_that_of_the_feed(receiver: Receiver, client: Client) -> None:
    subscribe(receiver, filter="collection=topics,events")
    published(SourceFactory())
    published(cited(TopicFactory()))
    work()
    expected = feed(client, "collection=topics,events")
    assert [message.data for message in receiver.messages] == expected
    assert len(expected) == 1
    # What it does not ask for is passed over, not looked through again and again.
    assert Subscription.objects.get().sent == LogHead.last_sequence()


def test_what_is_not_taken_is_tried_again_later_in_order(receiver: Receiver) -> None:
    with time_machine.travel("2120-01-01", tick=False) as clock:
        subscribe(receiver)
        published(SourceFactory())
        published(SourceFactory())
        receiver.answers = [500, 302]
        work()
        subscription = Subscription.objects.get()
        assert (subscription.failures, subscription.error) == (1, "The address answers with 500.")
        work()
        assert len(receiver.messages) == 1
        clock.shift(timedelta(seconds=5))
        work()
        # Redirects are not followed.
        assert Subscription.objects.get().error == "The address answers with 302."
        clock.shift(timedelta(seconds=299))
        work()
        assert len(receiver.messages) == 2
        clock.shift(timedelta(seconds=1))
        work()
    last = LogHead.last_sequence()
    assert receiver.sequences() == [last - 1, last - 1, last - 1, last]
    # Receivers know by it what they have seen.
    assert [message.headers["webhook-id"] for message in receiver.messages[:3]] == [f"change_{last - 1}"] * 3
    subscription = Subscription.objects.get()
    assert (subscription.failures, subscription.failing_since, subscription.error) == (0, None, "")


def test_what_fails_for_days_is_disabled_and_told_at_the_desk(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    client = signed_in("Administrator")
    with time_machine.travel("2120-01-01", tick=False) as clock:
        subscribe(receiver)
        published(SourceFactory())
        receiver.answers = [503] * 100
        days: list[int] = []
        while (subscription := Subscription.objects.get()).disabled_at is None:
            assert len(days) < 50, "it is never disabled"
            work()
            days.append((timezone.now() - subscription.created_at).days)
            clock.shift(timedelta(hours=10))
        assert 4 <= days[-1] <= 5
        tries = len(receiver.messages)
        work()
        assert len(receiver.messages) == tries
    assert "is disabled" in caplog.text
    page = client.get("/admin/").content.decode()
    assert f'<a href="{LIST}"><strong>1</strong> <span>Disabled webhooks</span>' in page
    assert "The address answers with 503." in client.get(LIST).content.decode()
    # Enabled again, it goes on with what was missed.
    receiver.answers = []
    client.post(LIST, {"action": "enable", "_selected_action": [subscription.pk]})
    work()
    assert receiver.sequences()[-1] == LogHead.last_sequence()
    assert Subscription.objects.get().failures == 0


def test_who_answers_gone_is_told_nothing_any_more(receiver: Receiver) -> None:
    subscribe(receiver)
    published(SourceFactory())
    receiver.answers = [410]
    work()
    assert Subscription.objects.get().disabled_at


def test_a_webhook_that_is_disabled_while_it_is_sent_to_gets_no_further_message(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscription = subscribe(receiver)
    first, second = (published(SourceFactory()).version and LogHead.last_sequence() for _ in range(2))

    def disabled(host: str, port: int) -> str:
        Subscription.objects.get().disable()
        return "127.0.0.1"

    with monkeypatch.context() as patched:
        patched.setattr(http, "public_address", disabled)
        work()
    assert receiver.sequences() == [first]
    subscription.refresh_from_db()
    assert subscription.disabled_at
    # It was not noted that the message was taken: who is enabled again gets it once more.
    subscription.enable()
    work()
    assert receiver.sequences() == [first, first, second]


def test_everything_is_sent_again_from_any_number_of_the_log(receiver: Receiver) -> None:
    client = signed_in("Administrator")
    for _ in range(3):
        published(SourceFactory())
    subscription = subscribe(receiver)
    change = reverse("admin:webhooks_subscription_change", args=[subscription.pk])
    form = {"name": "An app", "url": "https://app.example/hook", "filter": "", "replay_after": ""}
    last = LogHead.last_sequence()
    assert client.post(change, form | {"replay_after": str(last + 1)}).status_code == 200
    assert client.post(change, form).status_code == 302
    Subscription.objects.update(url=receiver.url)
    work()
    assert receiver.messages == []
    assert client.post(change, form | {"replay_after": str(last - 2)}).status_code == 302
    Subscription.objects.update(url=receiver.url)
    work()
    assert receiver.sequences() == [last - 1, last]


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("http://127.0.0.1/hook", "not on the public internet"),
        ("http://169.254.169.254/latest/meta-data", "not on the public internet"),
        ("http://[::ffff:10.0.0.1]/", "not on the public internet"),
        ("https://desk.internal/", "not on the public internet"),
        ("https://user:word@app.example/", "a user name or a password"),
        ("ftp://app.example/", "does not begin with http"),
    ],
)
def test_an_address_on_this_side_of_the_wall_is_refused_when_it_is_entered(url: str, wrong: str) -> None:
    page = signed_in("Administrator").post(ADD, {"name": "An app", "url": url, "filter": ""})
    assert wrong in page.content.decode()
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "169.254.169.254"])
def test_a_name_that_leads_to_this_side_of_the_wall_is_sent_nothing(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    registry.discover()
    Subscription.objects.create(name="An app", url="https://app.example/hook")
    published(SourceFactory())
    found = [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("It was asked."))
    work()
    assert Subscription.objects.get().error == "The address leads to a machine that is not on the public internet."


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("collection=persons", "persons"),
        ("colection=events", "Did you mean collection?"),
        ("after=7", "A subscription has no after."),
        ("limit=7", "A subscription has no limit."),
    ],
)
def test_a_filter_that_the_feed_would_refuse_is_refused(text: str, wrong: str) -> None:
    page = signed_in("Administrator").post(ADD, {"name": "An app", "url": "https://app.example/", "filter": text})
    assert page.status_code == 200
    assert wrong in str(page.context["adminform"].form.errors)


def test_the_secret_is_shown_when_it_is_made_and_when_it_is_replaced() -> None:
    client = signed_in("Administrator")
    page = client.post(ADD, {"name": "An app", "url": "https://app.example/", "filter": "collection=topics"}).content.decode()
    subscription = Subscription.objects.get()
    assert subscription.secrets()[0] in page
    assert subscription.created_by
    assert "whsec_" not in client.get(LIST).content.decode()
    page = client.post(LIST, {"action": "replace_secret", "_selected_action": [subscription.pk]}).content.decode()
    subscription.refresh_from_db()
    assert subscription.secrets()[0] in page
    other = Subscription.objects.create(name="Another", url="https://app.example/")
    answer = client.post(LIST, {"action": "replace_secret", "_selected_action": [subscription.pk, other.pk]})
    assert "Select exactly one" in " ".join(str(one) for one in get_messages(answer.wsgi_request))


def test_the_document_describes_the_webhook(client: Client) -> None:
    document = client.get("/api/v1/schema", HTTP_ACCEPT="application/json").json()
    operation = document["webhooks"]["change"]["post"]
    assert {one["name"] for one in operation["parameters"]} == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert document["components"]["schemas"]["ChangeMessage"]["properties"]["data"] == {"$ref": "#/components/schemas/Change"}
