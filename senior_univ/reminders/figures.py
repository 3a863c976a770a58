"""A day's texts in figures: what was due, what became of it, what it cost; for the organisations that somebody may see."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission, Role
from senior_univ.network.models import Organisation
from senior_univ.network.queries import organisation_scope
from senior_univ.reminders.models import Message, MessageKind, MessageState

HOURS = range(24)
WHOLE_CITY = frozenset({Role.ADMINISTRATOR, Role.CITY_OFFICER})
"""Who also sees the texts that are no organisation's: codes and what concerns the deployment."""

ON_THE_WAY = (MessageState.DUE, MessageState.SUBMITTING, MessageState.UNKNOWN)
SENT = (MessageState.ACCEPTED, MessageState.DELIVERED)
NOT_REACHED = (MessageState.FAILED, MessageState.PARKED)
NOT_WANTED = (MessageState.CANCELLED, MessageState.SUPPRESSED, MessageState.EXPIRED)


@dataclass(frozen=True)
class Figures:
    """Texts by kind and state and by local hour and state; ``cost`` in thousandths of the currency."""

    day: date
    by_state: Counter[MessageState] = field(default_factory=Counter)
    by_kind: dict[MessageKind, Counter[MessageState]] = field(default_factory=dict)
    by_hour: dict[int, Counter[MessageState]] = field(default_factory=dict)
    segments: int = 0
    cost: int = 0

    @property
    def due(self) -> int:
        """All that was or is to go out on that day."""
        return self.by_state.total()

    def of(self, states: Iterable[MessageState], counted: Counter[MessageState] | None = None) -> int:
        """How many are in one of these states."""
        return sum((self.by_state if counted is None else counted)[state] for state in states)


@dataclass(frozen=True)
class Bar:
    """One hour of the chart: heights from the ground up, in units of the chart; 0 where there is none."""

    hour: int
    sent: float
    on_the_way: float
    not_reached: float


@dataclass(frozen=True)
class Chart:
    """A day's texts by hour; ``top`` is what the highest bar stands for, ``height`` units of it."""

    bars: Sequence[Bar]
    top: int
    height: int


def figures_of(session: Session, viewer: Viewer, day: date) -> Figures:
    """The figures of one local day, by when each text is or was due; two queries, whatever the number of texts."""
    starts, ends = clock.day_bounds(day)
    mine = (_is_seen_by(viewer), Message.due_at >= starts, Message.due_at < ends)
    counted = (func.count(), func.sum(Message.segments), func.sum(Message.cost))
    hour = _hour_of(day)
    found = Figures(day)
    segments = cost = 0
    for kind, state, number, parts, price in session.execute(
        select(Message.kind, Message.state, *counted).where(*mine).group_by(Message.kind, Message.state)
    ):
        found.by_state[state] += number
        found.by_kind.setdefault(kind, Counter())[state] += number
        segments, cost = segments + parts, cost + price
    for at, state, number in session.execute(
        select(hour, Message.state, func.count()).where(*mine).group_by(hour, Message.state)
    ):
        found.by_hour.setdefault(at, Counter())[state] += number
    return Figures(day, found.by_state, found.by_kind, found.by_hour, segments, cost)


def _is_seen_by(viewer: Viewer) -> ColumnElement[bool]:
    seen = select(Organisation.id).where(organisation_scope(viewer, Permission.SEE_MESSAGE_FIGURES))
    theirs = Message.organisation_id.in_(seen)
    sees_all = any(post.role in WHOLE_CITY for post in viewer.posts)
    return or_(theirs, Message.organisation_id.is_(None)) if sees_all else theirs


def _hour_of(day: date) -> ColumnElement[int]:
    """The local hour in which a text is due; a day on which clocks change has its hours where they are."""
    ends: list[tuple[ColumnElement[bool], int]] = [(Message.due_at < _at(day, hour + 1), hour) for hour in HOURS[:-1]]
    return case(*ends, else_=HOURS[-1])


def _at(day: date, hour: int) -> datetime:
    return clock.instant(day, time(hour))


def chart_of(figures: Figures, height: int = 120) -> Chart:
    """The bars of the hours from the first to the last in which anything was due."""
    hours = sorted(figures.by_hour)
    counts = {
        hour: [figures.of(states, figures.by_hour[hour]) for states in (SENT, ON_THE_WAY, NOT_REACHED)]
        for hour in hours
    }
    top = max((sum(each) for each in counts.values()), default=0)
    scale = height / top if top else 0
    shown = range(hours[0], hours[-1] + 1) if hours else ()
    bars = [Bar(hour, *(number * scale for number in counts.get(hour, (0, 0, 0)))) for hour in shown]
    return Chart(bars, top, height)
