"""The filters of events, what belongs to them, and topics, that are more than a comparison with a column."""
