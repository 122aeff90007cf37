"""Models of the desk."""

from config.desk.models.access import AuditEntry
from config.desk.models.findings import Finding
from config.desk.models.review import Approval, Proposal, Safeguard
from config.desk.models.sheets import Sheet
from config.desk.models.versions import Revision

__all__ = ["Approval", "AuditEntry", "Finding", "Proposal", "Revision", "Safeguard", "Sheet"]
