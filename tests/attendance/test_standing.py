"""What stands after any number of entries, whatever their order."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from senior_univ.attendance.models import How, Kind, Participation
from senior_univ.attendance.standing import LATE_AFTER, is_late, standing_of

START = datetime(2026, 3, 10, 1, tzinfo=UTC)
END = START + timedelta(minutes=90)


@dataclass(frozen=True)
class Entry:
    client_id: str
    kind: Kind | None
    participation: Participation | None
    entered_at: datetime
    received_at: datetime = START
    how: How = How.TAP
    entered_by_id: int = 1


seconds = st.integers(0, 5)
said = st.one_of(
    st.tuples(st.sampled_from(Kind), st.none()),
    st.tuples(st.none(), st.sampled_from(Participation)),
    st.tuples(st.sampled_from(Kind), st.sampled_from(Participation)),
)


@st.composite
def entries(draw):
    """Up to eight entries with names of their own, some at the same instant."""
    given_ = draw(st.lists(st.tuples(said, seconds), max_size=8))
    return [
        Entry(f"{number:02d}", kind, level, START + timedelta(seconds=second))
        for number, ((kind, level), second) in enumerate(given_)
    ]


@given(entries(), st.randoms())
def test_the_order_in_which_entries_come_in_changes_nothing(tapped, random):
    shuffled = list(tapped)
    random.shuffle(shuffled)
    assert standing_of(shuffled, END) == standing_of(tapped, END)


@given(entries())
def test_the_latest_kind_stands_and_a_level_of_participation_never_hides_it(tapped):
    with_kind = [entry for entry in tapped if entry.kind]
    standing = standing_of(tapped, END)
    assert (standing is None) == (not tapped)
    if standing and with_kind:
        last = max(entry.entered_at for entry in with_kind)
        assert standing.kind in {entry.kind for entry in with_kind if entry.entered_at == last}
    if standing:
        assert standing.changes == len(tapped)


@given(entries())
def test_an_entry_that_is_older_than_all_changes_no_more_than_the_count(tapped):
    older = Entry("old", Kind.ONLINE, Participation.ACTIVE, START - timedelta(hours=1))
    before, after = standing_of(tapped, END), standing_of([*tapped, older], END)
    if before and before.participation and any(entry.kind for entry in tapped):
        assert replace(after, changes=0) == replace(before, changes=0)


def test_what_comes_in_more_than_a_day_after_the_lesson_is_late():
    assert not is_late(END + LATE_AFTER, END)
    assert is_late(END + LATE_AFTER + timedelta(seconds=1), END)
