"""Sunsets as almanacs have them, to about two minutes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from senior_univ.core.sun import sunset

XINGTAI, LONDON, SYDNEY, TROMSO = (37.07, 114.5), (51.5, -0.12), (-33.87, 151.21), (69.65, 18.96)
KNOWN = [
    (date(2026, 6, 21), LONDON, datetime(2026, 6, 21, 20, 21, tzinfo=UTC)),
    (date(2026, 12, 21), LONDON, datetime(2026, 12, 21, 15, 53, tzinfo=UTC)),
    (date(2026, 6, 21), XINGTAI, datetime(2026, 6, 21, 11, 44, tzinfo=UTC)),
    (date(2026, 12, 21), XINGTAI, datetime(2026, 12, 21, 9, 8, tzinfo=UTC)),
    (date(2026, 12, 21), SYDNEY, datetime(2026, 12, 21, 9, 5, tzinfo=UTC)),
]


@pytest.mark.parametrize(("day", "place", "instant"), KNOWN)
def test_the_sun_sets_when_the_almanac_says(day, place, instant):
    assert abs(sunset(day, *place) - instant) <= timedelta(minutes=3)


def test_where_the_sun_does_not_set_there_is_no_sunset():
    assert sunset(date(2026, 6, 21), *TROMSO) is None
    assert sunset(date(2026, 12, 21), *TROMSO) is None
