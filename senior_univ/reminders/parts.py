"""How many parts a text is paid as, and what must not stand in one."""

import re
from math import ceil
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from senior_univ.core.errors import DomainError

ALONE, JOINED = 70, 67
"""UTF-16 units of a text of one part, and of each part of a longer one. The signature's 【】 are counted, and make every
text one of these; none is of the 160 characters of Latin letters alone."""

MAINLAND = "Asia/Shanghai"
LOTTERY = ("抽签", "摇号", "中签")
LINK = re.compile(r"https?:|www\.|[\w-]+\.(?:com|cn|net|org|top|vip|cc|xyz)\b", re.IGNORECASE | re.ASCII)


def parts_of(text: str) -> int:
    """How many parts a text is sent and paid as; 0 for an empty one."""
    units = len(text.encode("utf-16-le")) // 2
    return ceil(units / (JOINED if units > ALONE else ALONE))


def refuse_words(text: str, zone: ZoneInfo, *, field: str) -> None:
    """DomainError for what carriers in mainland China refuse: links, and words of lotteries."""
    if zone.key != MAINLAND:
        return
    if LINK.search(text):
        raise DomainError("link", _l("Carriers refuse texts with a link. Please leave it out."), field=field)
    for word in LOTTERY:
        if word in text:
            raise DomainError("lottery", _l("Carriers refuse the word %(word)s.", word=word), field=field)
