"""Webhooks: what is published, changed and retracted is sent to those who subscribed (docs/webhooks.md)."""
