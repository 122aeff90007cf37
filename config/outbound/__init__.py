"""Requests that this server makes of others: to addresses that people enter, and therefore to public ones alone."""
