"""The tables of the desk."""

from config.desk.access.models import AuditEntry

__all__ = ["AuditEntry"]
