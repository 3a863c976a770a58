"""Messages that reach people once."""

import sqlalchemy as sa
from alembic import op

from senior_univ.core.db import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "phone_standing",
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("stopped_at", UTCDateTime(), nullable=True),
        sa.Column("wrong_at", UTCDateTime(), nullable=True),
        sa.Column("blocked_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_phone_standing")),
    )
    op.create_table(
        "worker",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker")),
    )
    op.create_table(
        "day_count",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_day_count_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "day", name=op.f("pk_day_count")),
    )
    op.create_table(
        "organisation_texting",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=20), nullable=True),
        sa.Column("fallback", sa.String(length=20), nullable=True),
        sa.Column("signature", sa.String(length=20), nullable=True),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("noon_quiet_from", sa.Time(), nullable=True),
        sa.Column("noon_quiet_until", sa.Time(), nullable=True),
        sa.Column("evening_reminder", sa.Time(), nullable=True),
        sa.Column("morning_reminder", sa.Time(), nullable=True),
        sa.Column("daily_cap", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_texting_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation_texting")),
    )
    op.create_table(
        "message_choice",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "first_rung",
            sa.Enum("sms", "voice", "call", name="firstrung", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("wants_weekly", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_message_choice_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_message_choice")),
    )
    op.create_table(
        "muted_topic",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "topic",
            sa.Enum(
                "reminders", "changes", "places", "family", "afterwards", name="topic", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_muted_topic_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "topic", name=op.f("pk_muted_topic")),
    )
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shape", sa.String(length=48), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_wording_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
    )
    with op.batch_alter_table("wording", schema=None) as batch_op:
        batch_op.create_index("ix_wording_standing", ["ended_at"], unique=False)

    op.create_table(
        "making_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("suspension_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_making_up_asked_by_id")),
        sa.ForeignKeyConstraint(["suspension_id"], ["suspension.id"], name=op.f("fk_making_up_suspension_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_making_up")),
    )
    with op.batch_alter_table("making_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_making_up_done_at"), ["done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_making_up_suspension_id"), ["suspension_id"], unique=False)

    op.create_table(
        "bulk_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("class", "site", "home", "county", name="audience", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("audience_organisation_id", sa.Integer(), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("phones", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("written_up_to", sa.String(length=20), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=True),
        sa.Column("stopped_at", UTCDateTime(), nullable=True),
        sa.Column("stopped_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["audience_organisation_id"], ["organisation.id"], name=op.f("fk_bulk_message_audience_organisation_id")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["course_class.id"], name=op.f("fk_bulk_message_class_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_bulk_message_created_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_bulk_message_organisation_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_bulk_message_region_code")),
        sa.ForeignKeyConstraint(["stopped_by_id"], ["person.id"], name=op.f("fk_bulk_message_stopped_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_message")),
    )
    with op.batch_alter_table("bulk_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulk_message_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "exchange_news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "request_declined",
                "request_taken_back",
                "offer_declined",
                "agreed",
                "agreed_elsewhere",
                "scheduled",
                "ended",
                "ride_accepted",
                "ride_declined",
                "ride_taken_back",
                name="newskind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("transport_id", sa.Integer(), nullable=True),
        sa.Column("told_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN request_id IS NULL THEN 0 ELSE 1 END + CASE WHEN agreement_id IS NULL THEN 0 ELSE 1 END + CASE WHEN transport_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_exchange_news_about_one"),
        ),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_exchange_news_agreement_id")),
        sa.ForeignKeyConstraint(["by_id"], ["organisation.id"], name=op.f("fk_exchange_news_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_exchange_news_organisation_id")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["class_request.id"], name=op.f("fk_exchange_news_request_id")),
        sa.ForeignKeyConstraint(["transport_id"], ["transport_offer.id"], name=op.f("fk_exchange_news_transport_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_news")),
    )
    with op.batch_alter_table("exchange_news", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exchange_news_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exchange_news_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exchange_news_transport_id"), ["transport_id"], unique=False)
        batch_op.create_index(
            "ix_exchange_news_unseen",
            ["organisation_id"],
            unique=False,
            postgresql_where=sa.text("seen_at IS NULL"),
            sqlite_where=sa.text("seen_at IS NULL"),
        )

    op.create_table(
        "call",
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
                "lessons_suspended",
                "lessons_resumed",
                "teacher_cannot",
                "substitute_asked",
                "paper_expiring",
                "volunteer_answered",
                "together_asked",
                "round_called_off",
                "unit_closed",
                "unit_opened",
                "first_lesson",
                "weekly_summary",
                "bulk_message",
                "wording_test",
                "reply_taken",
                "staff_answer",
                name="messagekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("suspension_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column(
            "why",
            sa.Enum(
                "no_phone",
                "landline",
                "wants_calls",
                "stopped",
                "wrong_number",
                "failed",
                "unclear",
                "urgent",
                name="callwhy",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("call_by", UTCDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", UTCDateTime(), nullable=True),
        sa.Column("tried_by_id", sa.Integer(), nullable=True),
        sa.Column("reached_at", UTCDateTime(), nullable=True),
        sa.Column("reached_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_call_lesson_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_call_message_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_call_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_person_id")),
        sa.ForeignKeyConstraint(["reached_by_id"], ["person.id"], name=op.f("fk_call_reached_by_id")),
        sa.ForeignKeyConstraint(["suspension_id"], ["suspension.id"], name=op.f("fk_call_suspension_id")),
        sa.ForeignKeyConstraint(["tried_by_id"], ["person.id"], name=op.f("fk_call_tried_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("key", name=op.f("uq_call_key")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_lesson_id"), ["lesson_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_message_id"), ["message_id"], unique=False)
        batch_op.create_index("ix_call_open", ["organisation_id", "reached_at", "call_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_suspension_id"), ["suspension_id"], unique=False)

    op.create_table(
        "incoming_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=1600), nullable=False),
        sa.Column("came_at", UTCDateTime(), nullable=False),
        sa.Column(
            "meaning",
            sa.Enum(
                "coming",
                "knows",
                "leave",
                "accepted",
                "declined",
                "agreed",
                "stop",
                "start",
                "wrong_number",
                "other",
                name="meaning",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("forgotten_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_incoming_text_message_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_incoming_text_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_incoming_text_person_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f("fk_incoming_text_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_text")),
        sa.UniqueConstraint("sender", "ref", name=op.f("uq_incoming_text_sender_ref")),
    )
    with op.batch_alter_table("incoming_text", schema=None) as batch_op:
        batch_op.create_index("ix_incoming_text_inbox", ["organisation_id", "settled_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_text_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_text_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_incoming_text_phone", ["phone", "came_at"], unique=False)

    op.create_table(
        "message_attempt",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=20), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("accepted", "rejected", "not_sent", "unknown", name="outcome", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("looked_up_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_attempt_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "number", name=op.f("pk_message_attempt")),
    )
    with op.batch_alter_table("message_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_message_attempt_began_at", ["began_at"], unique=False)

    op.create_table(
        "provider_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
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
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("came_at", UTCDateTime(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_provider_event_message_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_event")),
        sa.UniqueConstraint("sender", "key", name=op.f("uq_provider_event_sender_key")),
    )
    with op.batch_alter_table("provider_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_event_message_id"), ["message_id"], unique=False)

    op.execute(
        "INSERT INTO call (key, kind, person_id, suspension_id, organisation_id, why, words, created_at, tries,"
        " reached_at, reached_by_id, note) SELECT 'lessons_suspended:' || suspension_id || ':' || person_id,"
        " 'lessons_suspended', person_id, suspension_id, NULL, 'urgent', '', ticked_at, 0, ticked_at, ticked_by_id, ''"
        " FROM call_tick"
    )
    with op.batch_alter_table("call_tick", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_tick_person_id"))

    op.drop_table("call_tick")
    with op.batch_alter_table("class_offer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("from_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("to_on", sa.Date(), nullable=True))

    with op.batch_alter_table("course_class", schema=None) as batch_op:
        batch_op.add_column(sa.Column("every_weeks", sa.Integer(), server_default="1", nullable=False))

    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quarantine_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_lesson_quarantine_id"), ["quarantine_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_lesson_quarantine_id"), "quarantine", ["quarantine_id"], ["id"])

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "channel",
                sa.Enum("sms", "voice", name="channel", native_enum=False, length=32),
                server_default="sms",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("bulk_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("segments", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("cost", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("forgotten_at", UTCDateTime(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_message_queue"))
        batch_op.create_index("ix_message_queue", ["state", "priority", "due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_bulk_id"), ["bulk_id"], unique=False)
        batch_op.create_index("ix_message_due_at", ["due_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_message_organisation_id"), "organisation", ["organisation_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_message_bulk_id"), "bulk_message", ["bulk_id"], ["id"])

    with op.batch_alter_table("room_booking", schema=None) as batch_op:
        batch_op.add_column(sa.Column("every_weeks", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("unsettled", sa.String(length=40), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_room_booking_unsettled"), ["unsettled"], unique=False)

    with op.batch_alter_table("sent_text", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "channel",
                sa.Enum("sms", "voice", name="channel", native_enum=False, length=32),
                server_default="sms",
                nullable=False,
            )
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("sent_text", schema=None) as batch_op:
        batch_op.drop_column("channel")

    with op.batch_alter_table("room_booking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_booking_unsettled"))
        batch_op.drop_column("unsettled")
        batch_op.drop_column("every_weeks")

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_message_bulk_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_message_organisation_id"), type_="foreignkey")
        batch_op.drop_index("ix_message_due_at")
        batch_op.drop_index(batch_op.f("ix_message_bulk_id"))
        batch_op.drop_index("ix_message_queue")
        batch_op.create_index(batch_op.f("ix_message_queue"), ["state", "priority", "due_at"], unique=False)
        batch_op.drop_column("forgotten_at")
        batch_op.drop_column("cost")
        batch_op.drop_column("segments")
        batch_op.drop_column("bulk_id")
        batch_op.drop_column("organisation_id")
        batch_op.drop_column("channel")

    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_lesson_quarantine_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_lesson_quarantine_id"))
        batch_op.drop_column("quarantine_id")

    with op.batch_alter_table("course_class", schema=None) as batch_op:
        batch_op.drop_column("every_weeks")

    with op.batch_alter_table("class_offer", schema=None) as batch_op:
        batch_op.drop_column("to_on")
        batch_op.drop_column("from_on")

    op.create_table(
        "call_tick",
        sa.Column("suspension_id", sa.INTEGER(), nullable=False),
        sa.Column("person_id", sa.INTEGER(), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticked_by_id", sa.INTEGER(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_tick_person_id")),
        sa.ForeignKeyConstraint(["suspension_id"], ["suspension.id"], name=op.f("fk_call_tick_suspension_id")),
        sa.ForeignKeyConstraint(["ticked_by_id"], ["person.id"], name=op.f("fk_call_tick_ticked_by_id")),
        sa.PrimaryKeyConstraint("suspension_id", "person_id", name=op.f("pk_call_tick")),
    )
    with op.batch_alter_table("call_tick", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_tick_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("provider_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_event_message_id"))

    op.drop_table("provider_event")
    with op.batch_alter_table("message_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_message_attempt_began_at")

    op.drop_table("message_attempt")
    with op.batch_alter_table("incoming_text", schema=None) as batch_op:
        batch_op.drop_index("ix_incoming_text_phone")
        batch_op.drop_index(batch_op.f("ix_incoming_text_person_id"))
        batch_op.drop_index(batch_op.f("ix_incoming_text_message_id"))
        batch_op.drop_index("ix_incoming_text_inbox")

    op.drop_table("incoming_text")
    op.execute(
        "INSERT INTO call_tick (suspension_id, person_id, ticked_at, ticked_by_id) SELECT suspension_id, person_id,"
        " MIN(reached_at), MIN(reached_by_id) FROM call WHERE suspension_id IS NOT NULL AND reached_by_id IS NOT NULL"
        " GROUP BY suspension_id, person_id"
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_suspension_id"))
        batch_op.drop_index(batch_op.f("ix_call_person_id"))
        batch_op.drop_index("ix_call_open")
        batch_op.drop_index(batch_op.f("ix_call_message_id"))
        batch_op.drop_index(batch_op.f("ix_call_lesson_id"))

    op.drop_table("call")
    with op.batch_alter_table("exchange_news", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_exchange_news_unseen",
            postgresql_where=sa.text("seen_at IS NULL"),
            sqlite_where=sa.text("seen_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_exchange_news_transport_id"))
        batch_op.drop_index(batch_op.f("ix_exchange_news_request_id"))
        batch_op.drop_index(batch_op.f("ix_exchange_news_agreement_id"))

    op.drop_table("exchange_news")
    with op.batch_alter_table("bulk_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bulk_message_organisation_id"))

    op.drop_table("bulk_message")
    with op.batch_alter_table("making_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_making_up_suspension_id"))
        batch_op.drop_index(batch_op.f("ix_making_up_done_at"))

    op.drop_table("making_up")
    with op.batch_alter_table("wording", schema=None) as batch_op:
        batch_op.drop_index("ix_wording_standing")

    op.drop_table("wording")
    op.drop_table("muted_topic")
    op.drop_table("message_choice")
    op.drop_table("organisation_texting")
    op.drop_table("day_count")
    op.drop_table("worker")
    op.drop_table("phone_standing")
