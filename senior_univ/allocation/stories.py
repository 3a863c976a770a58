"""What became of somebody's wishes, in words: each wish with what was decided about it and why."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from senior_univ.allocation import queries, rules
from senior_univ.allocation.draw import ALL
from senior_univ.allocation.models import AllocatedPlace, Application, Wish
from senior_univ.timetable.models import CourseClass

TAGS = {"given": "ok", "refused": "danger", "waits": "primary", "none": "plain"}


@dataclass(frozen=True)
class WishStory:
    """One wish: ``state`` is given, refused, waits or none."""

    rank: int
    course_class: CourseClass
    state: str
    words: str
    reason: Any = ""

    @property
    def tag(self) -> str:
        """The kind of tag that shows the state."""
        return TAGS[self.state]


def story_of(session: Session, application: Application) -> list[WishStory]:
    """Every wish of an application that was drawn, in her order, in one query more."""
    given = queries.given_in(session, [wish.class_id for wish in application.wishes], application.round_id)
    return [_about(application, wish, given[wish.class_id]) for wish in application.wishes]


def _about(application: Application, wish: Wish, given: list[tuple[int, int]]) -> WishStory:
    place = next((each for each in application.places if each.class_id == wish.class_id), None)
    if place is not None:
        return _about_place(wish, place)
    if not wish.course_class.cancelled_at and _has_better(application, wish):
        words = _("You were given what you wished for more.")
        return WishStory(wish.rank, wish.course_class, "none", _("Not needed"), words)
    words = _why_not(application, wish, given)
    if application.waits_class_id == wish.class_id:
        return WishStory(wish.rank, wish.course_class, "waits", _("On the waiting list"), words)
    return WishStory(wish.rank, wish.course_class, "none", _("Not given"), words)


def _about_place(wish: Wish, place: AllocatedPlace) -> WishStory:
    whose = _("It was given in the pass for: %(whose)s.", whose=rules.pass_words(place.draw_pass))
    if place.refusal:
        return WishStory(wish.rank, wish.course_class, "refused", _("Could not be given"), rules.refusal_words(place.refusal))  # fmt: skip
    words = _("Admitted") if place.seated_at else _("Given; your seat is being written down")
    return WishStory(wish.rank, wish.course_class, "given", words, whose)


def _has_better(application: Application, wish: Wish) -> bool:
    """Whether she was given as many classes as anybody may have, all of them wished for more than this one."""
    higher = [place for place in application.places if place.rank < wish.rank]
    return len(higher) >= application.allocation_round.most_classes


def _why_not(application: Application, wish: Wish, given: list[tuple[int, int]]) -> str:
    course_class = wish.course_class
    if course_class.cancelled_at:
        return _("This class was cancelled.")
    mine = rules.drawn_class(course_class)
    meets = [each for each in application.places if rules.drawn_class(each.course_class).meets_with(mine)]
    if meets:
        return _("It is at the same time as %(title)s, which you were given.", title=meets[0].course_class.course.title)
    return _full_words(application, given)


def _full_words(application: Application, given: list[tuple[int, int]]) -> str:
    if not given:
        return _("There was no place to give in this class.")
    last_pass, last = given[-1]
    words = _(
        "All %(count)d places that were given went to others. The last one went to position %(last)d, in the pass for:"
        " %(whose)s.",
        count=len(given),
        last=last,
        whose=rules.pass_words(last_pass),
    )
    if last_pass == ALL and (application.position or 0) < last:
        words += " " + _("At your turn there was not enough room for all who come with you, or for a wheelchair.")
    return words
