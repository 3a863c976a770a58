"""The database itself refuses double bookings and changes of the audit."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OVERLAP = """
    SELECT RAISE(ABORT, 'occupancy_overlap') FROM occupancy AS other
    WHERE other.holder = NEW.holder AND other.holder_id = NEW.holder_id AND other.id <> NEW.id
      AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at
"""


def upgrade() -> None:
    """PostgreSQL: an exclusion constraint and a rule; SQLite: triggers. Both name what they refuse."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(
            "ALTER TABLE occupancy ADD CONSTRAINT occupancy_overlap EXCLUDE USING gist "
            "(holder WITH =, holder_id WITH =, tstzrange(starts_at, ends_at) WITH &&)"
        )
        op.execute(
            "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit_is_append_only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit_entry "
            "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
        )
        return
    for event in ("INSERT", "UPDATE OF holder, holder_id, starts_at, ends_at"):
        name = event.split()[0].lower()
        # NEW.id is NULL (or -1) before an insert: compare with a number that no row has.
        body = OVERLAP.replace("NEW.id", "-1") if name == "insert" else OVERLAP
        op.execute(f"CREATE TRIGGER occupancy_overlap_{name} BEFORE {event} ON occupancy BEGIN {body}; END")
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_append_only_{event.lower()} BEFORE {event} ON audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'audit_is_append_only'); END"
        )


def downgrade() -> None:
    """Take the guards away."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE occupancy DROP CONSTRAINT occupancy_overlap")
        op.execute("DROP TRIGGER audit_is_append_only ON audit_entry")
        op.execute("DROP FUNCTION refuse_audit_change()")
        return
    for name in (
        "occupancy_overlap_insert",
        "occupancy_overlap_update",
        "audit_append_only_update",
        "audit_append_only_delete",
    ):
        op.execute(f"DROP TRIGGER {name}")
