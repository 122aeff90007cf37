"""Views of the API: lists, records, counts, exports, versions, search, change feed, documentation."""
