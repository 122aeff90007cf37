"""What people entered in a record: its own row and the rows that belong to it, whole, at one moment.

A snapshot can be kept, compared with another, joined with what somebody else did meanwhile, and put back. History, proposals,
refused saves and merges all work with snapshots, and know nothing of the tables behind them.
"""

from config.record.curation.snapshots.capture import EMPTY, RecordSnapshot, Values, part, row_values, snapshot, snapshots
from config.record.curation.snapshots.diff import Difference, combined, contested, differences, shown
from config.record.curation.snapshots.restore import detached, put_back, write_row
from config.record.curation.snapshots.tables import belonging, columns, entered

__all__ = [
    "EMPTY",
    "Difference",
    "RecordSnapshot",
    "Values",
    "belonging",
    "columns",
    "combined",
    "contested",
    "detached",
    "differences",
    "entered",
    "part",
    "put_back",
    "row_values",
    "shown",
    "snapshot",
    "snapshots",
    "write_row",
]
