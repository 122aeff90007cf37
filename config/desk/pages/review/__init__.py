"""Review: queues, the way of records to the public under two pairs of eyes, and proposals to change what is public."""
