"""The log of documents only grows: the database itself refuses to change or delete an entry.

An erasure (a court order, privacy) may take a body away; its hash and reason stay.
"""

from django.db import migrations

from config.record.search import SearchIndex, VendorSQL

KEPT = ("sequence", "collection", "kind", "slug", "version", "operation", "reason", "cause", "at", "schema_version", "sha256")
REFUSAL = "record_logentry_append_only: an entry of the log is never changed or deleted"

SQLITE = [
    f"""
    CREATE TRIGGER record_logentry_not_changed BEFORE UPDATE ON record_logentry
    WHEN new.document IS NOT NULL OR {" OR ".join(f"new.{column} IS NOT old.{column}" for column in KEPT)} BEGIN
        SELECT RAISE(ABORT, '{REFUSAL}');
    END
    """,
    f"""
    CREATE TRIGGER record_logentry_not_deleted BEFORE DELETE ON record_logentry BEGIN
        SELECT RAISE(ABORT, '{REFUSAL}');
    END
    """,
]
SQLITE_UNDO = ["DROP TRIGGER record_logentry_not_changed", "DROP TRIGGER record_logentry_not_deleted"]
POSTGRESQL_FUNCTION = f"""
CREATE FUNCTION record_logentry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = '{REFUSAL}', ERRCODE = 'check_violation';
END
$$
"""
POSTGRESQL_CHANGED = f"""
CREATE TRIGGER record_logentry_not_changed BEFORE UPDATE ON record_logentry FOR EACH ROW
WHEN (new.document IS NOT NULL OR {" OR ".join(f"new.{column} IS DISTINCT FROM old.{column}" for column in KEPT)})
EXECUTE FUNCTION record_logentry_refuse()
"""
POSTGRESQL_DELETED = """
CREATE TRIGGER record_logentry_not_deleted BEFORE DELETE ON record_logentry FOR EACH ROW
EXECUTE FUNCTION record_logentry_refuse()
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0001_tables")]

    operations = [
        VendorSQL(
            {"sqlite": SQLITE, "postgresql": [POSTGRESQL_FUNCTION, POSTGRESQL_CHANGED, POSTGRESQL_DELETED]},
            {
                "sqlite": SQLITE_UNDO,
                "postgresql": [
                    "DROP TRIGGER record_logentry_not_changed ON record_logentry",
                    "DROP TRIGGER record_logentry_not_deleted ON record_logentry",
                    "DROP FUNCTION record_logentry_refuse",
                ],
            },
        ),
        SearchIndex("record_source"),
    ]
