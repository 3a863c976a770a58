"""Whether somebody may have a seat, from facts that are at hand; and how places and times are said. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from senior_univ.accounts.models import Person
from senior_univ.care import rules as care_rules
from senior_univ.care.models import CARE_LABELS, AccessNeeds, CareBlock, Residency
from senior_univ.catalogue.models import Subject
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import AREA_ROLES, Permission
from senior_univ.core.phones import phone_words
from senior_univ.core.words import day_words, is_chinese, long_day_words, time_range_words, weekday_words
from senior_univ.enrolment.models import Seat
from senior_univ.enrolment.places import Free, Places, free_in
from senior_univ.timetable.models import Admission, CourseClass, Term
from senior_univ.timetable.places import class_place

SEAT_PERMISSIONS = (Permission.SERVE_DESK, Permission.PLAN_CLASSES, Permission.ENROL_OTHERS)
"""Whoever has one of these for a class sees and ends its seats."""


LACKING = ("full", "no_wheelchair_place", "no_room_for_escort", "too_few_places")
"""Refusals that a free place would undo: whoever gets one of them may wait."""


@dataclass(frozen=True)
class OtherClass:
    """A class that she already has at that time, by its pattern."""

    class_id: int
    title: str
    weekday: int
    starts: time
    minutes: int
    every_weeks: int = 1

    @property
    def when(self) -> str:
        """Every Tuesday, 9:30 to 11:00, in words."""
        return weekly_words(self.weekday, self.starts, self.minutes, self.every_weeks)


@dataclass(frozen=True)
class Facts:
    """What is known about one person and decides whether she may have a seat."""

    person: Person
    needs: AccessNeeds | None = None
    residency: Residency | None = None
    seat: Seat | None = None
    blocks: Sequence[CareBlock] = ()
    others: Sequence[OtherClass] = field(default=())
    is_invited: bool = False
    is_returning: bool = False

    def takes_wheelchair_place(self, asked: bool) -> bool:
        """Whether she comes in a wheelchair: as she says now, or as it is on file."""
        return asked or bool(self.needs and self.needs.uses_wheelchair)

    def needs_step_free(self, asked: bool) -> bool:
        """Whether she can't go up a step."""
        return self.takes_wheelchair_place(asked) or bool(self.needs and self.needs.needs_step_free)


def weekly_words(weekday: int, starts: time, minutes: int, every_weeks: int = 1) -> str:
    """Every Tuesday, or every other one, 9:30 to 11:00."""
    day, hours = weekday_words(weekday), time_range_words(starts, _later(starts, minutes))
    if every_weeks > 1:
        return _("Every other %(weekday)s, %(hours)s", weekday=day, hours=hours)
    return _("Every %(weekday)s, %(hours)s", weekday=day, hours=hours)


def _later(starts: time, minutes: int) -> time:
    return (datetime.combine(datetime.min, starts) + timedelta(minutes=minutes)).time()  # noqa: DTZ901  # a carrier


def subject_name(subject: Subject) -> str:
    """A subject in the page's language."""
    return subject.name if is_chinese() else subject.name_en


def class_when(course_class: CourseClass) -> str:
    """When a class meets, in words."""
    return weekly_words(course_class.weekday, course_class.starts, course_class.minutes, course_class.every_weeks)


def places_words(course_class: CourseClass) -> str:
    """How many places are left, in words."""
    free = free_in(course_class).seats
    return ngettext("%(num)d place free", "%(num)d places free", free) if free > 0 else _("Full")


def reason_against(
    course_class: CourseClass, facts: Facts, *, asked_wheelchair: bool, now: datetime, is_admitted: bool = False
) -> DomainError | None:
    """Why she may not have a seat in this class, whether or not a place is free; None where she may.

    ``is_admitted``: the way in which the class gives its seats has been gone already (an application, an offer).
    """
    return (
        refuse_closed(course_class, now)
        or _refuse_second_seat(facts)
        or (None if is_admitted else refuse_window(course_class, facts, now) or refuse_admission(course_class, facts))
        or _refuse_stranger_of_home(course_class, facts)
        or _refuse_age(course_class, facts, now)
        or _refuse_steps(course_class, facts, asked_wheelchair)
        or _refuse_other_class(facts)
        or _refuse_care_day(course_class, facts)
    )


