"""The admin pages of the desk."""

from config.desk.access import admin

__all__ = ["admin"]
