"""Who is offered what comes free, when an answer is due, and what is refused. Pure.

The order is the queue's. A party for which an opening is too small is passed over, and somebody behind it who fits is
offered the place; but after ``MOST_SKIPS`` openings the next ones are kept for it until it fits, ``KEPT_DAYS`` at most:
then it begins to be counted anew, so that no seat stays empty for ever. One that only lacks a wheelchair place keeps
no seats, since none of them would help it.
"""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

from senior_univ.core.errors import DomainError
from senior_univ.enrolment.places import Free, Places

ANSWER_DAYS = 3
"""Full days to answer an offer, the day on which it is made not counted."""

MOST_SKIPS = 2
KEPT_DAYS = 14
LARGEST_PARTY = 6
LONGEST_QUEUE = 500


@dataclass(frozen=True)
class Waiting:
    """A party in the queue, as far as it matters for who is next; ``kept`` seats are held for it already."""

    party_id: int
    wants: Places
    skipped: int = 0
    kept: int = 0
    kept_since: date | None = None


@dataclass
class Sharing:
    """What becomes of what is free: the parties that are offered places, those passed over, and what is kept."""

    offered: list[int] = field(default_factory=list)
    passed_over: list[int] = field(default_factory=list)
    kept: dict[int, int] = field(default_factory=dict)
    begin_anew: list[int] = field(default_factory=list)


def share_out(free: Free, queue: Sequence[Waiting], today: date) -> Sharing:
    """Who is offered what is free, in the queue's order; ``free`` is what nobody has, the kept seats included."""
    done = Sharing()
    for waiting in queue:
        if free.fits(waiting.wants):
            done.offered.append(waiting.party_id)
            free = free.less(waiting.wants)
        elif _waited_too_long(waiting, today):
            done.begin_anew.append(waiting.party_id)
        elif _lacks_only_seats(free, waiting) and free.seats > 0:
            if waiting.skipped < MOST_SKIPS and not waiting.kept:
                done.passed_over.append(waiting.party_id)
                continue
            # Seats are kept for its escorts, too, since their room would be given away with the next seat.
            kept = min(free.seats, waiting.wants.seats + waiting.wants.escorts)
            done.kept[waiting.party_id] = kept
            free = free.less(Places(seats=kept))
    return done


def _lacks_only_seats(free: Free, waiting: Waiting) -> bool:
    return waiting.wants.wheelchairs <= free.wheelchairs and free.lacks_seats(waiting.wants)


def _waited_too_long(waiting: Waiting, today: date) -> bool:
    return waiting.kept_since is not None and waiting.kept_since + timedelta(days=KEPT_DAYS) <= today


def answer_day(today: date) -> date:
    """The last day on which an offer made today is surely still there."""
    return today + timedelta(days=ANSWER_DAYS)


def refuse_size(wants: Places, capacity: int, wheelchair_places: int, room: int) -> DomainError | None:
    """The refusal of a party that could never fit into the class, however many left; else None."""
    if not 1 <= wants.seats <= LARGEST_PARTY:
        words = _l("From 1 to %(most)d people can wait together.", most=LARGEST_PARTY)
        return DomainError("odd_party", words)
    if wants.seats > capacity or wants.seats + wants.escorts > room:
        return DomainError("never_fits", _l("So many people never fit into this class."))
    if wants.wheelchairs > wheelchair_places:
        words = _l("This class has %(num)d wheelchair places in all.", num=wheelchair_places)
        return DomainError("never_fits", words)
    return None


def already_waits(name: str) -> DomainError:
    """The refusal of a second place in the same queue."""
    return DomainError("already_waits", _l("%(name)s waits for this class already.", name=name))


def queue_too_long() -> DomainError:
    """The refusal of a queue in which nobody would ever have her turn."""
    return DomainError("queue_too_long", _l("Very many people wait for this class already. Please choose another one."))


def gone_to_next() -> DomainError:
    """The words for an answer to an offer that has passed on."""
    words = _l("The answer came too late: the place has gone to the next one. You can join the queue again.")
    return DomainError("offer_late", words)


def answered_already(accepted: bool) -> DomainError:
    """The words for an offer that is answered a second time."""
    if accepted:
        return DomainError("offer_answered", _l("This place was accepted already. Nothing more is to be done."))
    return DomainError("offer_answered", _l("This place was declined already and has gone to the next one."))


def no_longer_offered() -> DomainError:
    """The words for an offer that fell away, since the class ended or she has left."""
    return DomainError("offer_gone", _l("This place is no longer offered."))


def needs_reason() -> DomainError:
    """The refusal of moving somebody without saying why."""
    return DomainError("no_reason", _l("Please say why, in a few words; it is kept on record."), field="reason")


def changed_meanwhile(place: int) -> DomainError:
    """The words for a queue that is not as it was when somebody chose a new place in it."""
    words = _l("The queue has changed meanwhile: she is at place %(place)d now. Please look again.", place=place)
    return DomainError("changed_meanwhile", words, field="to")


def reordered(party_ids: Sequence[int], party_id: int, place: int) -> list[int]:
    """The queue with that party at that place, counted from 1; past its end is its end."""
    others = [each for each in party_ids if each != party_id]
    at = min(max(place, 1), len(others) + 1) - 1
    return [*others[:at], party_id, *others[at:]]


YES, NO = "1", "2"


def reply_said(text: str) -> bool | None:
    """Whether a text says yes (1) or no (2); None for everything else, which a person must read."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and unicodedata.category(c)[0] != "P"
    )
    return {YES: True, NO: False}.get(plain)


def all_tried(tried: Collection[bool]) -> bool:
    """Whether every rung of an offer was tried; one without any rung was told to nobody."""
    return bool(tried) and all(tried)
