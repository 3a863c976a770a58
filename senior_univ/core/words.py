"""Days and times in the words that these people use: 上午9:30, 11月24日星期二, 农历十月十五.

Pure and cached, since an uncached Babel ``format_time`` costs more than the query beside it.
"""

from datetime import date, datetime, time
from functools import lru_cache

import cnlunar
from flask_babel import get_locale
from flask_babel import gettext as _

from senior_univ.core import clock

LEAST_SHOWN = 5
"""Fewer people than this are not counted out to officers: a small number points at people."""
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PARTS_OF_DAY = ((5, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
ZODIAC = "鼠牛虎兔龙蛇马羊猴鸡狗猪"


def is_chinese() -> bool:
    """Whether the page being made is in Chinese; texts and command lines are."""
    locale = get_locale()
    return locale is None or locale.language == "zh"


@lru_cache(maxsize=4096)
def _time(at: time, chinese: bool) -> str:
    hour = at.hour % 12 or 12
    if not chinese:
        return f"{hour}:{at.minute:02d} {'am' if at.hour < 12 else 'pm'}"
    part = next(name for until, name in PARTS_OF_DAY if at.hour < until)
    return f"{part}{hour}:{at.minute:02d}"


@lru_cache(maxsize=4096)
def _day(day: date, chinese: bool, with_year: bool) -> str:
    if chinese:
        year = f"{day.year}年" if with_year else ""
        return f"{year}{day.month}月{day.day}日"
    return f"{day.day} {day:%B}" + (f" {day.year}" if with_year else "")


def weekday_words(weekday: int) -> str:
    """星期二 or Tuesday for 1; Monday is 0."""
    return "星期" + WEEKDAYS_ZH[weekday] if is_chinese() else WEEKDAYS_EN[weekday]


def pattern_day_words(weekday: int, every_weeks: int) -> str:
    """星期二 or, where it is every second week only, 隔周星期二."""
    day = weekday_words(weekday)
    if every_weeks == 1:
        return day
    return f"隔周{day}" if is_chinese() else f"every other {day}"


@lru_cache(maxsize=4096)
def _range(starts: time, ends: time, chinese: bool) -> str:
    start, end = _time(starts, chinese), _time(ends, chinese)
    if not chinese:
        return f"{start} to {end}"
    return f"{start}—{end[2:] if start[:2] == end[:2] else end}"


def _wall_time(at: time | datetime) -> time:
    local = clock.local(at).time() if isinstance(at, datetime) else at
    return local.replace(second=0, microsecond=0, tzinfo=None)


def time_words(at: time | datetime) -> str:
    """上午9:30 or 9:30 am, of a local time or an instant."""
    return _time(_wall_time(at), is_chinese())


def time_range_words(starts_at: time | datetime, ends_at: time | datetime) -> str:
    """上午9:30—11:00: the part of the day is said once where both share it."""
    return _range(_wall_time(starts_at), _wall_time(ends_at), is_chinese())


def local_day(day: date | datetime) -> date:
    """The local day of an instant; a day stays what it is."""
    return clock.local(day).date() if isinstance(day, datetime) else day


def day_words(day: date | datetime) -> str:
    """11月24日, with the year where it is not this one."""
    local = local_day(day)
    return _day(local, is_chinese(), local.year != clock.today().year)


def long_day_words(day: date | datetime) -> str:
    """11月24日 星期二."""
    local = local_day(day)
    between = " " if is_chinese() else ", "
    return day_words(local) + between + weekday_words(local.weekday())


def near_day_words(day: date | datetime) -> str:
    """今天, 明天, 后天, else the day with its weekday."""
    local = local_day(day)
    near = {0: _("Today"), 1: _("Tomorrow"), 2: _("The day after tomorrow")}
    return near.get((local - clock.today()).days) or long_day_words(local)


@lru_cache(maxsize=1024)
def lunar_words(day: date) -> str:
    """十月十五: the Chinese calendar's month and day (cnlunar)."""
    lunar = cnlunar.Lunar(datetime(day.year, day.month, day.day, 12))  # noqa: DTZ001  # cnlunar takes local wall time
    return f"{lunar.lunarMonthCn.removesuffix('大').removesuffix('小')}{lunar.lunarDayCn}"


def zodiac_words(birth_year: int) -> str:
    """属相 of a birth year, by the solar year: what tells two people of one name apart."""
    return ZODIAC[(birth_year - 4) % 12]


def minutes_words(minutes: int) -> str:
    """40分钟 or 1小时20分钟."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d minutes", minutes=rest)
    if not rest:
        return _("%(hours)d hours", hours=hours)
    return _("%(hours)d hours %(minutes)d minutes", hours=hours, minutes=rest)


def masked_count(number: int) -> str:
    """A count of people for somebody outside their organisation, in words."""
    return _("fewer than 5") if 0 < number < LEAST_SHOWN else str(number)


FILTERS = {
    "time": time_words,
    "day": day_words,
    "long_day": long_day_words,
    "near_day": near_day_words,
    "weekday": weekday_words,
    "lunar": lambda day: lunar_words(local_day(day)),
    "zodiac": zodiac_words,
    "minutes": minutes_words,
    "local_day": local_day,
    "masked_count": masked_count,
}
