"""Codes to a phone, and how often anybody may try: both are counted in the database, which all processes share.

What counts returns what came of it; whoever calls it commits either way, since an undone count is no count.
"""

import enum
import hmac
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from senior_univ.accounts.events import code_issued
from senior_univ.accounts.models import SignInCode, Throttle
from senior_univ.accounts.rules import CODE_LIFE, CODE_TRIES, keyed_hash, new_code, window_start
from senior_univ.core import clock
from senior_univ.core.upserts import insert_into

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CODES_PER_PHONE_AND_HOUR = 5
CODES_PER_ADDRESS_AND_HOUR = 60
"""A village's people may all come from one address, and on sign-up day within one hour."""
PASSWORDS_PER_NAME_AND_HOUR = 20
PASSWORDS_PER_ADDRESS_AND_HOUR = 100
ASKED_PER_PERSON_AND_HOUR = 10
ENTERED_PER_PHONE_AND_HOUR = 10


class CodeAnswer(enum.Enum):
    """What came of asking for a code."""

    SENT = "sent"
    SENT_BEFORE = "sent_before"
    TOO_MANY = "too_many"


def count_try(session: Session, what: str, whose: str, length: timedelta, most: int) -> bool:
    """Count one more try of ``what`` (a short word) by ``whose`` (a keyed hash); whether the window still allows it."""
    key = f"{what}:{whose}"[:80]
    row = {"key": key, "window_starts_at": window_start(clock.now(), length), "count": 1}
    counted = session.scalar(
        insert_into(session, Throttle)
        .values(row)
        .on_conflict_do_update(index_elements=["key", "window_starts_at"], set_={"count": Throttle.count + 1})
        .returning(Throttle.count)
    )
    return bool(counted <= most)


def issue_code(session: Session, phone: str, *, address: str, key: str) -> CodeAnswer:
    """Send six digits to ``phone`` (E.164, a mobile), known or not: nothing here asks whether anybody has it.

    ``address`` is where the request comes from, ``key`` the secret of the hashes. Earlier codes stay good for their
    ten minutes, since texts overtake each other.
    """
    whose = keyed_hash(key, "phone", phone)
    if not count_try(session, "code-from", keyed_hash(key, "address", address), HOUR, CODES_PER_ADDRESS_AND_HOUR):
        return CodeAnswer.TOO_MANY
    if not count_try(session, "code-minute", whose, MINUTE, 1):
        return CodeAnswer.SENT_BEFORE
    if not count_try(session, "code-hour", whose, HOUR, CODES_PER_PHONE_AND_HOUR):
        return CodeAnswer.TOO_MANY
    digits, now = new_code(), clock.now()
    code = SignInCode(
        phone=phone,
        code_hash=keyed_hash(key, "code", phone, digits),
        issued_at=now,
        expires_at=now + CODE_LIFE,
        tries_left=CODE_TRIES,
    )
    session.add(code)
    session.flush()  # its id is the text's key
    code_issued.send(session, code=code, digits=digits)
    _forget_old(session)
    return CodeAnswer.SENT


def use_code(session: Session, phone: str, digits: str, *, key: str) -> bool:
    """Whether ``digits`` is a code of that phone that is good now; it is used up by that, together with its elders.

    Every try counts on each code that is good, in the statement that reads them: two who try at the same moment are
    counted twice, and only one of them uses the code.
    """
    now = clock.now()
    is_good = (SignInCode.phone == phone, SignInCode.used_at.is_(None), SignInCode.expires_at > now)
    tried = session.execute(
        update(SignInCode)
        .where(*is_good, SignInCode.tries_left > 0)
        .values(tries_left=SignInCode.tries_left - 1)
        .returning(SignInCode.id, SignInCode.code_hash)
    ).all()
    wanted = keyed_hash(key, "code", phone, digits)
    matching = [row.id for row in tried if hmac.compare_digest(row.code_hash, wanted)]
    if not matching:
        return False
    session.execute(update(SignInCode).where(*is_good).values(used_at=now))
    return True


def _forget_old(session: Session) -> None:
    """Codes and counts of yesterday: a phone is not kept longer than it is needed."""
    yesterday = clock.now() - DAY
    session.execute(delete(SignInCode).where(SignInCode.expires_at < yesterday))
    session.execute(delete(Throttle).where(Throttle.window_starts_at < yesterday))
