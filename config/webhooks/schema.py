"""What the OpenAPI document says of webhooks."""

from __future__ import annotations

from typing import Any, Final

_SIGNATURE: Final = (
    "Signatures, separated by spaces: `v1,` and the Base64 of the HMAC-SHA256 of `{id}.{timestamp}.{body}`. The key is the part "
    "of the secret after `whsec_`, decoded from Base64. One valid signature suffices."
)
_HEADERS: Final = (
    ("webhook-id", "Identifier of the change, the same for every attempt and replay; identifies duplicates.", "change_42", 64),
    ("webhook-timestamp", "Time of sending, in Unix seconds. Reject messages older than five minutes.", "1767225600", 20),
    (
        "webhook-signature",
        _SIGNATURE,
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
        200,
    ),
)
_MESSAGE: Final = {
    "type": "object",
    "description": "Message about one change.",
    "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {
            "type": "string",
            "maxLength": 40,
            "description": "Type of the message: collection and operation, such as events.created or topics.retracted.",
            "examples": ["events.updated"],
        },
        "timestamp": {"type": "string", "format": "date-time", "description": "Time of the change (UTC, RFC 3339)."},
        "data": {"$ref": "#/components/schemas/Change"},
    },
}
_DESCRIPTION: Final = (
    "Message sent to a subscription for each matching change in `/api/v1/changes`, in the order of the log. The operator of the "
    "server creates subscriptions, which filter by the parameters of `/api/v1/changes`. Messages are signed according to "
    "[Standard Webhooks](https://www.standardwebhooks.com). Answer with any 2xx within 10 seconds; after any other response the "
    "message is sent again, at growing intervals, for five days. 410 ends the subscription."
)


def describe(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Add the webhook to the document: a postprocessing hook of drf-spectacular."""
    result["components"]["schemas"]["ChangeMessage"] = _MESSAGE
    parameters = [
        {
            "name": name, "in": "header", "required": True, "description": description,
            "schema": {"type": "string", "minLength": 1, "maxLength": longest}, "example": example,
        }
        for name, description, example, longest in _HEADERS
    ]  # fmt: skip
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/ChangeMessage"}}}
    result["webhooks"] = {
        "change": {
            "post": {
                "operationId": "receive_change", "tags": ["changes"], "summary": "Receive a change", "description": _DESCRIPTION,
                "parameters": parameters, "requestBody": {"required": True, "content": content},
                "responses": {"204": {"description": "Message accepted."}},
            }
        }
    }  # fmt: skip
    return result
