"""Outgoing HTTP requests to URLs that users enter: to public addresses only (no SSRF)."""
