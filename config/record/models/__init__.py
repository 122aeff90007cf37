"""Abstract models and querysets of records."""

from config.record.models.citations import Citation
from config.record.models.counts import IndexCount
from config.record.models.documented import Documented, Lasting, Named
from config.record.models.history import LogEntry, LogHead, PendingDocument, Redirect, Transition
from config.record.models.kinds import KindManager, OfKind
from config.record.models.naming import Identifier, Name

__all__ = [
    "Citation",
    "Documented",
    "Identifier",
    "IndexCount",
    "KindManager",
    "Lasting",
    "LogEntry",
    "LogHead",
    "Name",
    "Named",
    "OfKind",
    "PendingDocument",
    "Redirect",
    "Transition",
]
