"""Chancery as it is measured: its rows, how they are loaded, how it is served and asked."""
