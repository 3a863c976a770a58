"""What may be asked and offered, without a database."""

from dataclasses import dataclass
from datetime import time

from flask_babel import lazy_gettext as _l

from senior_univ.catalogue.models import Course, Subject
from senior_univ.core.errors import DomainError
from senior_univ.core.words import time_words
from senior_univ.network.models import Organisation
from senior_univ.teaching.models import Teacher


@dataclass(frozen=True)
class Wish:
    """What a home asks for: ``weekdays`` (0 is Monday) and hours that suit it."""

    home: Organisation
    site: Organisation
    subject: Subject
    learners: int
    wheelchairs: int
    weekdays: tuple[int, ...]
    earliest: time
    latest: time
    note: str = ""


@dataclass(frozen=True)
class Proposal:
    """What a site answers with."""

    course: Course
    teacher: Teacher
    weekday: int
    starts: time
    minutes: int
    note: str = ""


def nearness(home_code: str, site_code: str) -> int:
    """0 for the same township or village, 1 for the same county, 2 for elsewhere, of region codes."""
    if len(home_code) >= 9 and home_code[:9] == site_code[:9]:
        return 0
    return 1 if home_code[:6] == site_code[:6] else 2


def check_wish(wish: Wish) -> None:
    """Refuse a wish that can't be: DomainError with its field."""
    if not wish.site.is_teaching or wish.site.closed_on is not None:
        raise DomainError("not_teaching", _l("%(name)s gives no classes.", name=wish.site.name))
    if wish.learners < 1:
        raise DomainError(
            "no_learners", _l("Please give how many residents would come: at least one."), field="learners"
        )
    if not 0 <= wish.wheelchairs <= wish.learners:
        words = _l("There can't be more wheelchairs than residents who come.")
        raise DomainError("too_many_wheelchairs", words, field="wheelchairs")
    if not wish.weekdays:
        raise DomainError("no_weekday", _l("Please tick at least one day that suits."), field="weekdays")
    if wish.earliest >= wish.latest:
        words = _l(
            "The end (%(ends)s) is not after the start (%(starts)s).",
            starts=time_words(wish.earliest),
            ends=time_words(wish.latest),
        )
        raise DomainError("end_before_start", words, field="latest")
