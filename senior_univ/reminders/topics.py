"""To which topic each kind of text belongs, which somebody may switch off for herself.

What belongs to none can't be switched off: codes, urgent changes, absences, what became of a reply, work.
"""

from senior_univ.reminders.models import CHANGES, REMINDERS, SUSPENSIONS, MessageKind, Priority, Topic

TOPICS: dict[MessageKind, Topic] = (
    dict.fromkeys(REMINDERS, Topic.REMINDERS)
    | dict.fromkeys(CHANGES | SUSPENSIONS, Topic.CHANGES)
    | dict.fromkeys((MessageKind.CLASS_MERGED, MessageKind.UNIT_CLOSED, MessageKind.UNIT_OPENED), Topic.CHANGES)
    | {
        MessageKind.WAITING_OFFER: Topic.PLACES,
        MessageKind.WAITING_PASSED_ON: Topic.PLACES,
        MessageKind.ADMISSION_RESULT: Topic.PLACES,
        MessageKind.ROUND_CALLED_OFF: Topic.PLACES,
        MessageKind.CLASS_INVITED: Topic.PLACES,
        MessageKind.TOGETHER_ASKED: Topic.PLACES,
        MessageKind.ENROLLED_FOR_YOU: Topic.FAMILY,
        MessageKind.WITHDRAWN_FOR_YOU: Topic.FAMILY,
        MessageKind.LEAVE_FOR_YOU: Topic.FAMILY,
        MessageKind.GRANT_GIVEN: Topic.FAMILY,
        MessageKind.GRANT_ASKED: Topic.FAMILY,
        MessageKind.CERTIFICATE_READY: Topic.AFTERWARDS,
        MessageKind.BULK_MESSAGE: Topic.AFTERWARDS,
    }
)


def topic_of(kind: MessageKind, priority: int) -> Topic | None:
    """The topic with which a text of this kind is switched off; None where it can't be."""
    return None if priority <= Priority.URGENT else TOPICS.get(kind)
