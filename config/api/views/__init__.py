"""What answers at the addresses of the API: lists, records, counts, exports, versions, search, feed, documentation."""
