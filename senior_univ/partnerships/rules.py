"""What may be asked and offered, what changed from offer to offer, and where an agreement stands; without a database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from senior_univ.care.models import CareBlock, CareKind
from senior_univ.catalogue.models import Course, Subject
from senior_univ.core.errors import DomainError
from senior_univ.core.words import day_words, long_day_words, minutes_words, time_words, weekday_words
from senior_univ.network.models import Organisation, Room
from senior_univ.partnerships.models import (
    Agreement,
    AgreementState,
    ClassOffer,
    ClassRequest,
    Frequency,
    RequestState,
    Window,
)
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import DELIVERY_LABELS, Delivery, Term


@dataclass(frozen=True)
class Wish:
    """What a home asks for: ``weekdays`` (0 is Monday) and hours that suit it, and ``more`` of them. No site: any."""

    home: Organisation
    site: Organisation | None
    subject: Subject
    learners: int
    wheelchairs: int
    weekdays: tuple[int, ...]
    earliest: time
    latest: time
    note: str = ""
    more: tuple[Window, ...] = ()
    escorts: int = 0
    village_places: int = 0
    frequency: Frequency = Frequency.WEEKLY
    delivery: Delivery = Delivery.ON_SITE

    @property
    def windows(self) -> list[Window]:
        """All times that suit."""
        return [*(Window(day, self.earliest, self.latest) for day in self.weekdays), *self.more]


@dataclass(frozen=True)
class Proposal:
    """What one side proposes; without ``room`` it is some room of the home."""

    course: Course
    teacher: Teacher
    weekday: int
    starts: time
    minutes: int
    note: str = ""
    room: Room | None = None
    co_teacher: Teacher | None = None
    delivery: Delivery = Delivery.ON_SITE
    lessons: int | None = None
    learners: int | None = None
    materials: str = ""
    from_on: date | None = None
    to_on: date | None = None


def proposal_of(offer: ClassOffer) -> Proposal:
    """What an offer proposes."""
    return Proposal(
        course=offer.course,
        teacher=offer.teacher,
        weekday=offer.weekday,
        starts=offer.starts,
        minutes=offer.minutes,
        note=offer.note,
        room=offer.room,
        co_teacher=offer.co_teacher,
        delivery=offer.delivery,
        lessons=offer.lesson_count,
        learners=offer.seats,
        materials=offer.materials,
        from_on=offer.from_on,
        to_on=offer.to_on,
    )


def nearness(home_code: str, site_code: str) -> int:
    """0 for the same township or village, 1 for the same county, 2 for elsewhere, of region codes."""
    if len(home_code) >= 9 and home_code[:9] == site_code[:9]:
        return 0
    return 1 if home_code[:6] == site_code[:6] else 2


def check_wish(wish: Wish) -> None:
    """Refuse a wish that can't be: DomainError with its field."""
    if wish.site is not None and (not wish.site.is_teaching or wish.site.closed_on is not None):
        raise DomainError("not_teaching", _l("%(name)s gives no classes.", name=wish.site.name))
    _check_numbers(wish)
    if not wish.weekdays:
        raise DomainError("no_weekday", _l("Please tick at least one day that suits."), field="weekdays")
    _check_hours(wish.earliest, wish.latest, "latest")
    for number, window in enumerate(wish.more, 2):
        _check_hours(window.starts, window.ends, f"to_{number}")
    if wish.village_places and wish.delivery is Delivery.ONLINE:
        words = _l("People of the village come to your room; they can't when the class is only on the screen.")
        raise DomainError("village_online", words, field="village_places")


def _check_numbers(wish: Wish) -> None:
    if wish.learners < 1:
        words = _l("Please give how many residents would come: at least one.")
        raise DomainError("no_learners", words, field="learners")
    if not 0 <= wish.wheelchairs <= wish.learners:
        words = _l("There can't be more wheelchairs than residents who come.")
        raise DomainError("too_many_wheelchairs", words, field="wheelchairs")
    if wish.escorts < 0:
        raise DomainError("odd_escorts", _l("Escorts can't be fewer than none."), field="escorts")
    if wish.village_places < 0:
        raise DomainError("odd_places", _l("Places can't be fewer than none."), field="village_places")


