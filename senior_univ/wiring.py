"""Every "X happened → do Y", one line each. Handlers run in the same transaction as what happened."""

from senior_univ.accounts import events as accounts
from senior_univ.care import reactions as care


def connect() -> None:
    """Connect every event with its handlers; doing it twice changes nothing."""
    accounts.person_ended.connect(care.end_residency, weak=False)
