"""Every "X happened → do Y", one line each. Handlers run in the same transaction as what happened."""


def connect() -> None:
    """Connect every event with its handlers; doing it twice changes nothing."""
