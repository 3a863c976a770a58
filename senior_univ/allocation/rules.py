"""Words and refusals of allocation days, from facts that are at hand. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from senior_univ.allocation.draw import ALL, NEIGHBOURS, NEWCOMERS, OWN, DrawnClass
from senior_univ.allocation.models import AllocationRound
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.words import long_day_words, time_words
from senior_univ.enrolment.places import free_in
from senior_univ.timetable.models import CourseClass

MOST_WISHES = 5
NUMBER_DIGITS = 6
TAIL_DIGITS = 4

PASS_LABELS = {
    NEWCOMERS: _l("Places kept for newcomers"),
    OWN: _l("Own village or home"),
    NEIGHBOURS: _l("Neighbours in the same township"),
    ALL: _l("Everybody"),
}

REFUSAL_WORDS = {
    "cancelled": _l("The class has been cancelled since."),
    "over": _l("The class is over."),
    "already_in": _l("A seat in this class had been taken for you already."),
    "other_class": _l("Since you applied, another class of yours has come to lie at that time."),
    "care_day": _l("Since you applied, something in the care day has come to lie at that time."),
    "residents_only": _l("The class is for people who live in that home, and you no longer do."),
    "not_step_free": _l("There are steps on the way to the room, and you need a way without."),
    "too_young": _l("The class is for people of a greater age."),
    "not_alone": _l("You come together or not at all, and the other of you could not have a seat."),
    "gone": _l("Your record had ended."),
    "not_full": _l("There are places left in this class for one alone. You can take one as long as there are some."),
    "no_place": _l("Meanwhile the room or the class has become smaller."),
}
"""Why a place that was given could not become a seat, or why she does not wait: by a refusal's code."""
OTHER_REFUSAL = _l("It was not possible any more when the seats were given. Please ask your teaching site.")


def refusal_words(code: str) -> object:
    """The words for a stored refusal."""
    return REFUSAL_WORDS.get(code, OTHER_REFUSAL)


def number_words(number: str) -> str:
    """482 103: an application number as it is read out."""
    return f"{number[:3]} {number[3:]}"


def moment_words(instant: datetime) -> str:
    """A day and a time, in words."""
    return f"{long_day_words(instant)} {time_words(instant)}"


def called_off(reason: str) -> DomainError:
    """The refusal of anything in a round that was called off."""
    return DomainError("called_off", _l("This allocation day was called off: %(reason)s", reason=reason))


def refuse_outside_window(each: AllocationRound, now: datetime) -> DomainError | None:
    """The refusal of an application, or a change of one, before the window opens, after it has closed or was called off."""
    if each.called_off_at:
        return called_off(each.called_off_reason)
    if now < each.opens_at:
        words = _l("Applications open on %(when)s. There is no hurry: the order of coming does not count.", when=moment_words(each.opens_at))  # fmt: skip
        return DomainError("not_open_yet", words)
    if now >= each.closes_at or each.drawn_at:
        words = _l("Applications closed on %(when)s. Nothing was changed. Classes with places left are under Find a class.", when=moment_words(each.closes_at))  # fmt: skip
        return DomainError("closed", words)
    return None


def refuse_window(opens_at: datetime, closes_at: datetime, now: datetime) -> DomainError | None:
    """The refusal of a window that lies in the past or is no window, else None."""
    if opens_at < now - timedelta(minutes=5):
        words = _l("The window must open later than now, since the hash of the secret is published before.")
        return DomainError("opens_in_past", words, field="opens_on")
    if closes_at <= opens_at:
        return DomainError("closes_first", _l("The window must close after it opens."), field="closes_on")
    return None


def refuse_wishes(class_ids: Sequence[int], offered: Sequence[int]) -> DomainError | None:
    """The refusal of a list of wishes by its shape: none, too many, one class twice, one that is not given here."""
    if not class_ids:
        return DomainError("no_wish", _l("Please choose at least one class."), field="wishes")
    if len(class_ids) > MOST_WISHES:
        words = _l("Please choose at most %(most)d classes.", most=MOST_WISHES)
        return DomainError("too_many_wishes", words, field="wishes")
    if len(set(class_ids)) < len(class_ids):
        return DomainError("same_class_twice", _l("The same class stands there twice. Each class once."), field="wishes")  # fmt: skip
    if not set(class_ids) <= set(offered):
        words = _l("One of these classes is not given on this allocation day any more. Please choose again.")
        return DomainError("not_in_round", words, field="wishes")
    return None


def refuse_without_places(course_class: CourseClass, *, wheelchair: bool) -> DomainError | None:
    """The refusal of a wish for a class that has nothing to give, or no wheelchair place at all; else None."""
    title = course_class.course.title
    free = free_in(course_class)
    if free.seats < 1:
        return DomainError("full", _l("%(title)s is full already. Please choose another class.", title=title))
    if wheelchair and free.wheelchairs < 1:
        words = _l("%(title)s has no place for a wheelchair. Please choose another class.", title=title)
        return DomainError("no_wheelchair_place", words)
    return None


def herself() -> DomainError:
    """The refusal of a wish to come together with oneself."""
    words = _l("That is the same person. Please give the name of the other one.")
    return DomainError("herself", words, field="name")


def drawn_class(course_class: CourseClass) -> DrawnClass:
    """What the draw must know of a class; one that was cancelled has nothing to give."""
    free = free_in(course_class)
    starts = course_class.starts.hour * 60 + course_class.starts.minute
    seats = 0 if course_class.cancelled_at else max(free.seats, 0)
    return DrawnClass(
        number=course_class.id,
        seats=seats,
        wheelchairs=max(free.wheelchairs, 0),
        people=max(free.people, 0),
        weekday=course_class.weekday,
        starts=starts,
        ends=starts + course_class.minutes,
        first_on=clock.local(course_class.first_lesson_at).date().isoformat(),
        last_on=clock.local(course_class.last_lesson_at).date().isoformat(),
    )


def pass_for(course_class: CourseClass, lives_in: str | None, home_id: int | None) -> int:
    """From which pass on somebody who lives at that region code, or in that home, may have a place in the class.

    A class of a township or county is everybody's own below it.
    """
    if course_class.home_id is not None:
        return OWN if course_class.home_id == home_id else ALL
    code = course_class.region_code
    if lives_in is None:
        return ALL
    if lives_in.startswith(code):
        return OWN
    return NEIGHBOURS if len(code) >= 9 and lives_in[:9] == code[:9] else ALL


def pass_words(draw_pass: int) -> str:
    """Whose turn a pass was, in words."""
    return str(PASS_LABELS[draw_pass])


def rank_words(rank: int) -> str:
    """1st wish, 2nd wish, in words."""
    return _("Wish %(rank)d", rank=rank)
