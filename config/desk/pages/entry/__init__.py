"""Entry sessions: entering a source and the records that cite it, by keyboard."""
