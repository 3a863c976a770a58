"""When the sun sets: NOAA's general solar position calculations, right to about two minutes between 60° N and 60° S.

The formula is the one that the United States' National Oceanic and Atmospheric Administration publishes ("General Solar
Position Calculations", Global Monitoring Division). It stands here because it is short and what is installed for it
otherwise has not been released since 2022.
"""

from datetime import UTC, date, datetime, time, timedelta
from math import acos, cos, degrees, pi, radians, sin, tan

ZENITH = radians(90.833)
"""Where the sun's middle is as its upper edge goes under, the air's refraction included."""


def sunset(day: date, latitude: float, longitude: float) -> datetime | None:
    """The instant at which the sun sets on a local day at a place in degrees; None where it does not set on that day."""
    year = 2 * pi / 365 * (day.timetuple().tm_yday - 1 + 0.25)
    ahead = 229.18 * (
        0.000075 + 0.001868 * cos(year) - 0.032077 * sin(year) - 0.014615 * cos(2 * year) - 0.040849 * sin(2 * year)
    )
    tilt = (
        0.006918
        - 0.399912 * cos(year)
        + 0.070257 * sin(year)
        - 0.006758 * cos(2 * year)
        + 0.000907 * sin(2 * year)
        - 0.002697 * cos(3 * year)
        + 0.00148 * sin(3 * year)
    )
    north = radians(latitude)
    turned = cos(ZENITH) / (cos(north) * cos(tilt)) - tan(north) * tan(tilt)
    if not -1 <= turned <= 1:
        return None
    minutes = 720 - 4 * (longitude - degrees(acos(turned))) - ahead
    return datetime.combine(day, time(), UTC) + timedelta(minutes=minutes)