def _check_hours(starts: time, ends: time, field: str) -> None:
    if starts >= ends:
        words = _l(
            "The end (%(ends)s) is not after the start (%(starts)s).",
            starts=time_words(starts),
            ends=time_words(ends),
        )
        raise DomainError("end_before_start", words, field=field)


def check_period(from_on: date | None, to_on: date | None, today: date) -> None:
    """Refuse a beginning or an end that has passed, and an end before the beginning."""
    if from_on is not None and from_on < today:
        raise DomainError("in_the_past", _l("That day has passed already."), field="from_on")
    if to_on is not None and to_on < (from_on or today):
        words = _l("The last day can't be before the first one.")
        raise DomainError("end_before_start", words, field="to_on")


def check_in_term(from_on: date | None, to_on: date | None, term: Term) -> None:
    """Refuse a beginning or an end outside the term."""
    for day, name in ((from_on, "from_on"), (to_on, "to_on")):
        if day is not None and not term.starts_on <= day <= term.ends_on:
            words = _l(
                "%(term)s runs from %(first)s to %(last)s; an agreement lies within it.",
                term=term.name,
                first=LazyString(day_words, term.starts_on),
                last=LazyString(day_words, term.ends_on),
            )
            raise DomainError("outside_term", words, field=name)


def check_visit(blocks: Iterable[CareBlock], weekday: int, starts: time, minutes: int) -> None:
    """Refuse a time at which nobody from outside may be in the home: it must lie in visiting hours, where there are any.

    ``blocks`` are those of the whole home.
    """
    visiting = [each for each in blocks if each.kind is CareKind.VISITING and each.weekday in (None, weekday)]
    all_visiting = [each for each in blocks if each.kind is CareKind.VISITING]
    inside = any(Window(weekday, each.starts, each.ends).holds(weekday, starts, minutes) for each in visiting)
    if all_visiting and not inside:
        hours = [f"{time_words(each.starts)}—{time_words(each.ends)}" for each in visiting or all_visiting]
        words = _l(
            "People from outside come in the home's visiting hours only: %(hours)s.",
            hours=(_(", ")).join(dict.fromkeys(hours)),
        )
        raise DomainError("outside_visiting", words, field="starts")


def rooms_that_hold(rooms: Sequence[Room], heads: int, wheelchairs: int) -> list[Room]:
    """Those of the rooms that take so many people and wheelchairs."""
    return [room for room in rooms if room.capacity >= heads and room.wheelchair_places >= wheelchairs]


def state_for(asked: ClassRequest, site_ids: Iterable[int]) -> RequestState:
    """Where an open request stands between the home and these sites: what others offered is none of their business."""
    ids = set(site_ids)
    if asked.agreement:
        return RequestState.AGREED if asked.agreement.site_id in ids else RequestState.ELSEWHERE
    if asked.taken_back_at or asked.declined_at:
        return asked.state
    own = [offer for offer in asked.open_offers if offer.site_id in ids]
    if not own:
        return RequestState.WAITING
    return RequestState.COUNTERED if own[0].is_by_home else RequestState.OFFERED


def changes(before: ClassOffer, after: ClassOffer) -> list[str]:
    """What changed from an offer to the one that counters it, in words: was, becomes."""
    pairs = [
        (_("Time"), weekly(before), weekly(after)),
        (_("Place"), place_words(before), place_words(after)),
        (_("How many"), residents_words(before), residents_words(after)),
        (_("Number of lessons"), str(before.lesson_count), str(after.lesson_count)),
        (_("Runs from"), _from_words(before), _from_words(after)),
        (_("Runs until"), _until_words(before), _until_words(after)),
        (_("On site or on the screen"), _delivery(before), _delivery(after)),
        (_("Teacher"), before.teacher.person.name, after.teacher.person.name),
    ]
    return [
        _("%(what)s: %(old)s becomes %(new)s", what=what, old=old, new=new) for what, old, new in pairs if old != new
    ]


def weekly(offer: ClassOffer) -> str:
    """Every Tuesday, 9:30, 1 hour; every other one, or once, as was asked."""
    return _(
        "%(day)s, %(time)s, %(length)s",
        day=_day_words(offer.weekday, offer.request.frequency),
        time=time_words(offer.starts),
        length=minutes_words(offer.minutes),
    )


