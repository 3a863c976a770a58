"""Whether a text still stands at the moment when it is claimed, and what it then says.

The facts of a whole batch are read in a fixed number of queries; deciding about one text asks nothing more.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import main_contacts
from senior_univ.care.queries import residencies_of
from senior_univ.reminders import queries, rules
from senior_univ.reminders.content import Content, Verdict
from senior_univ.reminders.models import (
    CHANGES,
    ONLINE_PLACE,
    REMINDERS,
    SUSPENSIONS,
    Message,
    MessageAbout,
    MessageKind,
    MessageState,
    Topic,
)
from senior_univ.reminders.queries import ClassNow, LessonNow
from senior_univ.reminders.questions import Open, open_on
from senior_univ.reminders.standing import settled_among
from senior_univ.reminders.topics import topic_of
from senior_univ.reminders.ways import mobile_of
from senior_univ.reminders.weekly import weeks_of

__all__ = ["Content", "Facts", "Verdict", "decide", "read_facts"]

ANSWERS = frozenset({MessageKind.REPLY_TAKEN, MessageKind.STAFF_ANSWER})
"""What follows a text of her own: her phone may have stopped everything else."""

MOST_CHANGES = 3
"""Changed lessons that one text tells one by one."""

MOST_NAMES = 5
"""Learners who share a phone and are named in a change of their class."""


@dataclass(frozen=True)
class Facts:
    """The truth about everything that a batch of texts speaks of."""

    people: Mapping[int, Person]
    lessons: Mapping[int, LessonNow]
    classes: Mapping[int, ClassNow]
    seats: Collection[tuple[int, int]]
    leaves: Collection[tuple[int, int]]
    stopped: Collection[str]
    contacts: Mapping[int, Person]
    settled: Collection[int] = ()
    homes: Mapping[int, str | None] = field(default_factory=dict)
    muted: Collection[tuple[int, Topic]] = ()
    wrong: Collection[str] = ()
    weeks: Mapping[int, Sequence[dict[str, Any]]] = field(default_factory=dict)
    asked: Open = field(default_factory=lambda: defaultdict(list))


UNCHANGED = Verdict(MessageState.CANCELLED, "unchanged")
GONE = Verdict(MessageState.CANCELLED, "gone")
BEGUN = Verdict(MessageState.EXPIRED, "begun")
STOPPED = Verdict(MessageState.SUPPRESSED, "stopped")
MUTED = Verdict(MessageState.SUPPRESSED, "muted")
WRONG_NUMBER = Verdict(MessageState.SUPPRESSED, "wrong_number")


def read_facts(session: Session, batch: Sequence[Message]) -> Facts:
    """The facts of these texts, whose ``about`` is loaded; a fixed number of queries, none for codes alone."""
    about = [each for message in batch for each in message.about]
    lessons = queries.lessons_now(session, (each.lesson_id for each in about if each.lesson_id))
    people = queries.people_now(session, (each.person_id for each in about if each.person_id))
    elsewhere = _told_elsewhere(batch, people)
    known = {each.phone for each in batch if each.kind is not MessageKind.CODE}
    class_ids = {message.parameters["class_id"] for message in batch if message.kind in CHANGES}
    seated_in = class_ids | {lesson.class_id for lesson in lessons.values()}
    return Facts(
        people=people,
        lessons=lessons,
        classes=queries.classes_now(session, class_ids),
        seats=queries.standing_seats(session, people, seated_in) if seated_in else (),
        leaves=queries.standing_leaves(session, lessons) if lessons else (),
        stopped=queries.stopped_phones(session, (each.phone for each in batch)) if about else (),
        contacts=main_contacts(session, elsewhere) if elsewhere else {},
        settled=settled_among(session, batch),
        homes=_duty_phones(session, elsewhere),
        muted=queries.muted_topics(session, people) if people else (),
        wrong=queries.wrong_phones(session, known) if known else (),
        weeks=weeks_of(session, batch),
        asked=open_on(session, batch),
    )


def _told_elsewhere(batch: Sequence[Message], people: Mapping[int, Person]) -> set[int]:
    """Those whose texts go to another phone than their own."""
    told = ((each.person_id, message.phone) for message in batch for each in message.about if each.person_id)
    return {person_id for person_id, phone in told if people[person_id].phone != phone}


def _duty_phones(session: Session, person_ids: Collection[int]) -> dict[int, str | None]:
    """{resident: her home's phone, where a text reaches it}."""
    homes = residencies_of(session, person_ids) if person_ids else {}
    return {person_id: mobile_of(residency.home.phone) for person_id, residency in homes.items()}


def decide(message: Message, facts: Facts, now: datetime) -> Content | Verdict:
    """What this text says now, or why it is not sent."""
    if message.kind is MessageKind.CODE:
        return Content(message.kind, dict(message.parameters))
    if message.phone in facts.wrong:
        return WRONG_NUMBER
    if message.kind in ANSWERS:
        return Content(message.kind, dict(message.parameters))
    made_by = MADE_OF_THE_TRUTH.get(message.kind)
    return made_by(message, facts, now) if made_by else _news(message, facts)


def _news(message: Message, facts: Facts) -> Content | Verdict:
    """News that is told in the words of when it happened."""
    people = [facts.people[each.person_id] for each in message.about if each.person_id]
    if message.id in facts.settled or not all(_is_theirs(message, person, facts) for person in people):
        return GONE
    if any(_has_stopped(message, person, facts) for person in people):
        return STOPPED
    if any(_is_muted(message, person, facts) for person in people):
        return MUTED
    return Content(message.kind, dict(message.parameters))


def _bulk(message: Message, facts: Facts, _now: datetime) -> Content | Verdict:
    """One text of staff's own words, naming those whom it still concerns."""
    people = [facts.people[each.person_id] for each in message.about if each.person_id]
    theirs = [person for person in people if _is_theirs(message, person, facts)]
    wanting = [person for person in theirs if not _has_stopped(message, person, facts)]
    told = [person for person in wanting if not _is_muted(message, person, facts)]
    if not told:
        return MUTED if wanting else STOPPED if theirs else GONE
    is_own = any(person.mobile == message.phone for person in told)
    return Content(message.kind, message.parameters | {"names": _names(told), "is_own": is_own})


def _is_theirs(message: Message, person: Person, facts: Facts) -> bool:
    """Whether this phone still is hers or her main contact's: she may have ended that, have another phone, or have died:
    then nobody is told of her any more."""
    if person.ended_at is not None:
        return False
    contact = facts.contacts.get(person.id)
    return message.phone in (person.phone, contact.phone if contact else None, facts.homes.get(person.id))


def _is_muted(message: Message, person: Person, facts: Facts) -> bool:
    """Whether she switched off what this text is about."""
    return (person.id, topic_of(message.kind, message.priority)) in facts.muted


def _week(message: Message, facts: Facts, now: datetime) -> Content | Verdict:
    """The lessons of those whom the phone's owner helps, from now on."""
    if message.phone in facts.stopped:
        return STOPPED
    items = [item for item in facts.weeks.get(message.id, ()) if datetime.fromisoformat(item["starts_at"]) > now]
    if not items:
        return GONE
    items = sorted(items, key=lambda item: (item["name"], item["starts_at"]))
    shown = items[: rules.MOST_ITEMS]
    more = {"items": shown, "more": len(items) - len(shown), "phones": sorted({item["phone"] for item in shown})[:2]}
    return Content(message.kind, message.parameters | more)


def _has_stopped(message: Message, person: Person, facts: Facts) -> bool:
    """Whether this phone's owner wants no texts; somebody who stopped is still told at her main contact's."""
    is_hers = person.phone == message.phone
    return message.phone in facts.stopped or (is_hers and person.reminders_stopped_at is not None)


def _wants(message: Message, person: Person, facts: Facts) -> bool:
    return not (_has_stopped(message, person, facts) or _is_muted(message, person, facts))


def _reminder(message: Message, facts: Facts, now: datetime) -> Content | Verdict:
    verdicts = [_lesson_verdict(message, each, facts, now) for each in message.about]
    standing = [each for each, verdict in zip(message.about, verdicts, strict=True) if verdict is None]
    if not standing:
        order = (STOPPED, MUTED, BEGUN)
        return next((verdict for verdict in order if verdict in verdicts), GONE)
    items = sorted(
        (_item(message, each, facts) for each in standing), key=lambda item: (item["starts_at"], item["name"])
    )
    shown = items[: rules.MOST_ITEMS]
    phones = sorted({facts.lessons[each.lesson_id].phone for each in standing if each.lesson_id})
    said = {"items": shown, "more": len(items) - len(shown), "phones": phones[:2]}
    return Content(_reminder_kind(message.kind, items), said)


def _reminder_kind(kind: MessageKind, items: Sequence[Mapping[str, Any]]) -> MessageKind:
    """The evening before the first lesson of a class is told at more length, where it is the only one."""
    is_first = len(items) == 1 and items[0]["is_first"]
    return MessageKind.FIRST_LESSON if is_first and kind is MessageKind.REMINDER_EVENING else kind


def _suspension(message: Message, facts: Facts, now: datetime) -> Content | Verdict:
    """Lessons that fell away together, or are held after all, to whom they still concern."""
    is_off = message.kind is MessageKind.LESSONS_SUSPENDED
    concerned = [each for each in message.about if _is_concerned(message, each, facts, is_off=is_off)]
    wanting = [each for each in concerned if _wants(message, facts.people[each.person_id or 0], facts)]
    coming = [each for each in wanting if facts.lessons[each.lesson_id or 0].starts_at > now]
    if not coming:
        return BEGUN if wanting else STOPPED if concerned else GONE
    items = sorted((_item(message, each, facts) for each in coming), key=lambda item: (item["starts_at"], item["name"]))
    phones = sorted({facts.lessons[each.lesson_id].phone for each in coming if each.lesson_id})
    more = len(items) - len(items[: rules.MOST_ITEMS])
    shown = {"items": items[: rules.MOST_ITEMS], "more": more, "phones": phones[:2]}
    return Content(message.kind, message.parameters | shown)


def _is_concerned(message: Message, about: MessageAbout, facts: Facts, *, is_off: bool) -> bool:
    lesson, person = facts.lessons[about.lesson_id or 0], facts.people[about.person_id or 0]
    is_seated = (person.id, lesson.class_id) in facts.seats and person.ended_at is None
    return is_seated and lesson.is_cancelled == is_off and _is_theirs(message, person, facts)


def _lesson_verdict(message: Message, about: MessageAbout, facts: Facts, now: datetime) -> Verdict | None:
    """Why this learner is not reminded of this lesson; None where she is."""
    lesson, person = facts.lessons[about.lesson_id or 0], facts.people[about.person_id or 0]
    if not lesson.stands or lesson.starts_at != about.starts_at or person.ended_at:
        return GONE
    if not _is_theirs(message, person, facts):
        return GONE
    if (person.id, lesson.class_id) not in facts.seats or (lesson.id, person.id) in facts.leaves:
        return GONE
    if person.reminders_stopped_at or message.phone in facts.stopped:
        return STOPPED
    if _is_muted(message, person, facts):
        return MUTED
    return BEGUN if lesson.starts_at <= now else None


def _item(message: Message, about: MessageAbout, facts: Facts) -> dict[str, Any]:
    """What a text says of a lesson; the time is the one that she knows of."""
    lesson, person = facts.lessons[about.lesson_id or 0], facts.people[about.person_id or 0]
    return {
        "name": person.name,
        "is_own": person.phone == message.phone,
        "starts_at": (about.starts_at or lesson.starts_at).isoformat(),
        "course": lesson.course,
        "place": lesson.place,
        "is_first": lesson.number == 1,
        "bring": lesson.bring,
        "teacher": lesson.teacher,
        "address": "" if lesson.place == ONLINE_PLACE else lesson.address,
    }


def _change(message: Message, facts: Facts, now: datetime) -> Content | Verdict:
    class_id = message.parameters["class_id"]
    the_class = facts.classes[class_id]
    people = {each.person_id: facts.people[each.person_id] for each in message.about if each.person_id}
    people = {each: person for each, person in people.items() if _is_theirs(message, person, facts)}
    if not the_class.is_cancelled:
        people = {each: person for each, person in people.items() if (each, class_id) in facts.seats}
    if not people:
        return GONE
    wanting = [person for person in people.values() if _wants(message, person, facts)]
    if not wanting:
        return MUTED if any(_is_muted(message, person, facts) for person in people.values()) else STOPPED
    parameters = {
        **message.parameters,
        "names": _names(wanting),
        "is_own": any(person.phone == message.phone for person in wanting),
        "course": the_class.course,
        "phones": [the_class.phone],
    }
    if the_class.is_cancelled:
        return Content(MessageKind.CLASS_CANCELLED, parameters)
    return _lesson_changes(message, parameters, facts, now)


def _names(people: Sequence[Person]) -> list[str]:
    names = sorted(person.name for person in people)
    return names if len(names) <= MOST_NAMES else [*names[:MOST_NAMES], "…"]


def _lesson_changes(message: Message, parameters: dict[str, Any], facts: Facts, now: datetime) -> Content | Verdict:
    before = message.parameters["before"]
    all_changes = [_lesson_change(facts.lessons[int(each)], was) for each, was in before.items()]
    changes = sorted((change for change in all_changes if change), key=lambda change: change["number"])
    coming = [change for change in changes if datetime.fromisoformat(change["until"]) > now]
    if not coming:
        return BEGUN if changes else UNCHANGED
    all_cancelled = all(change["is_cancelled"] for change in coming)
    kind = MessageKind.LESSON_CANCELLED if all_cancelled else MessageKind.LESSON_MOVED
    is_many = len(coming) > MOST_CHANGES
    counts = {
        "count": len(coming),
        "more": max(0, len(coming) - MOST_CHANGES),
        "weekly": is_many and _is_weekly(coming),
    }
    return Content(kind, parameters | counts | {"changes": coming[:MOST_CHANGES]})


def _lesson_change(lesson: LessonNow, was: Mapping[str, Any]) -> dict[str, Any] | None:
    """How a lesson differs from what was last told; None where it does not."""
    old_starts_at = datetime.fromisoformat(was["starts_at"])
    moved, was_online = lesson.starts_at != old_starts_at, was.get("is_online", False)
    other_room = lesson.room_id != was["room_id"] and lesson.place != ONLINE_PLACE
    elsewhere = other_room or lesson.is_online != was_online
    has_other_teacher = was.get("teacher_id", lesson.teacher_id) != lesson.teacher_id
    if not (moved or elsewhere or has_other_teacher or lesson.is_cancelled):
        return None
    until = old_starts_at if lesson.is_cancelled else max(old_starts_at, lesson.starts_at)
    return {
        "number": lesson.number,
        "is_cancelled": lesson.is_cancelled,
        "is_moved": moved,
        "is_elsewhere": elsewhere,
        "teachers": [was.get("teacher", ""), lesson.teacher] if has_other_teacher else None,
        "old_at": was["starts_at"],
        "new_at": lesson.starts_at.isoformat(),
        "place": lesson.place,
        "until": until.isoformat(),
    }


def _is_weekly(changes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these lessons are all moved to one weekday, time and place."""
    if not all(change["is_moved"] and not change["is_cancelled"] for change in changes):
        return False
    starts = [datetime.fromisoformat(change["new_at"]) for change in changes]
    return rules.same_weekly_time(starts) and len({change["place"] for change in changes}) == 1


MADE_OF_THE_TRUTH: dict[MessageKind, Callable[[Message, Facts, datetime], Content | Verdict]] = {
    MessageKind.WEEKLY_SUMMARY: _week,
    MessageKind.BULK_MESSAGE: _bulk,
    **dict.fromkeys(REMINDERS, _reminder),
    **dict.fromkeys(CHANGES, _change),
    **dict.fromkeys(SUSPENSIONS, _suspension),
}