def refuse_closed(course_class: CourseClass, now: datetime) -> DomainError | None:
    """The refusal of a class that was cancelled or is over, else None."""
    if course_class.cancelled_at:
        return DomainError("cancelled", _l("This class was cancelled."))
    if course_class.last_lesson_at <= now:
        return DomainError("over", _l("This class is over."))
    return None


def refuse_window(course_class: CourseClass, facts: Facts, now: datetime) -> DomainError | None:
    """The refusal before the term's window has opened for her, or after enrolment has ended.

    Whoever is invited need not wait, nor do residents for their own home's class.
    """
    term = course_class.term
    if course_class.home_id is not None or facts.is_invited:
        return None
    today = clock.local(now).date()
    if term.enrol_until_on is not None and today > term.enrol_until_on:
        day = LazyString(day_words, term.enrol_until_on)
        words = _l("Enrolment ended on %(day)s. The teaching site knows which classes still take people.", day=day)
        return DomainError("window_over", words)
    opens = window_opens(term, is_returning=facts.is_returning)
    return _not_yet(opens, facts) if opens is not None and today < opens else None


def window_opens(term: Term, *, is_returning: bool) -> date | None:
    """The day from which she may enrol; None where she need not wait."""
    return term.returning_from_on if is_returning else term.newcomers_from_on or term.returning_from_on


def _not_yet(opens: date, facts: Facts) -> DomainError:
    day = LazyString(long_day_words, opens)
    if facts.is_returning:
        words = _l("Enrolment for this term opens on %(day)s. Nobody has to be fast.", day=day)
    else:
        words = _l("Newcomers enrol from %(day)s on; until then those of earlier terms are asked.", day=day)
    return DomainError("window_not_open", words)


def refuse_leaving(number: int, phone: str) -> DomainError:
    """The refusal of leaving by oneself once the lesson until which that is possible has begun."""
    words = _l(
        "Lesson %(number)d has begun, so leaving goes through the teaching site now: please call %(phone)s.",
        number=number,
        phone=LazyString(phone_words, phone),
    )
    if not phone:
        words = _l("Lesson %(number)d has begun, so leaving goes through the teaching site now.", number=number)
    return DomainError("too_late_to_leave", words)


def refuse_admission(course_class: CourseClass, facts: Facts) -> DomainError | None:
    """The refusal of a class whose seats are not for whoever comes first: by allocation day, or by invitation."""
    if course_class.admission is Admission.ALLOCATION:
        words = _l("Seats in this class are given on its allocation day. Please apply; nobody has to be fast.")
        return DomainError("by_allocation", words)
    if course_class.admission is Admission.INVITATION and not facts.is_invited:
        return DomainError("by_invitation", _l("This class is by invitation. The teaching site can invite you."))
    return None


def _refuse_second_seat(facts: Facts) -> DomainError | None:
    return already_in(facts.person.name) if facts.seat else None


def already_in(name: str) -> DomainError:
    """The refusal of a second seat in the same class."""
    return DomainError("already_in", _l("%(name)s is already in this class.", name=name))


def _refuse_stranger_of_home(course_class: CourseClass, facts: Facts) -> DomainError | None:
    home_id = course_class.home_id
    if home_id is None or (facts.residency and facts.residency.home_id == home_id):
        return None
    home = course_class.home.name if course_class.home else ""
    return DomainError("residents_only", _l("This class is for people who live at %(home)s.", home=home))


def _refuse_age(course_class: CourseClass, facts: Facts, now: datetime) -> DomainError | None:
    """People of every age who live in a home may join the home's own class."""
    least, born = course_class.organisation.least_age, facts.person.birth_year
    if course_class.home_id or born is None or now.year - born >= least:
        return None
    return DomainError("too_young", _l("This class is for people from %(age)d years of age.", age=least))


def _refuse_steps(course_class: CourseClass, facts: Facts, asked_wheelchair: bool) -> DomainError | None:
    if course_class.room.is_step_free or not facts.needs_step_free(asked_wheelchair):
        return None
    words = _l("There are steps on the way to this room; %(name)s needs a way without.", name=facts.person.name)
    return DomainError("not_step_free", words)


def _refuse_other_class(facts: Facts) -> DomainError | None:
    return other_class_then(facts.person.name, facts.others[0]) if facts.others else None


