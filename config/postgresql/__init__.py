"""Django's backend for PostgreSQL, for servers that are several: see `base`."""
