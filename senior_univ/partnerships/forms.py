"""What a home asks, what a site answers, and how the home schedules it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField

from senior_univ.catalogue.models import Course, Subject
from senior_univ.core.drafts import Kept
from senior_univ.core.forms import (
    ClockField,
    DayField,
    Form,
    Optional,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TickBoxes,
    WholeNumberField,
    at_most,
    between,
    chosen,
    needed,
)
from senior_univ.core.words import WEEKDAYS_EN, is_chinese, time_words, weekday_words
from senior_univ.network.models import Organisation, Room
from senior_univ.partnerships.models import FREQUENCY_LABELS, RATING_LABELS, ClassOffer, ClassRequest, Frequency, Window
from senior_univ.partnerships.rules import rooms_that_hold
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import DELIVERY_LABELS, CourseClass, Delivery


def weekday_choices() -> list[tuple[str, str]]:
    """Monday to Sunday as choices, their numbers as text."""
    return [(str(number), weekday_words(number)) for number in range(len(WEEKDAYS_EN))]


def subject_name(subject: Subject) -> str:
    """The subject in the page's language."""
    return subject.name if is_chinese() else subject.name_en


NUMBER = _l("Please give a number.")


class RequestForm(Kept):
    """A home asks for a class."""

    subject = SelectField(_l("Subject"), validators=[chosen(_l("Please choose a subject."))])
    learners = WholeNumberField(_l("How many residents would come"), validators=[needed(NUMBER), between(1, 300)])
    wheelchairs = WholeNumberField(
        _l("How many of them in a wheelchair"), default=0, validators=[needed(NUMBER), between(0, 300)]
    )
    escorts = WholeNumberField(_l("How many escorts come along"), default=0, validators=[Optional(), between(0, 100)])
    weekdays = TickBoxes(_l("Which days suit"), validators=[chosen(_l("Please tick at least one day that suits."))])
    earliest = ClockField(_l("From"), validators=[needed(_l("Please give the earliest time."))])
    latest = ClockField(_l("To"), validators=[needed(_l("Please give the latest time."))])
    day_2 = SelectField(_l("Another day that suits"), validators=[Optional()])
    from_2 = ClockField(_l("Its hours begin at"), validators=[Optional()])
    to_2 = ClockField(_l("Its hours end at"), validators=[Optional()])
    day_3 = SelectField(_l("A third day that suits"), validators=[Optional()])
    from_3 = ClockField(_l("Its hours begin at"), validators=[Optional()])
    to_3 = ClockField(_l("Its hours end at"), validators=[Optional()])
    frequency = RadioField(_l("How often would you like it"), default=Frequency.WEEKLY.value, validators=[Optional()])
    delivery = RadioField(_l("On site or on the screen"), default=Delivery.ON_SITE.value, validators=[Optional()])
    village_places = WholeNumberField(
        _l("How many people of the village may join"),
        description=_l("Your room is open to them in visiting hours only. 0: for residents alone"),
        default=0,
        validators=[Optional(), between(0, 300)],
    )
    note = TextAreaField(
        _l("What else the site should know"),
        description=_l("No names of residents, please"),
        validators=[Optional(), at_most(500)],
    )

    def offer(self, subjects: Sequence[Subject]) -> None:
        """Offer these subjects."""
        self.subject.choices = [("", _("Please choose")), *((str(s.id), subject_name(s)) for s in subjects)]
        self.weekdays.choices = weekday_choices()
        self.day_2.choices = self.day_3.choices = [("", _("No other day")), *weekday_choices()]
        self.frequency.choices = labelled(FREQUENCY_LABELS)
        self.delivery.choices = labelled(DELIVERY_LABELS)

    def validate(self, extra_validators: Any = None) -> bool:
        """A further day needs its hours, and hours their day."""
        is_valid = bool(super().validate(extra_validators))
        for day, starts, ends in self._further():
            if any(each.data for each in (day, starts, ends)) and not all(each.data for each in (day, starts, ends)):
                day.errors = [*day.errors, _("Please give the day and both times, or none of them.")]
                is_valid = False
        return is_valid

    def _further(self) -> tuple[tuple[Any, Any, Any], ...]:
        return (self.day_2, self.from_2, self.to_2), (self.day_3, self.from_3, self.to_3)

    def further_windows(self) -> tuple[Window, ...]:
        """The further times that suit."""
        return tuple(Window(int(day.data), starts.data, ends.data) for day, starts, ends in self._further() if day.data)