def other_class_then(name: str, other: OtherClass | None = None) -> DomainError:
    """The refusal of a class at a time when she has another one."""
    if other is None:
        return DomainError("other_class", _l("%(name)s has another class at that time.", name=name))
    words = _l(
        "%(name)s has another class at that time: %(title)s, %(when)s.", name=name, title=other.title, when=other.when
    )
    return DomainError("other_class", words)


def not_free_then(name: str, block: CareBlock) -> DomainError:
    """The refusal of a time at which the day of who lives in a home is not free."""
    words = _l("%(name)s is not free at that time: %(what)s.", name=name, what=CARE_LABELS[block.kind])
    return DomainError("care_day", words)


def _refuse_care_day(course_class: CourseClass, facts: Facts) -> DomainError | None:
    hit = care_rules.blocks_hit(
        facts.blocks, course_class.weekday, _gathering(course_class, facts.residency), course_class.ends
    )
    if not hit:
        return None
    words = _l(
        "%(name)s is not free at that time: %(what)s, %(hours)s.",
        name=facts.person.name,
        what=CARE_LABELS[hit[0].kind],
        hours=time_range_words(hit[0].starts, hit[0].ends),
    )
    return DomainError("care_day", words)


def _gathering(course_class: CourseClass, residency: Residency | None) -> time:
    """When she must be free: a unit's residents are gathered before a lesson in their home begins."""
    unit = residency.unit if residency and residency.home_id == course_class.home_id else None
    if unit is None:
        return course_class.starts
    minutes = course_class.starts.hour * 60 + course_class.starts.minute - unit.gathering_minutes
    return time(*divmod(max(minutes, 0), 60))


def no_place(free: Free, wanted: Places, others: Sequence[CourseClass] = ()) -> DomainError | None:
    """The refusal where what is free is not enough, with other classes that have room; else None."""
    if free.seats < 1:
        return full(others)
    if wanted.wheelchairs > free.wheelchairs:
        return no_wheelchair_place(others)
    if wanted.seats > free.seats:
        return too_few_places(wanted.seats, free.seats)
    return no_room_for_escort() if free.lacks_seats(wanted) else None


def too_few_places(wanted: int, free: int) -> DomainError:
    """The refusal of people who want to come together where only some of them fit."""
    words = _l("%(wanted)d people want to come together, and %(free)d places are free.", wanted=wanted, free=free)
    return DomainError("too_few_places", words)


def no_room_for_escort() -> DomainError:
    """The refusal where the learner would fit, but not whoever comes with her."""
    return DomainError("no_room_for_escort", _l("The room has no space left for somebody who comes along."))


def not_alone(name: str) -> DomainError:
    """The refusal of one who could have had a seat, where another of her group can't."""
    return DomainError("not_alone", _l("%(name)s comes together with the others or not at all.", name=name))


def no_wheelchair_place(others: Sequence[CourseClass] = ()) -> DomainError:
    """The refusal where every wheelchair place is taken, with other classes that have one."""
    words = _l("There is no place left for a wheelchair in this class.")
    return DomainError("no_wheelchair_place", words, suggestions=[suggestion(other) for other in others])


def full(others: Sequence[CourseClass] = ()) -> DomainError:
    """The refusal of a full class, with others of the same subject that have room."""
    return DomainError("full", _l("This class is full."), suggestions=[suggestion(other) for other in others])


def suggestion(other: CourseClass) -> str:
    """A class with room, in one line."""
    return _(
        "There is room in: %(title)s, %(when)s, %(place)s",
        title=other.course.title,
        when=class_when(other),
        place=class_place(other),
    )


def serves(viewer: Viewer, course_class: CourseClass) -> bool:
    """Whether the viewer works for the class's organisation, its home or its area, and sees to seats there."""
    owners = (course_class.organisation_id, course_class.home_id)
    for post in viewer.posts:
        is_near = post.organisation_id in owners or (
            post.role in AREA_ROLES and course_class.region_code.startswith(post.prefix)
        )
        if is_near and any(post.gives(permission) for permission in SEAT_PERMISSIONS):
            return True
    return False


def reference_words(reference: str) -> str:
    """48210 37566: a reference as it is read out."""
    return " ".join(reference[at : at + 5] for at in range(0, len(reference), 5))
