"""What a home asks, what a site answers, and how the home schedules it."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from senior_univ.catalogue.models import Course, Subject
from senior_univ.core.forms import (
    ClockField,
    DayField,
    Form,
    Optional,
    SelectField,
    TextAreaField,
    TickBoxes,
    WholeNumberField,
    at_most,
    between,
    chosen,
    needed,
)
from senior_univ.core.words import WEEKDAYS_EN, is_chinese, weekday_words
from senior_univ.network.models import Room
from senior_univ.partnerships.models import ClassOffer, ClassRequest
from senior_univ.teaching.models import Teacher


def weekday_choices() -> list[tuple[str, str]]:
    """Monday to Sunday as choices, their numbers as text."""
    return [(str(number), weekday_words(number)) for number in range(len(WEEKDAYS_EN))]


def subject_name(subject: Subject) -> str:
    """The subject in the page's language."""
    return subject.name if is_chinese() else subject.name_en


class RequestForm(Form):
    """A home asks for a class."""

    subject = SelectField(_l("Subject"), validators=[chosen(_l("Please choose a subject."))])
    learners = WholeNumberField(
        _l("How many residents would come"), validators=[needed(_l("Please give a number.")), between(1, 300)]
    )
    wheelchairs = WholeNumberField(
        _l("How many of them in a wheelchair"),
        default=0,
        validators=[needed(_l("Please give a number.")), between(0, 300)],
    )
    weekdays = TickBoxes(_l("Which days suit"), validators=[chosen(_l("Please tick at least one day that suits."))])
    earliest = ClockField(_l("From"), validators=[needed(_l("Please give the earliest time."))])
    latest = ClockField(_l("To"), validators=[needed(_l("Please give the latest time."))])
    note = TextAreaField(
        _l("What else the site should know"),
        description=_l("No names of residents, please"),
        validators=[Optional(), at_most(500)],
    )

    def offer(self, subjects: Sequence[Subject]) -> None:
        """Offer these subjects."""
        self.subject.choices = [("", _("Please choose")), *((str(s.id), subject_name(s)) for s in subjects)]
        self.weekdays.choices = weekday_choices()


class DeclineForm(Form):
    """Why a site can't."""

    reason = TextAreaField(_l("Why not"), validators=[needed(_l("Please say why, in a few words.")), at_most(500)])


class TimeForm(Form):
    """A weekly time."""

    weekday = SelectField(_l("Day of the week"), validators=[chosen(_l("Please choose a day of the week."))])
    starts = ClockField(_l("Starts at"), validators=[needed(_l("Please give the time it starts."))])
    minutes = WholeNumberField(
        _l("Minutes of a lesson"), default=60, validators=[needed(_l("Please give a number.")), between(15, 480)]
    )

    def offer_days(self) -> None:
        """Offer the days of the week."""
        self.weekday.choices = [("", _("Please choose")), *weekday_choices()]


class OfferForm(TimeForm):
    """What a site offers."""

    course = SelectField(_l("Course"), validators=[chosen(_l("Please choose a course."))])
    teacher = SelectField(_l("Teacher"), validators=[chosen(_l("Please choose a teacher."))])
    note = TextAreaField(_l("A word to the home"), validators=[Optional(), at_most(500)])

    def offer(self, courses: Sequence[Course], teachers: Sequence[Teacher]) -> None:
        """Offer these courses and teachers, in this order."""
        self.course.choices = [("", _("Please choose")), *((str(c.id), c.title) for c in courses)]
        self.teacher.choices = [("", _("Please choose")), *((str(t.id), teacher_words(t)) for t in teachers)]
        self.offer_days()

    def start_from(self, request: ClassRequest) -> None:
        """Begin with the first day and time that suit the home."""
        self.weekday.data = str(request.weekdays[0]) if request.weekdays else ""
        self.starts.data = request.earliest


def teacher_words(teacher: Teacher) -> str:
    """Name and subjects, to choose a teacher by."""
    subjects = (_(", ")).join(subject_name(subject) for subject in teacher.subjects)
    return f"{teacher.person.name}（{subjects}）" if subjects else str(teacher.person.name)


class ScheduleForm(TimeForm):
    """How the home schedules the agreed class."""

    room = SelectField(_l("Room of the home"), validators=[chosen(_l("Please choose a room."))])
    from_on = DayField(_l("First day"), validators=[needed(_l("Please give the first day."))])
    lessons = WholeNumberField(
        _l("Number of lessons"), validators=[needed(_l("Please give a number.")), between(1, 60)]
    )
    capacity = WholeNumberField(_l("Seats"), validators=[needed(_l("Please give a number.")), between(1, 1000)])
    wheelchair_places = WholeNumberField(
        _l("Of these, places for wheelchairs"), validators=[needed(_l("Please give a number.")), between(0, 1000)]
    )

    def offer(self, rooms: Sequence[Room]) -> None:
        """Offer these rooms."""
        self.room.choices = [("", _("Please choose")), *((str(room.id), room_words(room)) for room in rooms)]
        self.offer_days()

    def start_from(self, offer: ClassOffer, rooms: Sequence[Room]) -> None:
        """Begin with what was agreed, in the first room that holds everybody."""
        request = offer.request
        large = [r for r in rooms if r.capacity >= request.learners and r.wheelchair_places >= request.wheelchairs]
        room = next(iter([*large, *rooms]), None)
        self.weekday.data, self.starts.data, self.minutes.data = str(offer.weekday), offer.starts, offer.minutes
        self.room.data = str(room.id) if room else ""
        self.capacity.data = min(request.learners, room.capacity) if room else request.learners
        self.wheelchair_places.data = min(request.wheelchairs, room.wheelchair_places) if room else 0


def room_words(room: Room) -> str:
    """Name and size of a room, to choose it by."""
    return _(
        "%(room)s: %(seats)s seats, %(wheelchairs)s for wheelchairs",
        room=room.name,
        seats=room.capacity,
        wheelchairs=room.wheelchair_places,
    )