def labelled(labels: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    """An enum's words as choices."""
    return [(each.value, words) for each, words in labels.items()]


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
    co_teacher = SelectField(_l("Second teacher"), validators=[Optional()])
    room = SelectField(_l("Room"), validators=[Optional()])
    delivery = RadioField(_l("On site or on the screen"), default=Delivery.ON_SITE.value, validators=[Optional()])
    lessons = WholeNumberField(_l("Number of lessons"), validators=[Optional(), between(1, 60)])
    from_on = DayField(
        _l("Runs from"), description=_l("Left empty: from the day of the agreement"), validators=[Optional()]
    )
    to_on = DayField(_l("Runs until"), description=_l("Left empty: until the term ends"), validators=[Optional()])
    materials = TextAreaField(_l("What the site brings along"), validators=[Optional(), at_most(500)])
    note = TextAreaField(_l("A word to the home"), validators=[Optional(), at_most(500)])

    def offer(self, courses: Sequence[Course], teachers: Sequence[Teacher], rooms: Sequence[Room]) -> None:
        """Offer these courses, teachers and rooms, in this order."""
        self.course.choices = [("", _("Please choose")), *((str(c.id), c.title) for c in courses)]
        self.teacher.choices = [("", _("Please choose")), *((str(t.id), teacher_words(t)) for t in teachers)]
        self.co_teacher.choices = [("", _("Nobody")), *((str(t.id), teacher_words(t)) for t in teachers)]
        self.room.choices = [("", _("A room of the home")), *((str(r.id), room_words(r)) for r in rooms)]
        self.delivery.choices = labelled(DELIVERY_LABELS)
        self.offer_days()

    def start_from(self, request: ClassRequest) -> None:
        """Begin with the first day and time that suit the home."""
        self.weekday.data = str(request.weekdays[0]) if request.weekdays else ""
        self.starts.data, self.delivery.data = request.earliest, request.delivery.value


class CounterForm(TimeForm):
    """What of an offer should be different."""

    room = SelectField(_l("Room"), validators=[Optional()])
    learners = WholeNumberField(_l("How many residents"), validators=[needed(NUMBER), between(1, 300)])
    lessons = WholeNumberField(_l("Number of lessons"), validators=[needed(NUMBER), between(1, 60)])
    from_on = DayField(
        _l("Runs from"), description=_l("Left empty: from the day of the agreement"), validators=[Optional()]
    )
    to_on = DayField(_l("Runs until"), description=_l("Left empty: until the term ends"), validators=[Optional()])
    note = TextAreaField(_l("Why, in a few words"), validators=[Optional(), at_most(500)])

    def offer(self, rooms: Sequence[Room]) -> None:
        """Offer these rooms."""
        self.room.choices = [("", _("A room of the home")), *((str(r.id), room_words(r)) for r in rooms)]
        self.offer_days()

    def start_from(self, offer: ClassOffer) -> None:
        """Begin with what was offered."""
        self.weekday.data, self.starts.data, self.minutes.data = str(offer.weekday), offer.starts, offer.minutes
        self.room.data = str(offer.room_id) if offer.room_id else ""
        self.learners.data, self.lessons.data = offer.seats, offer.lesson_count
        self.from_on.data, self.to_on.data = offer.from_on, offer.to_on


class DeclineOfferForm(Form):
    """Why one side doesn't want an offer; may be left open."""

    reason = TextAreaField(_l("Why not"), validators=[Optional(), at_most(500)])


class EndForm(Form):
    """An agreement ends early."""

    last_on = DayField(_l("Last day"), validators=[needed(_l("Please give the last day."))])
    reason = TextAreaField(_l("Why"), validators=[needed(_l("Please say why, in a few words.")), at_most(500)])


class FeedbackForm(Form):
    """How it was."""

    rating = RadioField(_l("How was it?"), validators=[chosen(_l("Please choose one."))])
    note = TextAreaField(_l("What was good, what was missing"), validators=[Optional(), at_most(500)])

    def offer(self) -> None:
        """Offer the ratings."""
        self.rating.choices = labelled(RATING_LABELS)


class RideForm(Form):
    """A site offers seats with transport."""

    class_id = SelectField(_l("Class"), validators=[chosen(_l("Please choose a class."))])
    home = SelectField(_l("Care home"), validators=[chosen(_l("Please choose a care home."))])
    vehicle = StringField(
        _l("Vehicle"),
        description=_l("So that it is recognised: kind, colour, number plate"),
        validators=[needed(_l("Please say which vehicle comes.")), at_most(80)],
    )
    places = WholeNumberField(_l("Places for residents"), validators=[needed(NUMBER), between(1, 60)])
    wheelchair_places = WholeNumberField(
        _l("Of these, places for wheelchairs"), default=0, validators=[needed(NUMBER), between(0, 60)]
    )
    escorts = WholeNumberField(_l("Escorts who come along"), default=1, validators=[needed(NUMBER), between(0, 60)])
    picks_up_at = ClockField(_l("Pick-up at"), validators=[needed(_l("Please give the time of the pick-up."))])
    picks_up_where = StringField(
        _l("Where"), validators=[needed(_l("Please say where the vehicle stops.")), at_most(200)]
    )
    note = TextAreaField(_l("A word to the home"), validators=[Optional(), at_most(500)])

    def offer(self, classes: Sequence[CourseClass], homes: Sequence[Organisation]) -> None:
        """Offer these classes and homes."""
        self.class_id.choices = [("", _("Please choose")), *((str(c.id), class_words(c)) for c in classes)]
        self.home.choices = [("", _("Please choose")), *((str(h.id), h.name) for h in homes)]


class PeopleForm(Form):
    """Which residents."""

    people = SelectMultipleField(validators=[Optional()], coerce=int, validate_choice=False)

    def chosen(self, residents: Iterable[int]) -> list[int]:
        """Who of the residents was ticked, in their order."""
        ticked = set(self.people.data or ())
        return [person_id for person_id in residents if person_id in ticked]


def class_words(course_class: CourseClass) -> str:
    """Title, time and free seats, to choose a class by."""
    free = course_class.seats_free
    return _(
        "%(title)s: %(day)s, %(time)s, %(free)d seats free",
        title=course_class.course.title,
        day=weekday_words(course_class.weekday),
        time=time_words(course_class.starts),
        free=free,
    )


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
        request, learners = offer.request, offer.seats + offer.request.village_places
        large = rooms_that_hold(rooms, learners, request.wheelchairs)
        agreed = [room for room in rooms if room.id == offer.room_id]
        room = next(iter([*agreed, *large, *rooms]), None)
        self.weekday.data, self.starts.data, self.minutes.data = str(offer.weekday), offer.starts, offer.minutes
        self.room.data = str(room.id) if room else ""
        self.capacity.data = min(learners, room.capacity) if room else learners
        self.wheelchair_places.data = min(request.wheelchairs, room.wheelchair_places) if room else 0


def room_words(room: Room) -> str:
    """Name and size of a room, to choose it by."""
    return _(
        "%(room)s: %(seats)s seats, %(wheelchairs)s for wheelchairs",
        room=room.name,
        seats=room.capacity,
        wheelchairs=room.wheelchair_places,
    )
