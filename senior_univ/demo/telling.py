"""How people are told in the demo: what some chose, who is to be called, what was answered and waits to be read."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.core import clock
from senior_univ.enrolment.models import Seat
from senior_univ.network.models import Organisation
from senior_univ.reminders.models import (
    Call,
    CallWhy,
    FirstRung,
    IncomingText,
    Meaning,
    Message,
    MessageAbout,
    MessageChoice,
    MessageKind,
    MessageState,
    MutedTopic,
    Topic,
)
from senior_univ.timetable.models import CourseClass, Lesson

SENDER = "console"
SAID = "老师您好，我明天要去医院复查，想问下周还能补上这次课吗？谢谢！"


class Telling:
    """Makes it at one site: for its learner and her daughter, and for others of its people."""

    def __init__(self, session: Session, site_id: int, learner_id: int, daughter_id: int) -> None:
        self.session, self.now = session, clock.now()
        self.site = session.get_one(Organisation, site_id)
        self.learner, self.daughter_id = session.get_one(Person, learner_id), daughter_id

    def make(self) -> None:
        """Everything."""
        self.choose()
        lesson = self.next_lesson()
        if lesson is not None:
            people = self.seated(lesson)
            self.ask_for_calls(lesson, people)
            if people:
                self.was_answered(lesson, people[0])
        self.session.flush()

    def choose(self) -> None:
        """The learner wants no news afterwards; her daughter hears once a week."""
        self.session.add(MutedTopic(person_id=self.learner.id, topic=Topic.AFTERWARDS, since=self.now))
        self.session.add(MessageChoice(person_id=self.daughter_id, first_rung=FirstRung.SMS, wants_weekly=True))

    def next_lesson(self) -> Lesson | None:
        """The site's next lesson from tomorrow on."""
        tomorrow = clock.day_bounds(clock.today())[1]
        coming = (
            select(Lesson)
            .join(CourseClass, CourseClass.id == Lesson.class_id)
            .where(
                CourseClass.organisation_id == self.site.id,
                CourseClass.home_id.is_(None),
                Lesson.starts_at >= tomorrow,
                Lesson.cancelled_at.is_(None),
            )
        )
        return self.session.scalar(coming.order_by(Lesson.starts_at, Lesson.id).limit(1))

    def seated(self, lesson: Lesson) -> list[Person]:
        """Who comes to it, those with a phone first."""
        seats = select(Seat.person_id).where(Seat.class_id == lesson.class_id, Seat.ended_at.is_(None))
        wanted = select(Person).where(Person.id.in_(seats), Person.id != self.learner.id)
        return list(self.session.scalars(wanted.order_by(Person.phone.is_not(None).desc(), Person.id).limit(8)))

    def ask_for_calls(self, lesson: Lesson, people: list[Person]) -> None:
        """Three calls about that lesson; one was tried already."""
        reasons = (CallWhy.WANTS_CALLS, CallWhy.FAILED, CallWhy.STOPPED)
        for person, why in zip(people[1:], reasons, strict=False):
            call = Call(
                key=f"demo:{lesson.id}:{person.id}",
                kind=MessageKind.REMINDER_EVENING,
                person_id=person.id,
                lesson_id=lesson.id,
                organisation_id=self.site.id,
                why=why,
                created_at=self.now,
                call_by=lesson.starts_at,
                tries=1 if why is CallWhy.FAILED else 0,
                tried_at=self.now - timedelta(minutes=20) if why is CallWhy.FAILED else None,
            )
            self.session.add(call)

    def was_answered(self, lesson: Lesson, person: Person) -> None:
        """She was reminded and wrote back something that a person must read."""
        at = self.now - timedelta(hours=1)
        words = f"【老年大学】{person.name}您好，明天有{lesson.course_class.course.title}课。来请回1，来不了请回2。"
        phone = person.phone or self.learner.phone or ""
        message = Message(
            key=f"demo:reminder:{lesson.id}:{person.id}",
            kind=MessageKind.REMINDER_EVENING,
            phone=phone,
            text=words,
            state=MessageState.DELIVERED,
            created_at=at,
            due_at=at,
            attempt=1,
            attempted_at=at,
            ended_at=at,
            sender=SENDER,
            organisation_id=self.site.id,
        )
        self.session.add(message)
        self.session.flush()
        about = {"person_id": person.id, "lesson_id": lesson.id, "starts_at": lesson.starts_at}
        self.session.add(MessageAbout(message_id=message.id, **about))
        answer = IncomingText(sender=SENDER, ref="demo", phone=phone, text=SAID, meaning=Meaning.OTHER)
        answer.came_at, answer.message_id = self.now - timedelta(minutes=30), message.id
        answer.person_id, answer.organisation_id = person.id, self.site.id
        self.session.add(answer)
