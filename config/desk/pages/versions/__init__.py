"""Versions: conflicts of concurrent edits, history, restoring, and merging."""
