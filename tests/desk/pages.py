"""Pages of the desk: their addresses, and what a browser would send from them."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth import get_user
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from config.record.documents.registry import DOCUMENT_TYPES


def address(record: Any, page: str = "change") -> str:
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[record.pk] if page == "change" else [])


def history_of(record: Any) -> str:
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[record.pk])


def entered(client: Client, url: str) -> dict[str, Any]:
    """Return what a browser would send if the form at `url` were saved as it is.

    The view of the page is called as the client's user, and its template is not rendered, which would take most of the time.
    """
    view = resolve(url)
    request = RequestFactory().get(url)
    request.session = client.session
    request.user = get_user(request)
    context = view.func(request, *view.args, **view.kwargs).context_data
    sent = _values(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        sent |= _values(inline.formset.management_form)
        for form in inline.formset.initial_forms:
            sent |= _values(form)
    return sent


def _values(form: Any) -> dict[str, Any]:
    values = {bound.html_name: bound.value() for bound in form}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def saved(client: Client, record: Any, **changed: Any) -> Any:
    """Save the form of a record with what is `changed`, and return the page that follows."""
    url = address(record)
    return client.post(url, entered(client, url) | changed, follow=True)


def change(client: Client, record: Any, **values: str) -> None:
    """Save the form of a record, which must be accepted."""
    answer = client.post(address(record), entered(client, address(record)) | values)
    assert answer.status_code == 302, answer.context["errors"]


def confirm_page(step: str, *records: Any) -> str:
    """Return the address of the page that confirms a step."""
    collection = DOCUMENT_TYPES[records[0]._meta.concrete_model].collection
    url = reverse("admin:desk_confirm", args=[collection, step])
    return f"{url}?records={','.join(str(record.pk) for record in records)}"


def hidden(page: str) -> dict[str, Any]:
    """Return what the form on the page of a step sends along."""
    return {
        "seen": re.findall(r'name="seen" value="([^"]+)"', page),
        "along": "".join(re.findall(r'name="along" value="([^"]+)"', page)),
    }


def confirmed(client: Client, step: str, *records: Any, reason: str = "") -> Any:
    """Open the page of a step and confirm it."""
    url = confirm_page(step, *records)
    page = client.get(url).content.decode()
    return client.post(url, hidden(page) | {"reason": reason}, follow=True)


def messages(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def page(answer: Any) -> str:
    """Return the text of a page with single spaces."""
    return re.sub(r"\s+", " ", answer.content.decode())
