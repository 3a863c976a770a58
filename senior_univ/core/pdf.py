"""PDFs, where this machine can make them; the page that is asked for one offers the browser's print otherwise.

WeasyPrint needs libraries of the system and a Chinese font, without which Chinese would be boxes. It is loaded when the
first PDF is asked for, since loading it takes longer than starting everything else.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import cast

MAKER = "senior_univ.core.pdf_maker"


@cache
def _maker() -> Callable[[str], bytes] | None:
    """The function that makes a PDF of HTML, or None where something that it needs is missing."""
    if find_spec("weasyprint") is None:
        return None
    try:
        maker = import_module(MAKER)
    except OSError:  # a library of the system is missing
        return None
    return cast("Callable[[str], bytes]", maker.make_pdf) if maker.has_chinese_font() else None


def can_make_pdf() -> bool:
    """Whether this machine can make PDFs with Chinese text."""
    return _maker() is not None


def make_pdf(html: str) -> bytes | None:
    """HTML with its styles inside as a PDF; None where this machine can't make one."""
    maker = _maker()
    return maker(html) if maker else None
