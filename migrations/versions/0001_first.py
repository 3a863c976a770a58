"""Every table."""

import sqlalchemy as sa
from alembic import op

from senior_univ.core.db import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf_of_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index("ix_audit_entry_behalf", ["on_behalf_of_id", "at"], unique=False)
        batch_op.create_index("ix_audit_entry_record", ["record_type", "record_id"], unique=False)

    op.create_table(
        "holiday",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column(
            "kind", sa.Enum("holiday", "workday", name="holidaykind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_holiday")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "code",
                "reminder_evening",
                "reminder_morning",
                "lesson_moved",
                "lesson_cancelled",
                "class_cancelled",
                "enrolled_for_you",
                "withdrawn_for_you",
                "leave_for_you",
                "grant_given",
                "class_merged",
                "class_invited",
                "absence_unexplained",
                "admission_result",
                "waiting_offer",
                "waiting_answered",
                "waiting_passed_on",
                "certificate_ready",
                name="messagekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "due",
                "submitting",
                "accepted",
                "delivered",
                "failed",
                "unknown",
                "parked",
                "cancelled",
                "expired",
                "suppressed",
                name="messagestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("attempted_at", UTCDateTime(), nullable=True),
        sa.Column("leased_until", UTCDateTime(), nullable=True),
        sa.Column("sender", sa.String(length=20), nullable=False),
        sa.Column("provider_ref", sa.String(length=80), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("explanation", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_phone", ["phone", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_provider_ref"), ["provider_ref"], unique=False)
        batch_op.create_index("ix_message_queue", ["state", "priority", "due_at"], unique=False)

    op.create_table(
        "region",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "level",
            sa.Enum("city", "county", "township", "village", name="level", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("parent_code", sa.String(length=12), nullable=True),
        sa.Column("successor_code", sa.String(length=12), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent_code"], ["region.code"], name=op.f("fk_region_parent_code")),
        sa.ForeignKeyConstraint(["successor_code"], ["region.code"], name=op.f("fk_region_successor_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
    )
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.create_index("ix_region_parent", ["parent_code"], unique=False)

    op.create_table(
        "sent_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_text")),
        sa.UniqueConstraint("ref", name=op.f("uq_sent_text_ref")),
    )
    with op.batch_alter_table("sent_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_text_phone"), ["phone"], unique=False)

    op.create_table(
        "sign_in_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.Enum("sign_in", name="codepurpose", native_enum=False, length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_code")),
    )
    with op.batch_alter_table("sign_in_code", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_code_phone", ["phone", "issued_at"], unique=False)

    op.create_table(
        "subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("slug", name=op.f("uq_subject_slug")),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("returning_from_on", sa.Date(), nullable=True),
        sa.Column("newcomers_from_on", sa.Date(), nullable=True),
        sa.Column("enrol_until_on", sa.Date(), nullable=True),
        sa.Column("withdraw_until_lesson", sa.Integer(), nullable=True),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_term_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
    )
    with op.batch_alter_table("term", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_term_starts_on"), ["starts_on"], unique=False)

    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("window_starts_at", UTCDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window_starts_at", name=op.f("pk_throttle")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("sms_name", sa.String(length=10), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "education_bureau",
                "civil_affairs_bureau",
                "guidance_centre",
                "community_college",
                "senior_university",
                "open_university",
                "township_school",
                "teaching_site",
                "care_institution",
                "village_care_home",
                "day_care_centre",
                "happiness_home",
                "partner",
                name="organisationkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("desk_opens", sa.Time(), nullable=False),
        sa.Column("desk_closes", sa.Time(), nullable=False),
        sa.Column("least_age", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("least_age BETWEEN 0 AND 120", name=op.f("ck_organisation_least_age")),
        sa.ForeignKeyConstraint(["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_organisation_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisation_region_code"), ["region_code"], unique=False)

    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("sms_name", sa.String(length=10), nullable=False),
        sa.Column("about", sa.String(length=1000), nullable=False),
        sa.Column("what_to_bring", sa.String(length=200), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_course_organisation_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_course_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column(
            "phone_kind", sa.Enum("mobile", "landline", name="phonekind", native_enum=False, length=32), nullable=True
        ),
        sa.Column("phone_tail", sa.String(length=4), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("lives_alone", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("text_size", sa.String(length=10), nullable=True),
        sa.Column("theme", sa.String(length=10), nullable=True),
        sa.Column("reminders_stopped_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("birth_year BETWEEN 1900 AND 2100", name=op.f("ck_person_birth_year")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_person_region_code")),
        sa.ForeignKeyConstraint(["site_id"], ["organisation.id"], name=op.f("fk_person_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_phone"), ["phone"], unique=False)
        batch_op.create_index("ix_person_phone_tail", ["phone_tail"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_region_code"), ["region_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_site_id"), ["site_id"], unique=False)

    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("gathering_minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["home_id"], ["organisation.id"], name=op.f("fk_unit_home_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_home_id"), ["home_id"], unique=False)

    op.create_table(
        "venue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("sms_name", sa.String(length=10), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("has_lift", sa.Boolean(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_venue_organisation_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_venue_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
    )
    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_venue_region_code"), ["region_code"], unique=False)

    op.create_table(
        "access_needs",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("uses_wheelchair", sa.Boolean(), nullable=False),
        sa.Column("needs_step_free", sa.Boolean(), nullable=False),
        sa.Column("needs_escort", sa.Boolean(), nullable=False),
        sa.Column("is_hard_of_hearing", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_needs_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_access_needs")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("login_name", sa.String(length=40), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("session_number", sa.Integer(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login_name", name=op.f("uq_account_login_name")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_table(
        "allocation_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("opens_at", UTCDateTime(), nullable=False),
        sa.Column("closes_at", UTCDateTime(), nullable=False),
        sa.Column("newcomers_share", sa.Integer(), nullable=False),
        sa.Column("most_classes", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("public_number_name", sa.String(length=120), nullable=False),
        sa.Column("public_number", sa.String(length=80), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", UTCDateTime(), nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.CheckConstraint("most_classes BETWEEN 1 AND 5", name=op.f("ck_allocation_round_most_classes")),
        sa.CheckConstraint("newcomers_share BETWEEN 0 AND 100", name=op.f("ck_allocation_round_newcomers_share")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_allocation_round_order")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_allocation_round_made_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_allocation_round_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_round")),
    )
    with op.batch_alter_table("allocation_round", schema=None) as batch_op:
        batch_op.create_index("ix_allocation_round_due", ["drawn_at", "closes_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_round_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "belonging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum("enrolled", "resident", "desk", "staff", name="belongingreason", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_belonging_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_belonging_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_belonging")),
        sa.UniqueConstraint(
            "person_id", "organisation_id", "reason", name=op.f("uq_belonging_person_id_organisation_id_reason")
        ),
    )
    with op.batch_alter_table("belonging", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_belonging_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "care_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "meal",
                "nap",
                "medication",
                "therapy",
                "visiting",
                "dialysis",
                "outpatient",
                "home_visit",
                "other",
                name="carekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint("starts < ends", name=op.f("ck_care_block_order")),
        sa.CheckConstraint("unit_id IS NULL OR person_id IS NULL", name=op.f("ck_care_block_one_owner")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_care_block_weekday")),
        sa.ForeignKeyConstraint(["home_id"], ["organisation.id"], name=op.f("fk_care_block_home_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_care_block_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_care_block_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_block")),
    )
    with op.batch_alter_table("care_block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_block_home_id"), ["home_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_block_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_block_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "class_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("learners", sa.Integer(), nullable=False),
        sa.Column("wheelchairs", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("earliest", sa.Time(), nullable=False),
        sa.Column("latest", sa.Time(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("declined_at", UTCDateTime(), nullable=True),
        sa.Column("declined_by_id", sa.Integer(), nullable=True),
        sa.Column("decline_reason", sa.String(length=500), nullable=False),
        sa.Column("taken_back_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("earliest < latest", name=op.f("ck_class_request_order")),
        sa.CheckConstraint("learners > 0", name=op.f("ck_class_request_learners")),
        sa.CheckConstraint("wheelchairs BETWEEN 0 AND learners", name=op.f("ck_class_request_wheelchairs")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_class_request_asked_by_id")),
        sa.ForeignKeyConstraint(["declined_by_id"], ["person.id"], name=op.f("fk_class_request_declined_by_id")),
        sa.ForeignKeyConstraint(["home_id"], ["organisation.id"], name=op.f("fk_class_request_home_id")),
        sa.ForeignKeyConstraint(["site_id"], ["organisation.id"], name=op.f("fk_class_request_site_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_class_request_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_request")),
    )
    with op.batch_alter_table("class_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_class_request_home_id"), ["home_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_class_request_site_id"), ["site_id"], unique=False)

    op.create_table(
        "family_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("elder_id", sa.Integer(), nullable=False),
        sa.Column("relative_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("rights", sa.JSON(), nullable=False),
        sa.Column("is_main_contact", sa.Boolean(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "consent",
            sa.Enum("on_her_screen", "by_phone", "in_person", "guardian", name="consent", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("consented_at", UTCDateTime(), nullable=True),
        sa.Column("witness_id", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(length=500), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("elder_id <> relative_id", name=op.f("ck_family_grant_two_people")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_family_grant_asked_by_id")),
        sa.ForeignKeyConstraint(["elder_id"], ["person.id"], name=op.f("fk_family_grant_elder_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_family_grant_ended_by_id")),
        sa.ForeignKeyConstraint(["relative_id"], ["person.id"], name=op.f("fk_family_grant_relative_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["person.id"], name=op.f("fk_family_grant_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_grant")),
    )
    with op.batch_alter_table("family_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_grant_relative_id"), ["relative_id"], unique=False)
        batch_op.create_index(
            "uq_family_grant_main",
            ["elder_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL AND consented_at IS NOT NULL AND is_main_contact"),
            sqlite_where=sa.text("ended_at IS NULL AND consented_at IS NOT NULL AND is_main_contact"),
        )
        batch_op.create_index(
            "uq_family_grant_standing",
            ["elder_id", "relative_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "learner_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_learner_card_made_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_learner_card_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner_card")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_learner_card_token_hash")),
    )
    with op.batch_alter_table("learner_card", schema=None) as batch_op:
        batch_op.create_index(
            "uq_learner_card_standing",
            ["person_id"],
            unique=True,
            postgresql_where=sa.text("revoked_at IS NULL"),
            sqlite_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "name_reading",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reading", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_name_reading_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "reading", name=op.f("pk_name_reading")),
    )
    with op.batch_alter_table("name_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_name_reading_reading"), ["reading"], unique=False)

    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("opens < closes", name=op.f("ck_opening_hours_order")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_opening_hours_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    with op.batch_alter_table("opening_hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_hours_venue_id"), ["venue_id"], unique=False)

    op.create_table(
        "residency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("bed", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["home_id"], ["organisation.id"], name=op.f("fk_residency_home_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_residency_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_residency_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residency")),
    )
    with op.batch_alter_table("residency", schema=None) as batch_op:
        batch_op.create_index("ix_residency_home", ["home_id", "to_on"], unique=False)
        batch_op.create_index(
            "uq_residency_standing",
            ["person_id"],
            unique=True,
            postgresql_where=sa.text("to_on IS NULL"),
            sqlite_where=sa.text("to_on IS NULL"),
        )

    op.create_table(
        "role_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "city_officer",
                "county_officer",
                "township_officer",
                "care_supervisor",
                "site_manager",
                "care_scheduler",
                "teacher",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["given_by_id"], ["person.id"], name=op.f("fk_role_assignment_given_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_role_assignment_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_assignment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
    )
    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_assignment_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_assignment_person_id"), ["person_id"], unique=False)

    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("wheelchair_places", sa.Integer(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("is_step_free", sa.Boolean(), nullable=False),
        sa.Column("has_seat_toilet", sa.Boolean(), nullable=False),
        sa.Column("has_heating", sa.Boolean(), nullable=False),
        sa.Column("has_microphone", sa.Boolean(), nullable=False),
        sa.Column("has_screen", sa.Boolean(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_room_capacity")),
        sa.CheckConstraint("wheelchair_places BETWEEN 0 AND capacity", name=op.f("ck_room_wheelchair_places")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_room_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
    )
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_venue_id"), ["venue_id"], unique=False)

    op.create_table(
        "teacher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("full_time", "part_time", "volunteer", name="teacherkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("hours_a_week", sa.Integer(), nullable=False),
        sa.Column("promised_at", UTCDateTime(), nullable=True),
        sa.Column("check_expires_on", sa.Date(), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_teacher_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_teacher_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teacher")),
        sa.UniqueConstraint("person_id", name=op.f("uq_teacher_person_id")),
    )
    with op.batch_alter_table("teacher", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_teacher_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "availability",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.CheckConstraint("starts < ends", name=op.f("ck_availability_order")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_availability_weekday")),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teacher.id"], name=op.f("fk_availability_teacher_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability")),
        sa.UniqueConstraint("teacher_id", "weekday", "starts", name=op.f("uq_availability_teacher_id_weekday_starts")),
    )
    op.create_table(
        "class_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("offered_at", UTCDateTime(), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=False),
        sa.Column("declined_at", UTCDateTime(), nullable=True),
        sa.Column("declined_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("minutes BETWEEN 15 AND 480", name=op.f("ck_class_offer_minutes")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_class_offer_course_id")),
        sa.ForeignKeyConstraint(["declined_by_id"], ["person.id"], name=op.f("fk_class_offer_declined_by_id")),
        sa.ForeignKeyConstraint(["offered_by_id"], ["person.id"], name=op.f("fk_class_offer_offered_by_id")),
        sa.ForeignKeyConstraint(["request_id"], ["class_request.id"], name=op.f("fk_class_offer_request_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["teacher.id"], name=op.f("fk_class_offer_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_offer")),
    )
    with op.batch_alter_table("class_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_class_offer_request_id"), ["request_id"], unique=False)

    op.create_table(
        "course_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("wheelchair_places", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column("wheelchairs_taken", sa.Integer(), nullable=False),
        sa.Column("escorts_taken", sa.Integer(), nullable=False),
        sa.Column("seats_held", sa.Integer(), nullable=False),
        sa.Column("wheelchairs_held", sa.Integer(), nullable=False),
        sa.Column("escorts_held", sa.Integer(), nullable=False),
        sa.Column(
            "admission",
            sa.Enum("first_come", "allocation", "invitation", name="admission", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("least_learners", sa.Integer(), nullable=False),
        sa.Column("decide_on", sa.Date(), nullable=True),
        sa.Column("material_costs", sa.String(length=200), nullable=False),
        sa.Column("copied_from_id", sa.Integer(), nullable=True),
        sa.Column("first_lesson_at", UTCDateTime(), nullable=False),
        sa.Column("last_lesson_at", UTCDateTime(), nullable=False),
        sa.Column("lessons_planned", sa.Integer(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("cancelled_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_course_class_capacity")),
        sa.CheckConstraint("escorts_taken >= 0 AND escorts_held >= 0", name=op.f("ck_course_class_escorts_taken")),
        sa.CheckConstraint("minutes BETWEEN 15 AND 480", name=op.f("ck_course_class_minutes")),
        sa.CheckConstraint(
            "seats_taken >= 0 AND seats_held >= 0 AND seats_taken + seats_held <= capacity",
            name=op.f("ck_course_class_seats_taken"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_course_class_weekday")),
        sa.CheckConstraint(
            "wheelchairs_taken >= 0 AND wheelchairs_held >= 0 AND wheelchairs_taken + wheelchairs_held <= wheelchair_places",
            name=op.f("ck_course_class_wheelchairs_taken"),
        ),
        sa.ForeignKeyConstraint(["copied_from_id"], ["course_class.id"], name=op.f("fk_course_class_copied_from_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_class_course_id")),
        sa.ForeignKeyConstraint(["home_id"], ["organisation.id"], name=op.f("fk_course_class_home_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_course_class_organisation_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_course_class_region_code")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_course_class_room_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["teacher.id"], name=op.f("fk_course_class_teacher_id")),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_course_class_term_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_class")),
    )
    with op.batch_alter_table("course_class", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_class_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_class_home_id"), ["home_id"], unique=False)
        batch_op.create_index("ix_course_class_open", ["term_id", "region_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_class_room_id"), ["room_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_class_teacher_id"), ["teacher_id"], unique=False)
        batch_op.create_index("ix_course_class_term_organisation", ["term_id", "organisation_id"], unique=False)

    op.create_table(
        "teacher_subject",
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_teacher_subject_subject_id")),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teacher.id"], name=op.f("fk_teacher_subject_teacher_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("teacher_id", "subject_id", name=op.f("pk_teacher_subject")),
    )
    with op.batch_alter_table("teacher_subject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_teacher_subject_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("agreed_at", UTCDateTime(), nullable=False),
        sa.Column("agreed_by_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["person.id"], name=op.f("fk_agreement_agreed_by_id")),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_agreement_class_id")),
        sa.ForeignKeyConstraint(["home_id"], ["organisation.id"], name=op.f("fk_agreement_home_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["class_offer.id"], name=op.f("fk_agreement_offer_id")),
        sa.ForeignKeyConstraint(["site_id"], ["organisation.id"], name=op.f("fk_agreement_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("class_id", name=op.f("uq_agreement_class_id")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_agreement_offer_id")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_home_id"), ["home_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_site_id"), ["site_id"], unique=False)

    op.create_table(
        "allocated_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.Column("queued_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_allocated_class_class_id")),
        sa.ForeignKeyConstraint(["round_id"], ["allocation_round.id"], name=op.f("fk_allocated_class_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocated_class")),
        sa.UniqueConstraint("round_id", "class_id", name=op.f("uq_allocated_class_round_id_class_id")),
    )
    with op.batch_alter_table("allocated_class", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocated_class_class_id"), ["class_id"], unique=False)

    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("wheelchair", sa.Boolean(), nullable=False),
        sa.Column("has_escort", sa.Boolean(), nullable=False),
        sa.Column(
            "hand",
            sa.Enum("herself", "relative", "desk", "care_home", "referrer", name="hand", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("asks_person_id", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("is_newcomer", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("waits_class_id", sa.Integer(), nullable=True),
        sa.Column("not_waiting", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["asks_person_id"], ["person.id"], name=op.f("fk_application_asks_person_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_application_made_by_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["application.id"], name=op.f("fk_application_partner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_application_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["allocation_round.id"], name=op.f("fk_application_round_id")),
        sa.ForeignKeyConstraint(["waits_class_id"], ["course_class.id"], name=op.f("fk_application_waits_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_application_round_id_number")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_application_round_id_person_id")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_asks_person_id"), ["asks_person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_person_id"), ["person_id"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("lessons", sa.Integer(), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.Column("taken_back_at", UTCDateTime(), nullable=True),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_back_reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("lessons > 0 AND hours >= 0", name=op.f("ck_certificate_says_something")),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_certificate_class_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["person.id"], name=op.f("fk_certificate_issued_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.ForeignKeyConstraint(["taken_back_by_id"], ["person.id"], name=op.f("fk_certificate_taken_back_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index("ix_certificate_person", ["person_id"], unique=False)
        batch_op.create_index(
            "uq_certificate_standing",
            ["class_id", "person_id"],
            unique=True,
            postgresql_where=sa.text("taken_back_at IS NULL"),
            sqlite_where=sa.text("taken_back_at IS NULL"),
        )

    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("taken_back_at", UTCDateTime(), nullable=True),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN class_id IS NULL THEN 0 ELSE 1 END + CASE WHEN room_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_feed_one_subject"),
        ),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_feed_class_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_feed_made_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feed_person_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_feed_room_id")),
        sa.ForeignKeyConstraint(["taken_back_by_id"], ["person.id"], name=op.f("fk_feed_taken_back_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_hash")),
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index("ix_feed_class", ["class_id"], unique=False)
        batch_op.create_index("ix_feed_person", ["person_id"], unique=False)
        batch_op.create_index("ix_feed_room", ["room_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", UTCDateTime(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("takes_wheelchair_place", sa.Boolean(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "answer",
            sa.Enum(
                "accepted",
                "declined",
                "taken_back",
                "class_gone",
                name="invitationanswer",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_invitation_answered_by_id")),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_invitation_class_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["person.id"], name=op.f("fk_invitation_invited_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("ix_invitation_held", ["is_held", "answer_by"], unique=False)
        batch_op.create_index("ix_invitation_person", ["person_id", "answered_at"], unique=False)
        batch_op.create_index(
            "uq_invitation_open",
            ["class_id", "person_id"],
            unique=True,
            postgresql_where=sa.text("answered_at IS NULL"),
            sqlite_where=sa.text("answered_at IS NULL"),
        )

    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("moved_from", UTCDateTime(), nullable=True),
        sa.Column("cancelled_at", UTCDateTime(), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=500), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_lesson_order")),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_lesson_class_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_lesson_room_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["teacher.id"], name=op.f("fk_lesson_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("class_id", "number", name=op.f("uq_lesson_class_id_number")),
    )
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lesson_room_id"), ["room_id"], unique=False)
        batch_op.create_index("ix_lesson_starts_at", ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_lesson_teacher_id"), ["teacher_id"], unique=False)

    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("takes_wheelchair_place", sa.Boolean(), nullable=False),
        sa.Column("has_escort", sa.Boolean(), nullable=False),
        sa.Column(
            "hand",
            sa.Enum("herself", "relative", "desk", "care_home", "referrer", name="hand", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("taken_at", UTCDateTime(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("referrer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_seat_class_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_seat_ended_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_seat_person_id")),
        sa.ForeignKeyConstraint(["referrer_id"], ["organisation.id"], name=op.f("fk_seat_referrer_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["person.id"], name=op.f("fk_seat_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("reference", name=op.f("uq_seat_reference")),
    )
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.create_index("ix_seat_person", ["person_id", "ended_at"], unique=False)
        batch_op.create_index(
            "uq_seat_standing",
            ["class_id", "person_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "waiting_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("joined_at", UTCDateTime(), nullable=False),
        sa.Column("joined_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "hand",
            sa.Enum("herself", "relative", "desk", "care_home", "referrer", name="hand", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("kept_since", sa.Date(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column(
            "ending",
            sa.Enum(
                "seated",
                "left",
                "declined",
                "silent",
                "class_gone",
                "may_not",
                name="ending",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("kept >= 0", name=op.f("ck_waiting_party_kept")),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_waiting_party_class_id")),
        sa.ForeignKeyConstraint(["joined_by_id"], ["person.id"], name=op.f("fk_waiting_party_joined_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_party")),
    )
    with op.batch_alter_table("waiting_party", schema=None) as batch_op:
        batch_op.create_index("ix_waiting_party_queue", ["class_id", "ended_at", "number"], unique=False)

    op.create_table(
        "absence_call",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_absence_call_lesson_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_call_person_id")),
        sa.PrimaryKeyConstraint("lesson_id", "person_id", name=op.f("pk_absence_call")),
    )
    op.create_table(
        "allocated_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("draw_pass", sa.Integer(), nullable=False),
        sa.Column("seated_at", UTCDateTime(), nullable=True),
        sa.Column("refusal", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_allocated_place_application_id")),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_allocated_place_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocated_place")),
        sa.UniqueConstraint("application_id", "class_id", name=op.f("uq_allocated_place_application_id_class_id")),
    )
    with op.batch_alter_table("allocated_place", schema=None) as batch_op:
        batch_op.create_index("ix_allocated_place_class", ["class_id", "seated_at"], unique=False)

    op.create_table(
        "application_wish",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_wish_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_application_wish_class_id")),
        sa.PrimaryKeyConstraint("application_id", "rank", name=op.f("pk_application_wish")),
        sa.UniqueConstraint("application_id", "class_id", name=op.f("uq_application_wish_application_id_class_id")),
    )
    with op.batch_alter_table("application_wish", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_wish_class_id"), ["class_id"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "present", "late", "leave", "absent", "online", "other_way", name="kind", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "participation",
            sa.Enum("active", "passive", "declined", "unavailable", name="participation", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column(
            "how",
            sa.Enum(
                "tap", "all_here", "card", "wall_code", "offline", "late_bulk", name="how", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("entered_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_attendance_entered_by_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_attendance_lesson_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id")),
        sa.PrimaryKeyConstraint("lesson_id", "person_id", name=op.f("pk_attendance")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index("ix_attendance_late", ["is_late", "lesson_id"], unique=False)
        batch_op.create_index("ix_attendance_person", ["person_id"], unique=False)

    op.create_table(
        "attendance_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "present", "late", "leave", "absent", "online", "other_way", name="kind", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column(
            "participation",
            sa.Enum("active", "passive", "declined", "unavailable", name="participation", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column(
            "how",
            sa.Enum(
                "tap", "all_here", "card", "wall_code", "offline", "late_bulk", name="how", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("entered_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IS NOT NULL OR participation IS NOT NULL", name=op.f("ck_attendance_entry_says_something")
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_attendance_entry_entered_by_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_attendance_entry_lesson_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_entry_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_entry")),
        sa.UniqueConstraint("client_id", name=op.f("uq_attendance_entry_client_id")),
    )
    with op.batch_alter_table("attendance_entry", schema=None) as batch_op:
        batch_op.create_index("ix_attendance_entry_lesson", ["lesson_id", "person_id", "entered_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_entry_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_attendance_entry_received", ["received_at"], unique=False)

    op.create_table(
        "call_back_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=500), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("escalated_at", UTCDateTime(), nullable=True),
        sa.Column("missed_in_id", sa.Integer(), nullable=True),
        sa.Column("contact_told_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_call_back_request_asked_by_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_call_back_request_closed_by_id")),
        sa.ForeignKeyConstraint(["missed_in_id"], ["lesson.id"], name=op.f("fk_call_back_request_missed_in_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_call_back_request_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_back_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back_request")),
    )
    with op.batch_alter_table("call_back_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_back_request_missed_in_id"), ["missed_in_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_back_request_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_call_back_request_queue", ["organisation_id", "closed_at"], unique=False)

    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("fall", "unwell", "missing", "other", name="incidentkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("happened_at", UTCDateTime(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_incident_lesson_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_incident_person_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_incident_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("client_id", name=op.f("uq_incident_client_id")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_lesson_id"), ["lesson_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_person_id"), ["person_id"], unique=False)

    op.create_table(
        "leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_back_at", UTCDateTime(), nullable=True),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_leave_asked_by_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_leave_lesson_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leave_person_id")),
        sa.ForeignKeyConstraint(["taken_back_by_id"], ["person.id"], name=op.f("fk_leave_taken_back_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.create_index("ix_leave_person", ["person_id"], unique=False)
        batch_op.create_index(
            "uq_leave_standing",
            ["lesson_id", "person_id"],
            unique=True,
            postgresql_where=sa.text("taken_back_at IS NULL"),
            sqlite_where=sa.text("taken_back_at IS NULL"),
        )

    op.create_table(
        "lesson_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("sign_in_sheet", "photo", name="filekind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("ending", sa.String(length=4), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("has_consent", sa.Boolean(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removal_reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_lesson_file_added_by_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_file_lesson_id")),
        sa.ForeignKeyConstraint(["removed_by_id"], ["person.id"], name=op.f("fk_lesson_file_removed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_file")),
    )
    with op.batch_alter_table("lesson_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lesson_file_digest"), ["digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_lesson_file_lesson_id"), ["lesson_id"], unique=False)

    op.create_table(
        "message_about",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_message_about_lesson_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_about_message_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_about_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_about")),
        sa.UniqueConstraint(
            "message_id",
            "person_id",
            "lesson_id",
            "starts_at",
            name=op.f("uq_message_about_message_id_person_id_lesson_id_starts_at"),
        ),
    )
    with op.batch_alter_table("message_about", schema=None) as batch_op:
        batch_op.create_index("ix_message_about_lesson", ["lesson_id", "person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_about_person_id"), ["person_id"], unique=False)

    op.create_table(
        "occupancy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "holder", sa.Enum("room", "teacher", "person", name="holder", native_enum=False, length=32), nullable=False
        ),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_occupancy_order")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_occupancy_lesson_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupancy")),
    )
    with op.batch_alter_table("occupancy", schema=None) as batch_op:
        batch_op.create_index("ix_occupancy_holder", ["holder", "holder_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_occupancy_lesson_id"), ["lesson_id"], unique=False)

    op.create_table(
        "smile_answer",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("face", sa.Enum("good", "fair", "poor", name="face", native_enum=False, length=32), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_smile_answer_lesson_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_smile_answer_person_id")),
        sa.PrimaryKeyConstraint("lesson_id", "person_id", name=op.f("pk_smile_answer")),
    )
    with op.batch_alter_table("smile_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_smile_answer_person_id"), ["person_id"], unique=False)

    op.create_table(
        "waiting_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("wheelchairs", sa.Integer(), nullable=False),
        sa.Column("escorts", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column(
            "answer",
            sa.Enum("accepted", "declined", "silent", "withdrawn", name="answer", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("seats > 0", name=op.f("ck_waiting_offer_seats")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_waiting_offer_answered_by_id")),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_waiting_offer_class_id")),
        sa.ForeignKeyConstraint(["party_id"], ["waiting_party.id"], name=op.f("fk_waiting_offer_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_offer")),
    )
    with op.batch_alter_table("waiting_offer", schema=None) as batch_op:
        batch_op.create_index("ix_waiting_offer_answer_by", ["answered_at", "answer_by"], unique=False)
        batch_op.create_index("ix_waiting_offer_class", ["class_id", "answered_at"], unique=False)
        batch_op.create_index(
            "uq_waiting_offer_open",
            ["party_id"],
            unique=True,
            postgresql_where=sa.text("answered_at IS NULL"),
            sqlite_where=sa.text("answered_at IS NULL"),
        )

    op.create_table(
        "waiting_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("takes_wheelchair_place", sa.Boolean(), nullable=False),
        sa.Column("has_escort", sa.Boolean(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column(
            "ending",
            sa.Enum(
                "seated",
                "left",
                "declined",
                "silent",
                "class_gone",
                "may_not",
                name="ending",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_waiting_place_class_id")),
        sa.ForeignKeyConstraint(["party_id"], ["waiting_party.id"], name=op.f("fk_waiting_place_party_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_place_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_place")),
    )
    with op.batch_alter_table("waiting_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_place_party_id"), ["party_id"], unique=False)
        batch_op.create_index("ix_waiting_place_person", ["person_id", "ended_at"], unique=False)
        batch_op.create_index(
            "uq_waiting_place_standing",
            ["class_id", "person_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "waiting_offer_rung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("phone", "relative", "call", name="rungkind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("told_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("tried_at", UTCDateTime(), nullable=True),
        sa.Column("is_reached", sa.Boolean(), nullable=True),
        sa.Column("ticked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["offer_id"], ["waiting_offer.id"], name=op.f("fk_waiting_offer_rung_offer_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_waiting_offer_rung_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_offer_rung_person_id")),
        sa.ForeignKeyConstraint(["ticked_by_id"], ["person.id"], name=op.f("fk_waiting_offer_rung_ticked_by_id")),
        sa.ForeignKeyConstraint(["told_id"], ["person.id"], name=op.f("fk_waiting_offer_rung_told_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_offer_rung")),
    )
    with op.batch_alter_table("waiting_offer_rung", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_offer_rung_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_offer_rung_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_waiting_offer_rung_phone", ["phone"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("waiting_offer_rung", schema=None) as batch_op:
        batch_op.drop_index("ix_waiting_offer_rung_phone")
        batch_op.drop_index(batch_op.f("ix_waiting_offer_rung_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_waiting_offer_rung_offer_id"))

    op.drop_table("waiting_offer_rung")
    with op.batch_alter_table("waiting_place", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_waiting_place_standing",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_waiting_place_person")
        batch_op.drop_index(batch_op.f("ix_waiting_place_party_id"))

    op.drop_table("waiting_place")
    with op.batch_alter_table("waiting_offer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_waiting_offer_open",
            postgresql_where=sa.text("answered_at IS NULL"),
            sqlite_where=sa.text("answered_at IS NULL"),
        )
        batch_op.drop_index("ix_waiting_offer_class")
        batch_op.drop_index("ix_waiting_offer_answer_by")

    op.drop_table("waiting_offer")
    with op.batch_alter_table("smile_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_smile_answer_person_id"))

    op.drop_table("smile_answer")
    with op.batch_alter_table("occupancy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occupancy_lesson_id"))
        batch_op.drop_index("ix_occupancy_holder")

    op.drop_table("occupancy")
    with op.batch_alter_table("message_about", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_about_person_id"))
        batch_op.drop_index("ix_message_about_lesson")

    op.drop_table("message_about")
    with op.batch_alter_table("lesson_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lesson_file_lesson_id"))
        batch_op.drop_index(batch_op.f("ix_lesson_file_digest"))

    op.drop_table("lesson_file")
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_leave_standing",
            postgresql_where=sa.text("taken_back_at IS NULL"),
            sqlite_where=sa.text("taken_back_at IS NULL"),
        )
        batch_op.drop_index("ix_leave_person")

    op.drop_table("leave")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_person_id"))
        batch_op.drop_index(batch_op.f("ix_incident_lesson_id"))

    op.drop_table("incident")
    with op.batch_alter_table("call_back_request", schema=None) as batch_op:
        batch_op.drop_index("ix_call_back_request_queue")
        batch_op.drop_index(batch_op.f("ix_call_back_request_person_id"))
        batch_op.drop_index(batch_op.f("ix_call_back_request_missed_in_id"))

    op.drop_table("call_back_request")
    with op.batch_alter_table("attendance_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_attendance_entry_received")
        batch_op.drop_index(batch_op.f("ix_attendance_entry_person_id"))
        batch_op.drop_index("ix_attendance_entry_lesson")

    op.drop_table("attendance_entry")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index("ix_attendance_person")
        batch_op.drop_index("ix_attendance_late")

    op.drop_table("attendance")
    with op.batch_alter_table("application_wish", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_wish_class_id"))

    op.drop_table("application_wish")
    with op.batch_alter_table("allocated_place", schema=None) as batch_op:
        batch_op.drop_index("ix_allocated_place_class")

    op.drop_table("allocated_place")
    op.drop_table("absence_call")
    with op.batch_alter_table("waiting_party", schema=None) as batch_op:
        batch_op.drop_index("ix_waiting_party_queue")

    op.drop_table("waiting_party")
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_seat_standing", postgresql_where=sa.text("ended_at IS NULL"), sqlite_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index("ix_seat_person")

    op.drop_table("seat")
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lesson_teacher_id"))
        batch_op.drop_index("ix_lesson_starts_at")
        batch_op.drop_index(batch_op.f("ix_lesson_room_id"))

    op.drop_table("lesson")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_invitation_open",
            postgresql_where=sa.text("answered_at IS NULL"),
            sqlite_where=sa.text("answered_at IS NULL"),
        )
        batch_op.drop_index("ix_invitation_person")
        batch_op.drop_index("ix_invitation_held")

    op.drop_table("invitation")
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.drop_index("ix_feed_room")
        batch_op.drop_index("ix_feed_person")
        batch_op.drop_index("ix_feed_class")

    op.drop_table("feed")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_certificate_standing",
            postgresql_where=sa.text("taken_back_at IS NULL"),
            sqlite_where=sa.text("taken_back_at IS NULL"),
        )
        batch_op.drop_index("ix_certificate_person")

    op.drop_table("certificate")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_person_id"))
        batch_op.drop_index(batch_op.f("ix_application_asks_person_id"))

    op.drop_table("application")
    with op.batch_alter_table("allocated_class", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocated_class_class_id"))

    op.drop_table("allocated_class")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_site_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_home_id"))

    op.drop_table("agreement")
    with op.batch_alter_table("teacher_subject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_teacher_subject_subject_id"))

    op.drop_table("teacher_subject")
    with op.batch_alter_table("course_class", schema=None) as batch_op:
        batch_op.drop_index("ix_course_class_term_organisation")
        batch_op.drop_index(batch_op.f("ix_course_class_teacher_id"))
        batch_op.drop_index(batch_op.f("ix_course_class_room_id"))
        batch_op.drop_index("ix_course_class_open")
        batch_op.drop_index(batch_op.f("ix_course_class_home_id"))
        batch_op.drop_index(batch_op.f("ix_course_class_course_id"))

    op.drop_table("course_class")
    with op.batch_alter_table("class_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_class_offer_request_id"))

    op.drop_table("class_offer")
    op.drop_table("availability")
    with op.batch_alter_table("teacher", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_teacher_organisation_id"))

    op.drop_table("teacher")
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_venue_id"))

    op.drop_table("room")
    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_assignment_person_id"))
        batch_op.drop_index(batch_op.f("ix_role_assignment_organisation_id"))

    op.drop_table("role_assignment")
    with op.batch_alter_table("residency", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_residency_standing", postgresql_where=sa.text("to_on IS NULL"), sqlite_where=sa.text("to_on IS NULL")
        )
        batch_op.drop_index("ix_residency_home")

    op.drop_table("residency")
    with op.batch_alter_table("opening_hours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_hours_venue_id"))

    op.drop_table("opening_hours")
    with op.batch_alter_table("name_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_name_reading_reading"))

    op.drop_table("name_reading")
    with op.batch_alter_table("learner_card", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_learner_card_standing",
            postgresql_where=sa.text("revoked_at IS NULL"),
            sqlite_where=sa.text("revoked_at IS NULL"),
        )

    op.drop_table("learner_card")
    with op.batch_alter_table("family_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_family_grant_standing",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_family_grant_main",
            postgresql_where=sa.text("ended_at IS NULL AND consented_at IS NOT NULL AND is_main_contact"),
            sqlite_where=sa.text("ended_at IS NULL AND consented_at IS NOT NULL AND is_main_contact"),
        )
        batch_op.drop_index(batch_op.f("ix_family_grant_relative_id"))

    op.drop_table("family_grant")
    with op.batch_alter_table("class_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_class_request_site_id"))
        batch_op.drop_index(batch_op.f("ix_class_request_home_id"))

    op.drop_table("class_request")
    with op.batch_alter_table("care_block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_care_block_unit_id"))
        batch_op.drop_index(batch_op.f("ix_care_block_person_id"))
        batch_op.drop_index(batch_op.f("ix_care_block_home_id"))

    op.drop_table("care_block")
    with op.batch_alter_table("belonging", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_belonging_organisation_id"))

    op.drop_table("belonging")
    with op.batch_alter_table("allocation_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_round_organisation_id"))
        batch_op.drop_index("ix_allocation_round_due")

    op.drop_table("allocation_round")
    op.drop_table("account")
    op.drop_table("access_needs")
    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_venue_region_code"))
        batch_op.drop_index(batch_op.f("ix_venue_organisation_id"))

    op.drop_table("venue")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_home_id"))

    op.drop_table("unit")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_site_id"))
        batch_op.drop_index(batch_op.f("ix_person_region_code"))
        batch_op.drop_index("ix_person_phone_tail")
        batch_op.drop_index(batch_op.f("ix_person_phone"))

    op.drop_table("person")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_subject_id"))
        batch_op.drop_index(batch_op.f("ix_course_organisation_id"))

    op.drop_table("course")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_region_code"))
        batch_op.drop_index(batch_op.f("ix_organisation_parent_id"))

    op.drop_table("organisation")
    op.drop_table("throttle")
    with op.batch_alter_table("term", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_term_starts_on"))

    op.drop_table("term")
    op.drop_table("subject")
    with op.batch_alter_table("sign_in_code", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_code_phone")

    op.drop_table("sign_in_code")
    with op.batch_alter_table("sent_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_text_phone"))

    op.drop_table("sent_text")
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.drop_index("ix_region_parent")

    op.drop_table("region")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_queue")
        batch_op.drop_index(batch_op.f("ix_message_provider_ref"))
        batch_op.drop_index("ix_message_phone")

    op.drop_table("message")
    op.drop_table("holiday")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_record")
        batch_op.drop_index("ix_audit_entry_behalf")
        batch_op.drop_index(batch_op.f("ix_audit_entry_actor_id"))

    op.drop_table("audit_entry")
