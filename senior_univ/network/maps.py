"""Coordinates of Chinese maps (GCJ-02: 高德, 腾讯) and of satellites (WGS 84, which is what is kept). Pure.

Maps that are sold in China shift every place by some hundred metres in a way that was never published officially; what
is written here is the formula as it has been known publicly since 2010 ("Restrictions on geographic data in China",
Wikipedia, section GCJ-02): two series of sines over the distance from 105° E, 35° N, scaled by the Krasovsky ellipsoid.
It has no inverse in closed form, so the way back is found by steps.
"""

import enum
from math import cos, pi, radians, sin, sqrt

from flask_babel import lazy_gettext as _l

from senior_univ.network.rules import Point

SEMI_MAJOR = 6_378_245.0
"""Metres, of the Krasovsky ellipsoid."""
ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943
STEPS = 10


class MapKind(enum.Enum):
    """Which map a position was read from."""

    CHINESE = "gcj02"
    SATELLITE = "wgs84"


MAP_LABELS = {
    MapKind.CHINESE: _l("Amap or Tencent Maps (also in WeChat)"),
    MapKind.SATELLITE: _l("A GPS device, OpenStreetMap or another map of the world"),
}


def is_shifted(point: Point) -> bool:
    """Whether Chinese maps shift a place: they leave everything outside of a rectangle about China as it is."""
    north, east = point
    return 0.8293 <= north <= 55.8271 and 72.004 <= east <= 137.8347


def to_chinese(point: Point) -> Point:
    """Where a Chinese map shows a place."""
    if not is_shifted(point):
        return point
    by_north, by_east = _shift(*point)
    return point[0] + by_north, point[1] + by_east


def from_chinese(shown: Point) -> Point:
    """The place that a Chinese map shows there."""
    if not is_shifted(shown):
        return shown
    north, east = shown
    for _step in range(STEPS):
        by_north, by_east = _shift(north, east)
        north, east = shown[0] - by_north, shown[1] - by_east
    return north, east


def _shift(north: float, east: float) -> tuple[float, float]:
    """By how many degrees a place is moved to the north and to the east."""
    x, y = east - 105.0, north - 35.0
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    metres_north = (
        -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
        + (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
        + (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    )  # fmt: skip
    metres_east = (
        300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
        + (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
        + (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    )  # fmt: skip
    at = radians(north)
    flat = 1 - ECCENTRICITY_SQUARED * sin(at) ** 2
    metres_a_degree_north = SEMI_MAJOR * (1 - ECCENTRICITY_SQUARED) / (flat * sqrt(flat)) * pi / 180
    metres_a_degree_east = SEMI_MAJOR / sqrt(flat) * cos(at) * pi / 180
    return metres_north / metres_a_degree_north, metres_east / metres_a_degree_east


def kept(point: Point, kind: MapKind) -> Point:
    """A place that was read from a map, as it is kept."""
    north, east = from_chinese(point) if kind is MapKind.CHINESE else point
    return round(north, 6), round(east, 6)


def shown(point: Point | None, kind: MapKind) -> Point | None:
    """A place that is kept, as that map shows it."""
    if point is None:
        return None
    north, east = to_chinese(point) if kind is MapKind.CHINESE else point
    return round(north, 6), round(east, 6)
