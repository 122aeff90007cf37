"""Nothing lost between two people: stale saves are refused, versions are shown and made again, duplicates merged."""
