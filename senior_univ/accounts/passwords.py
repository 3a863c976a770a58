"""Passwords of staff: hashed slowly, therefore never inside a write transaction."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l

from senior_univ.core.errors import DomainError

SHORTEST, LONGEST = 10, 200
FORGOTTEN = {"1234567890", "0123456789", "1111111111", "passwordpassword", "qwertyuiop", "1q2w3e4r5t"}

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """What is kept of a password; DomainError ``short_password`` or ``common_password``."""
    if not SHORTEST <= len(password) <= LONGEST:
        words = _l("A password needs at least %(least)d characters.", least=SHORTEST)
        raise DomainError("short_password", words, field="new_password")
    if password.lower() in FORGOTTEN or len(set(password)) < 4:
        words = _l("This password is too easy to guess. Please take another one.")
        raise DomainError("common_password", words, field="new_password")
    return hasher.hash(password)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return hasher.hash("nobody has this password")


def is_password(password: str, kept: str | None) -> bool:
    """Whether ``password`` belongs to the hash; takes as long where there is none, so that names cannot be tried out."""
    try:
        hasher.verify(kept or _nobodys_hash(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
