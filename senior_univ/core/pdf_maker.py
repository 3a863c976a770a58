"""Makes PDFs by WeasyPrint; loaded by name from ``pdf``, so that a machine without its libraries starts all the same."""

from subprocess import run

from PIL import ImageFile
from weasyprint import HTML
from weasyprint.urls import URLFetcher

ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint switches it on for everybody; half a photo is damaged, not fine

FONT_LIST = ("fc-list", ":lang=zh-cn", "family")
"""Fontconfig's own command, which comes with the library that WeasyPrint needs."""


def has_chinese_font() -> bool:
    """Whether there is a font that has the characters of Chinese."""
    try:
        fonts = run(FONT_LIST, capture_output=True, check=False, timeout=20)  # noqa: S603  # a fixed command
    except FileNotFoundError:
        return False
    return bool(fonts.stdout.strip())


def make_pdf(html: str) -> bytes:
    """HTML as a PDF. Nothing is fetched but what the page itself carries as ``data:``."""
    pdf: bytes = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=["data"])).write_pdf()
    return pdf
