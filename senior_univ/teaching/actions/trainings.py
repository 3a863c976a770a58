"""The yearly training of community-education workers: when it was, for how long, who took part."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record, record_all
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.upserts import insert_into
from senior_univ.core.versions import lock_row
from senior_univ.network.models import Organisation
from senior_univ.teaching.models import Training, TrainingPart

EARLIEST = date(2000, 1, 1)
MOST_HOURS = 400


@dataclass(frozen=True)
class TrainingDetails:
    """What a training is called, its day and its hours."""

    name: str
    on: date
    hours: int


def add_training(session: Session, organisation: Organisation, details: TrainingDetails, *, by: Viewer) -> Training:
    """A training that an organisation holds; DomainError ``hours_out_of_range`` or ``odd_day``."""
    _check(details)
    training = Training(organisation_id=organisation.id, **asdict(details))
    session.add(training)
    record(session, "training.added", training, by=by)
    return training


def change_training(session: Session, training: Training, details: TrainingDetails, *, by: Viewer) -> Training:
    """Correct a training; DomainError ``hours_out_of_range``, ``odd_day`` or ``to_come``."""
    lock_row(session, training)
    _check(details)
    if details.on > clock.today() and _count_parts(session, training):
        raise DomainError("to_come", _l("People have taken part already, so it can't be to come."), field="on")
    training.name, training.on, training.hours = details.name, details.on, details.hours
    record(session, "training.changed", training, by=by)
    return training


def remove_training(session: Session, training: Training, *, by: Viewer) -> Training:
    """It was written down by mistake; DomainError ``took_part`` while somebody is written down for it."""
    lock_row(session, training)
    if _count_parts(session, training):
        words = _l("People are written down for this training. Take them off first.")
        raise DomainError("took_part", words)
    record(session, "training.removed", training, by=by, name=training.name)
    session.delete(training)
    return training


def write_parts(
    session: Session, training: Training, present: Collection[int], among: Collection[int], *, by: Viewer
) -> Training:
    """Of the people ``among``, exactly those ``present`` took part; the others' parts stay. DomainError ``to_come``."""
    lock_row(session, training)
    if training.on > clock.today():
        raise DomainError("to_come", _l("This training has not been yet."))
    wanted = set(present) & set(among)
    of_training = TrainingPart.training_id == training.id, TrainingPart.person_id.in_(among)
    known = set(session.scalars(select(TrainingPart.person_id).where(*of_training)))
    rows = [{"training_id": training.id, "person_id": person_id} for person_id in sorted(wanted - known)]
    if rows:
        session.execute(insert_into(session, TrainingPart).values(rows).on_conflict_do_nothing())
    session.execute(delete(TrainingPart).where(*of_training, TrainingPart.person_id.in_(known - wanted)))
    record_all(session, "training.part_written", [(training, each["person_id"]) for each in rows], by=by)
    record_all(session, "training.part_removed", [(training, each) for each in sorted(known - wanted)], by=by)
    return training


def _count_parts(session: Session, training: Training) -> int:
    return session.scalar(select(func.count()).where(TrainingPart.training_id == training.id)) or 0


def _check(details: TrainingDetails) -> None:
    if not 1 <= details.hours <= MOST_HOURS:
        words = _l("Please give from 1 to %(most)d hours.", most=MOST_HOURS)
        raise DomainError("hours_out_of_range", words, field="hours")
    if not EARLIEST <= details.on <= clock.today().replace(month=12, day=31, year=clock.today().year + 1):
        raise DomainError(
            "odd_day", _l("Please look at the day again: this year or next year, or in the past."), field="on"
        )
