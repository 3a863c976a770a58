"""The evidence sheet as a spreadsheet."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from senior_univ.attendance.evidence import Evidence, LessonEvidence
from senior_univ.attendance.models import HOW_LABELS, KIND_LABELS, Kind
from senior_univ.core import clock
from senior_univ.core.paper import spreadsheet
from senior_univ.timetable.places import lesson_place_at_work

MANY = 60
"""Minutes of an hour; hours are written with two decimals."""


def evidence_xlsx(title: str, about: str, evidence: Evidence) -> bytes:
    """What it is about, a line for each lesson, and the sums."""
    above = [title, about, _("Made on %(day)s", day=clock.today().isoformat())]
    return spreadsheet(_heads(), [*map(_cells, evidence.lines), _sums(evidence)], above=above)


def _heads() -> list[str]:
    return [
        _("Class"), _("Lesson"), _("Day"), _("Begins"), _("Ends"), _("Place"), _("Teacher"), _("Organisation"), _("Planned"),
        *(str(KIND_LABELS[kind]) for kind in Kind),
        _("Nothing entered"), _("Person-times"), _("Minutes"), _("Person-hours"), _("How it was entered"),
        _("First entered"), _("Last entered"), _("Entered late"), _("Late, many at once"), _("Scans and photos"),
    ]  # fmt: skip


def hours_words(minutes: int) -> str:
    """Minutes as hours with at most two decimals: 1.5."""
    return f"{minutes / MANY:.2f}".rstrip("0").rstrip(".")


def how_words(line: LessonEvidence) -> str:
    """Each way in which something was entered, with how often."""
    return _("; ").join(f"{HOW_LABELS[how]} {count}" for how, count in line.hows.most_common())


def _instant(at: datetime | None) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M}" if at else ""


def _cells(line: LessonEvidence) -> Sequence[str | int]:
    lesson, starts, ends = line.lesson, clock.local(line.lesson.starts_at), clock.local(line.lesson.ends_at)
    place = lesson_place_at_work(lesson)
    of = lesson.course_class
    return [
        of.course.title, lesson.number, starts.date().isoformat(), f"{starts:%H:%M}", f"{ends:%H:%M}", place,
        lesson.teacher.person.name, of.organisation.name, line.planned, *(line.kinds[kind] for kind in Kind),
        line.unknown, line.person_times, line.minutes, hours_words(line.person_times * line.minutes), how_words(line),
        _instant(line.first_at), _instant(line.last_at), line.late, _("Yes") if line.is_late_bulk else "", line.files,
    ]  # fmt: skip


def _sums(evidence: Evidence) -> Sequence[str | int]:
    return [
        _("Together"), len(evidence.lines), "", "", "", "", "", "", evidence.planned,
        *(evidence.total(kind) for kind in Kind), sum(line.unknown for line in evidence.lines), evidence.person_times,
        evidence.minutes, hours_words(evidence.person_minutes), "", "", "", evidence.late, "",
        sum(line.files for line in evidence.lines),
    ]  # fmt: skip
