"""Time limits of requests (`config/limits`) and lock timeouts. docs/limits.md lists all limits."""

from config.settings.base import env

# In seconds, by the kind of request; 0 sets no limit.
TIME_LIMITS = {
    # A list, a record, the search: readers.
    "read": env.float("TIME_LIMIT_READ", default=4),
    # Counts, which read all that they count.
    "count": env.float("TIME_LIMIT_COUNT", default=8),
    # One part of an export.
    "export": env.float("TIME_LIMIT_EXPORT", default=10),
    # A page of the desk, a form of it, an uploaded sheet.
    "page": env.float("TIME_LIMIT_PAGE", default=30),
    "save": env.float("TIME_LIMIT_SAVE", default=120),
    "import": env.float("TIME_LIMIT_IMPORT", default=600),
}