def _day_words(weekday: int, frequency: Frequency) -> str:
    day = weekday_words(weekday)
    if frequency is Frequency.ONCE:
        return _("once, on a %(weekday)s", weekday=day)
    if frequency is Frequency.FORTNIGHTLY:
        return _("every other %(weekday)s", weekday=day)
    return _("every %(weekday)s", weekday=day)


def _from_words(offer: ClassOffer) -> str:
    return long_day_words(offer.from_on) if offer.from_on else _("the day of the agreement")


def _until_words(offer: ClassOffer) -> str:
    return long_day_words(offer.to_on) if offer.to_on else _("the end of the term")


def period_words(offer: ClassOffer) -> str:
    """From when until when it would run."""
    return _("%(first)s to %(last)s", first=_from_words(offer), last=_until_words(offer))


def place_words(offer: ClassOffer) -> str:
    """In which room, in words."""
    if offer.room is None:
        return _("A room of the home")
    return f"{offer.room.venue.name} {offer.room.name}"


def residents_words(offer: ClassOffer) -> str:
    """For how many residents, in words."""
    return ngettext("%(num)d resident", "%(num)d residents", offer.seats)


def _delivery(offer: ClassOffer) -> str:
    return str(DELIVERY_LABELS[offer.delivery])


def is_over(agreement: Agreement, today: date, day_begins: datetime) -> bool:
    """Whether nothing more comes of an agreement: its class's last lesson was before today, or it was ended."""
    taught = agreement.course_class
    if agreement.ended_at is not None:
        has_passed = agreement.to_on is not None and agreement.to_on < today
        return has_passed or taught is None or taught.cancelled_at is not None
    return taught is not None and taught.cancelled_at is None and taught.last_lesson_at < day_begins


def agreement_state(agreement: Agreement, today: date, day_begins: datetime) -> AgreementState:
    """Where an agreement stands; one that ended before it had a class needs no feedback."""
    if is_over(agreement, today, day_begins):
        is_said = len(agreement.feedback) == 2 or agreement.class_id is None
        return AgreementState.CLOSED if is_said else AgreementState.FEEDBACK_DUE
    is_held = agreement.course_class is not None and agreement.course_class.cancelled_at is None
    return AgreementState.RUNNING if is_held else AgreementState.TO_SCHEDULE


def duties(agreement: Agreement) -> tuple[list[str], list[str]]:
    """What the site does and what the home does, with numbers, in words."""
    return _site_duties(agreement.offer), _home_duties(agreement.offer)


def _site_duties(offer: ClassOffer) -> list[str]:
    lessons = ngettext("%(num)d lesson", "%(num)d lessons", offer.lesson_count)
    said = [_("Sends %(teacher)s for %(lessons)s: %(when)s.", teacher=offer.teacher.person.name, lessons=lessons, when=weekly(offer))]  # fmt: skip
    if offer.co_teacher:
        said.append(_("Sends %(name)s to help.", name=offer.co_teacher.person.name))
    if offer.materials:
        said.append(_("Brings: %(what)s.", what=offer.materials))
    if _is_at_site(offer):
        said.append(_("Provides the room: %(room)s.", room=place_words(offer)))
    said.append(_("Tells the home as soon as a teacher can't come, and sends another or makes the lesson up."))
    return [*said, _("Sells nothing and takes no money.")]


def _home_duties(offer: ClassOffer) -> list[str]:
    asked = offer.request
    said = []
    if not _is_at_site(offer):
        said.append(_("Provides the room: %(room)s.", room=place_words(offer)))
    said.append(_("Brings together %(residents)s in time.", residents=residents_words(offer)))
    if asked.wheelchairs:
        said.append(ngettext("Sees to %(num)d wheelchair.", "Sees to %(num)d wheelchairs.", asked.wheelchairs))
    if asked.escorts:
        said.append(ngettext("Sends %(num)d escort along.", "Sends %(num)d escorts along.", asked.escorts))
    if asked.village_places:
        said.append(
            ngettext(
                "Opens the room to %(num)d learner of the village.",
                "Opens the room to %(num)d learners of the village.",
                asked.village_places,
            )
        )
    return [*said, _("A carer stays within reach; the home tells the site at once of a quarantine.")]


def _is_at_site(offer: ClassOffer) -> bool:
    return offer.room is not None and offer.room.venue.organisation_id == offer.site_id
