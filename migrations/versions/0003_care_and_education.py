"""Care and education together."""

import sqlalchemy as sa
from alembic import op

from senior_univ.core.db import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


OVERLAP = """
    SELECT RAISE(ABORT, 'occupancy_overlap') FROM occupancy AS other
    WHERE other.holder = NEW.holder AND other.holder_id = NEW.holder_id AND other.id <> {own_id}
      AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at
"""


def guard_occupancy() -> None:
    """Make SQLite's triggers again, which went with the table that was made anew."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, moment, own_id in (
        ("insert", "INSERT", "-1"),
        ("update", "UPDATE OF holder, holder_id, starts_at, ends_at", "NEW.id"),
    ):
        body = OVERLAP.format(own_id=own_id)
        op.execute(f"CREATE TRIGGER occupancy_overlap_{name} BEFORE {moment} ON occupancy BEGIN {body}; END")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "local_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("market", "temple_fair", "farm_season", name="localdayskind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("digits", sa.JSON(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("to_month", sa.Integer(), nullable=True),
        sa.Column("to_day", sa.Integer(), nullable=True),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_local_days_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_days")),
    )
    with op.batch_alter_table("local_days", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_local_days_region_code"), ["region_code"], unique=False)

    op.create_table(
        "timings",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("takes_make_up_days", sa.Boolean(), nullable=False),
        sa.Column("has_winter_break", sa.Boolean(), nullable=False),
        sa.Column("winter_month", sa.Integer(), nullable=False),
        sa.Column("winter_day", sa.Integer(), nullable=False),
        sa.Column("summer_month", sa.Integer(), nullable=False),
        sa.Column("summer_day", sa.Integer(), nullable=False),
        sa.Column("morning_minutes", sa.Integer(), nullable=False),
        sa.Column("afternoon_minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_timings_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_timings")),
    )
    op.create_table(
        "training",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_training_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
    )
    with op.batch_alter_table("training", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_on"), ["on"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "away",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("hospital", "at_home", name="awaykind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_away_order")),
        sa.ForeignKeyConstraint(["home_id"], ["organisation.id"], name=op.f("fk_away_home_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_away_person_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_away_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away")),
    )
    with op.batch_alter_table("away", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_away_home_id"), ["home_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_away_person_id"), ["person_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("person_id", "path", name=op.f("uq_draft_person_id_path")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_saved_at"), ["saved_at"], unique=False)

    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("declared_at", UTCDateTime(), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_quarantine_order")),
        sa.ForeignKeyConstraint(["declared_by_id"], ["person.id"], name=op.f("fk_quarantine_declared_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_quarantine_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quarantine_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "suspension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "snow",
                "heat",
                "rainstorm",
                "pollution",
                "epidemic",
                "farming",
                "other",
                name="suspensionkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("declared_at", UTCDateTime(), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("(region_code IS NULL) <> (venue_id IS NULL)", name=op.f("ck_suspension_one_place")),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_suspension_order")),
        sa.ForeignKeyConstraint(["declared_by_id"], ["person.id"], name=op.f("fk_suspension_declared_by_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_suspension_region_code")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_suspension_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspension_region_code"), ["region_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_suspension_venue_id"), ["venue_id"], unique=False)

    op.create_table(
        "term_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("old_term_id", sa.Integer(), nullable=False),
        sa.Column("new_term_id", sa.Integer(), nullable=False),
        sa.Column("with_learners", sa.Boolean(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_term_copy_asked_by_id")),
        sa.ForeignKeyConstraint(["new_term_id"], ["term.id"], name=op.f("fk_term_copy_new_term_id")),
        sa.ForeignKeyConstraint(["old_term_id"], ["term.id"], name=op.f("fk_term_copy_old_term_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_term_copy_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_copy")),
    )
    with op.batch_alter_table("term_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_term_copy_done_at"), ["done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_term_copy_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "training_part",
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_training_part_person_id")),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_training_part_training_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("training_id", "person_id", name=op.f("pk_training_part")),
    )
    with op.batch_alter_table("training_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_part_person_id"), ["person_id"], unique=False)

    op.create_table(
        "travel_time",
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_travel_time_minutes")),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_travel_time_order")),
        sa.ForeignKeyConstraint(["one_id"], ["venue.id"], name=op.f("fk_travel_time_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["venue.id"], name=op.f("fk_travel_time_other_id")),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_travel_time")),
    )
    with op.batch_alter_table("travel_time", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_travel_time_other_id"), ["other_id"], unique=False)

    op.create_table(
        "availability_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=True),
        sa.Column("ends", sa.Time(), nullable=True),
        sa.Column("is_away", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint("(starts IS NULL) = (ends IS NULL)", name=op.f("ck_availability_exception_both_hours")),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_availability_exception_days")),
        sa.CheckConstraint("starts < ends", name=op.f("ck_availability_exception_order")),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teacher.id"], name=op.f("fk_availability_exception_teacher_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability_exception")),
    )
    with op.batch_alter_table("availability_exception", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_availability_exception_teacher_id"), ["teacher_id"], unique=False)

    op.create_table(
        "call_tick",
        sa.Column("suspension_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("ticked_at", UTCDateTime(), nullable=False),
        sa.Column("ticked_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_tick_person_id")),
        sa.ForeignKeyConstraint(["suspension_id"], ["suspension.id"], name=op.f("fk_call_tick_suspension_id")),
        sa.ForeignKeyConstraint(["ticked_by_id"], ["person.id"], name=op.f("fk_call_tick_ticked_by_id")),
        sa.PrimaryKeyConstraint("suspension_id", "person_id", name=op.f("pk_call_tick")),
    )
    with op.batch_alter_table("call_tick", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_tick_person_id"), ["person_id"], unique=False)

    op.create_table(
        "care_block_exception",
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["care_block.id"], name=op.f("fk_care_block_exception_block_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("block_id", "on", name=op.f("pk_care_block_exception")),
    )
    op.create_table(
        "qualification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teacher.id"], name=op.f("fk_qualification_teacher_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification")),
    )
    with op.batch_alter_table("qualification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_qualification_expires_on"), ["expires_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_qualification_teacher_id"), ["teacher_id"], unique=False)

    op.create_table(
        "room_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("granted_at", UTCDateTime(), nullable=True),
        sa.Column("declined_at", UTCDateTime(), nullable=True),
        sa.Column("taken_back_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("waits_for", sa.Enum("owner", "guest", name="side", native_enum=False, length=32), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_room_booking_order")),
        sa.CheckConstraint("weeks BETWEEN 1 AND 52", name=op.f("ck_room_booking_weeks")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_room_booking_answered_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_room_booking_asked_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_room_booking_organisation_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_booking_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_booking")),
    )
    with op.batch_alter_table("room_booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_booking_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_room_booking_room_id"), ["room_id"], unique=False)

    op.create_table(
        "volunteer_application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("subject_ids", sa.JSON(), nullable=False),
        sa.Column("about", sa.String(length=500), nullable=False),
        sa.Column("promised_at", UTCDateTime(), nullable=False),
        sa.Column("applied_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_volunteer_application_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_volunteer_application_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_volunteer_application_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_volunteer_application_region_code")),
        sa.ForeignKeyConstraint(["teacher_id"], ["teacher.id"], name=op.f("fk_volunteer_application_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_application")),
        sa.UniqueConstraint("teacher_id", name=op.f("uq_volunteer_application_teacher_id")),
    )
    with op.batch_alter_table("volunteer_application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_volunteer_application_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_volunteer_application_person_id"), ["person_id"], unique=False)

    op.create_table(
        "class_assistant",
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column(
            "what", sa.Enum("co_teacher", "assistant", name="assistance", native_enum=False, length=32), nullable=False
        ),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_class_assistant_class_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["teacher.id"], name=op.f("fk_class_assistant_teacher_id")),
        sa.PrimaryKeyConstraint("class_id", "teacher_id", name=op.f("pk_class_assistant")),
    )
    with op.batch_alter_table("class_assistant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_class_assistant_teacher_id"), ["teacher_id"], unique=False)

    op.create_table(
        "term_copy_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("new_class_id", sa.Integer(), nullable=True),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_term_copy_part_class_id")),
        sa.ForeignKeyConstraint(["copy_id"], ["term_copy.id"], name=op.f("fk_term_copy_part_copy_id")),
        sa.ForeignKeyConstraint(["new_class_id"], ["course_class.id"], name=op.f("fk_term_copy_part_new_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_copy_part")),
        sa.UniqueConstraint("copy_id", "class_id", name=op.f("uq_term_copy_part_copy_id_class_id")),
    )
    op.create_table(
        "together_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asks_person_id", sa.Integer(), nullable=False),
        sa.Column("takes_wheelchair_place", sa.Boolean(), nullable=False),
        sa.Column("has_escort", sa.Boolean(), nullable=False),
        sa.Column(
            "hand",
            sa.Enum("herself", "relative", "desk", "care_home", "referrer", name="hand", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "answer",
            sa.Enum("agreed", "declined", "taken_back", name="togetheranswer", native_enum=False, length=32),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_together_wish_answered_by_id")),
        sa.ForeignKeyConstraint(["asks_person_id"], ["person.id"], name=op.f("fk_together_wish_asks_person_id")),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_together_wish_class_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_together_wish_made_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_together_wish_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_together_wish")),
    )
    with op.batch_alter_table("together_wish", schema=None) as batch_op:
        batch_op.create_index("ix_together_wish_asked", ["asks_person_id", "answered_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_together_wish_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_together_wish_open",
            ["class_id", "person_id"],
            unique=True,
            postgresql_where=sa.text("answered_at IS NULL"),
            sqlite_where=sa.text("answered_at IS NULL"),
        )

    op.create_table(
        "transport_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("vehicle", sa.String(length=80), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("wheelchair_places", sa.Integer(), nullable=False),
        sa.Column("escorts", sa.Integer(), nullable=False),
        sa.Column("picks_up_at", sa.Time(), nullable=False),
        sa.Column("picks_up_where", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("offered_at", UTCDateTime(), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=False),
        sa.Column("accepted_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("declined_at", UTCDateTime(), nullable=True),
        sa.Column("decline_reason", sa.String(length=500), nullable=False),
        sa.Column("taken_back_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("escorts >= 0", name=op.f("ck_transport_offer_escorts")),
        sa.CheckConstraint("places > 0", name=op.f("ck_transport_offer_places")),
        sa.CheckConstraint("wheelchair_places BETWEEN 0 AND places", name=op.f("ck_transport_offer_wheelchair_places")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_transport_offer_answered_by_id")),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_transport_offer_class_id")),
        sa.ForeignKeyConstraint(["home_id"], ["organisation.id"], name=op.f("fk_transport_offer_home_id")),
        sa.ForeignKeyConstraint(["offered_by_id"], ["person.id"], name=op.f("fk_transport_offer_offered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport_offer")),
    )
    with op.batch_alter_table("transport_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transport_offer_class_id"), ["class_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transport_offer_home_id"), ["home_id"], unique=False)

    op.create_table(
        "agreement_feedback",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("is_by_home", sa.Boolean(), nullable=False),
        sa.Column(
            "rating", sa.Enum("good", "fair", "poor", name="rating", native_enum=False, length=32), nullable=False
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_feedback_agreement_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["person.id"], name=op.f("fk_agreement_feedback_given_by_id")),
        sa.PrimaryKeyConstraint("agreement_id", "is_by_home", name=op.f("pk_agreement_feedback")),
    )
    op.create_table(
        "override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("overridden_at", UTCDateTime(), nullable=False),
        sa.Column("overridden_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_override_lesson_id")),
        sa.ForeignKeyConstraint(["overridden_by_id"], ["person.id"], name=op.f("fk_override_overridden_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    with op.batch_alter_table("override", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_override_lesson_id"), ["lesson_id"], unique=False)

    op.create_table(
        "transport_rider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["transport_offer.id"], name=op.f("fk_transport_rider_offer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_transport_rider_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport_rider")),
        sa.UniqueConstraint("offer_id", "person_id", name=op.f("uq_transport_rider_offer_id_person_id")),
    )
    with op.batch_alter_table("transport_rider", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transport_rider_person_id"), ["person_id"], unique=False)

    op.create_table(
        "uncalled_roll",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_uncalled_roll_lesson_id")),
        sa.PrimaryKeyConstraint("lesson_id", name=op.f("pk_uncalled_roll")),
    )
    op.create_table(
        "unsettled",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("raised_at", UTCDateTime(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_unsettled_lesson_id")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["person.id"], name=op.f("fk_unsettled_raised_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsettled")),
    )
    with op.batch_alter_table("unsettled", schema=None) as batch_op:
        batch_op.create_index(
            "uq_unsettled_open",
            ["lesson_id"],
            unique=True,
            postgresql_where=sa.text("settled_at IS NULL"),
            sqlite_where=sa.text("settled_at IS NULL"),
        )

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("ended_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("end_reason", sa.String(length=500), server_default="", nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_agreement_ended_by_id"), "person", ["ended_by_id"], ["id"])

    with op.batch_alter_table("allocation_round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("called_off_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("called_off_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("called_off_reason", sa.String(length=200), server_default="", nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_allocation_round_called_off_by_id"), "person", ["called_off_by_id"], ["id"]
        )

    with op.batch_alter_table("call_back_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("uncalled_id", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_call_back_request_uncalled_id"), ["uncalled_id"])
        batch_op.create_foreign_key(batch_op.f("fk_call_back_request_uncalled_id"), "lesson", ["uncalled_id"], ["id"])

    with op.batch_alter_table("care_block", schema=None) as batch_op:
        batch_op.add_column(sa.Column("from_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("to_on", sa.Date(), nullable=True))

    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=120), server_default="", nullable=False))
        batch_op.add_column(sa.Column("title", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_certificate_replaces_id"), ["replaces_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_certificate_replaces_id"), "certificate", ["replaces_id"], ["id"])

    with op.batch_alter_table("class_offer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counters_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("is_by_home", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("co_teacher_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("room_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "delivery",
                sa.Enum("on_site", "online", "both", name="delivery", native_enum=False, length=32),
                server_default="on_site",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("lessons", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("learners", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("materials", sa.String(length=500), server_default="", nullable=False))
        batch_op.add_column(sa.Column("decline_reason", sa.String(length=500), server_default="", nullable=False))
        batch_op.create_unique_constraint(batch_op.f("uq_class_offer_counters_id"), ["counters_id"])
        batch_op.create_foreign_key(batch_op.f("fk_class_offer_counters_id"), "class_offer", ["counters_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_class_offer_co_teacher_id"), "teacher", ["co_teacher_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_class_offer_room_id"), "room", ["room_id"], ["id"])

    with op.batch_alter_table("class_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("escorts", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("village_places", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("more_windows", sa.JSON(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "frequency",
                sa.Enum("weekly", "once", name="frequency", native_enum=False, length=32),
                server_default="weekly",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "delivery",
                sa.Enum("on_site", "online", "both", name="delivery", native_enum=False, length=32),
                server_default="on_site",
                nullable=False,
            )
        )
        batch_op.alter_column("site_id", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("course_class", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "delivery",
                sa.Enum("on_site", "online", "both", name="delivery", native_enum=False, length=32),
                server_default="on_site",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("join_url", sa.String(length=500), server_default="", nullable=False))
        batch_op.add_column(sa.Column("teacher_note", sa.String(length=500), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_course_class_unit_id"), ["unit_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_course_class_unit_id"), "unit", ["unit_id"], ["id"])

    with op.batch_alter_table("holiday", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stands_for", sa.Integer(), nullable=True))

    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_online", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("suspension_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_lesson_suspension_id"), ["suspension_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_lesson_suspension_id"), "suspension", ["suspension_id"], ["id"])

    with op.batch_alter_table("occupancy", schema=None) as batch_op:
        batch_op.add_column(sa.Column("booking_id", sa.Integer(), nullable=True))
        batch_op.alter_column("lesson_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f("ix_occupancy_booking_id"), ["booking_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_occupancy_booking_id"), "room_booking", ["booking_id"], ["id"])
        batch_op.create_check_constraint("one_cause", "(lesson_id IS NULL) <> (booking_id IS NULL)")

    with op.batch_alter_table("residency", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "end",
                sa.Enum("moved", "left", "died", name="residencyend", native_enum=False, length=32),
                nullable=True,
            )
        )

    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.add_column(sa.Column("has_cooling", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("has_camera", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("teacher", schema=None) as batch_op:
        batch_op.add_column(sa.Column("home_region_code", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("home_latitude", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("home_longitude", sa.Double(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "travel_mode",
                sa.Enum(
                    "on_foot",
                    "bicycle",
                    "electric_bicycle",
                    "bus",
                    "car",
                    name="travelmode",
                    native_enum=False,
                    length=32,
                ),
                server_default="electric_bicycle",
                nullable=False,
            )
        )
        batch_op.create_foreign_key(batch_op.f("fk_teacher_home_region_code"), "region", ["home_region_code"], ["code"])

    with op.batch_alter_table("teacher_subject", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "level",
                sa.Enum("beginners", "intermediate", "advanced", name="subjectlevel", native_enum=False, length=32),
                server_default="beginners",
                nullable=False,
            )
        )

    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lift_wheelchairs", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("latitude", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("longitude", sa.Double(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "sharing",
                sa.Enum("own", "on_request", "open", name="sharing", native_enum=False, length=32),
                server_default="own",
                nullable=False,
            )
        )
    guard_occupancy()


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.drop_column("sharing")
        batch_op.drop_column("longitude")
        batch_op.drop_column("latitude")
        batch_op.drop_column("lift_wheelchairs")

    with op.batch_alter_table("teacher_subject", schema=None) as batch_op:
        batch_op.drop_column("level")

    with op.batch_alter_table("teacher", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_teacher_home_region_code"), type_="foreignkey")
        batch_op.drop_column("travel_mode")
        batch_op.drop_column("home_longitude")
        batch_op.drop_column("home_latitude")
        batch_op.drop_column("home_region_code")

    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_column("has_camera")
        batch_op.drop_column("has_cooling")

    with op.batch_alter_table("residency", schema=None) as batch_op:
        batch_op.drop_column("end")

    op.execute("DELETE FROM occupancy WHERE lesson_id IS NULL")
    with op.batch_alter_table("occupancy", schema=None) as batch_op:
        batch_op.drop_constraint("one_cause", type_="check")
        batch_op.drop_constraint(batch_op.f("fk_occupancy_booking_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_occupancy_booking_id"))
        batch_op.alter_column("lesson_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("booking_id")

    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_lesson_suspension_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_lesson_suspension_id"))
        batch_op.drop_column("suspension_id")
        batch_op.drop_column("is_online")

    with op.batch_alter_table("holiday", schema=None) as batch_op:
        batch_op.drop_column("stands_for")

    with op.batch_alter_table("course_class", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_course_class_unit_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_course_class_unit_id"))
        batch_op.drop_column("teacher_note")
        batch_op.drop_column("join_url")
        batch_op.drop_column("delivery")
        batch_op.drop_column("unit_id")

    # the older schema knows no request to every site of a county: there it is one that the home has with itself
    op.execute("UPDATE class_request SET site_id = home_id WHERE site_id IS NULL")
    with op.batch_alter_table("class_request", schema=None) as batch_op:
        batch_op.alter_column("site_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("delivery")
        batch_op.drop_column("frequency")
        batch_op.drop_column("more_windows")
        batch_op.drop_column("village_places")
        batch_op.drop_column("escorts")

    with op.batch_alter_table("class_offer", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_class_offer_room_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_class_offer_co_teacher_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_class_offer_counters_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_class_offer_counters_id"), type_="unique")
        batch_op.drop_column("decline_reason")
        batch_op.drop_column("materials")
        batch_op.drop_column("learners")
        batch_op.drop_column("lessons")
        batch_op.drop_column("delivery")
        batch_op.drop_column("room_id")
        batch_op.drop_column("co_teacher_id")
        batch_op.drop_column("is_by_home")
        batch_op.drop_column("counters_id")

    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_certificate_replaces_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_certificate_replaces_id"))
        batch_op.drop_column("replaces_id")
        batch_op.drop_column("title")
        batch_op.drop_column("name")

    with op.batch_alter_table("care_block", schema=None) as batch_op:
        batch_op.drop_column("to_on")
        batch_op.drop_column("from_on")

    with op.batch_alter_table("call_back_request", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_call_back_request_uncalled_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_call_back_request_uncalled_id"), type_="unique")
        batch_op.drop_column("uncalled_id")

    with op.batch_alter_table("allocation_round", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_allocation_round_called_off_by_id"), type_="foreignkey")
        batch_op.drop_column("called_off_reason")
        batch_op.drop_column("called_off_by_id")
        batch_op.drop_column("called_off_at")

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_agreement_ended_by_id"), type_="foreignkey")
        batch_op.drop_column("end_reason")
        batch_op.drop_column("ended_by_id")
        batch_op.drop_column("ended_at")

    with op.batch_alter_table("unsettled", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_unsettled_open",
            postgresql_where=sa.text("settled_at IS NULL"),
            sqlite_where=sa.text("settled_at IS NULL"),
        )

    op.drop_table("unsettled")
    op.drop_table("uncalled_roll")
    with op.batch_alter_table("transport_rider", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transport_rider_person_id"))

    op.drop_table("transport_rider")
    with op.batch_alter_table("override", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_override_lesson_id"))

    op.drop_table("override")
    op.drop_table("agreement_feedback")
    with op.batch_alter_table("transport_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transport_offer_home_id"))
        batch_op.drop_index(batch_op.f("ix_transport_offer_class_id"))

    op.drop_table("transport_offer")
    with op.batch_alter_table("together_wish", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_together_wish_open",
            postgresql_where=sa.text("answered_at IS NULL"),
            sqlite_where=sa.text("answered_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_together_wish_person_id"))
        batch_op.drop_index("ix_together_wish_asked")

    op.drop_table("together_wish")
    op.drop_table("term_copy_part")
    with op.batch_alter_table("class_assistant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_class_assistant_teacher_id"))

    op.drop_table("class_assistant")
    with op.batch_alter_table("volunteer_application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_volunteer_application_person_id"))
        batch_op.drop_index(batch_op.f("ix_volunteer_application_organisation_id"))

    op.drop_table("volunteer_application")
    with op.batch_alter_table("room_booking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_booking_room_id"))
        batch_op.drop_index(batch_op.f("ix_room_booking_organisation_id"))

    op.drop_table("room_booking")
    with op.batch_alter_table("qualification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_qualification_teacher_id"))
        batch_op.drop_index(batch_op.f("ix_qualification_expires_on"))

    op.drop_table("qualification")
    op.drop_table("care_block_exception")
    with op.batch_alter_table("call_tick", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_tick_person_id"))

    op.drop_table("call_tick")
    with op.batch_alter_table("availability_exception", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_availability_exception_teacher_id"))

    op.drop_table("availability_exception")
    with op.batch_alter_table("travel_time", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_travel_time_other_id"))

    op.drop_table("travel_time")
    with op.batch_alter_table("training_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_part_person_id"))

    op.drop_table("training_part")
    with op.batch_alter_table("term_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_term_copy_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_term_copy_done_at"))

    op.drop_table("term_copy")
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suspension_venue_id"))
        batch_op.drop_index(batch_op.f("ix_suspension_region_code"))

    op.drop_table("suspension")
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quarantine_unit_id"))

    op.drop_table("quarantine")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_saved_at"))

    op.drop_table("draft")
    with op.batch_alter_table("away", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_away_person_id"))
        batch_op.drop_index(batch_op.f("ix_away_home_id"))

    op.drop_table("away")
    with op.batch_alter_table("training", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_training_on"))

    op.drop_table("training")
    op.drop_table("timings")
    with op.batch_alter_table("local_days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_local_days_region_code"))

    op.drop_table("local_days")
    guard_occupancy()
