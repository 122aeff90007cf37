"""The admin pages of events, their parts and topics."""

from events.admin import events, parts, topics

__all__ = ["events", "parts", "topics"]
