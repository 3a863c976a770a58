"""Whether an uploaded file is what it claims to be, and what is kept of it. Pure.

A picture is drawn anew: what the camera wrote into it (where, when, whose phone) and anything hidden in it is gone.
A PDF is kept as it came; it is only ever handed out as a download.
"""

from dataclasses import dataclass
from io import BytesIO

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps

from senior_univ.core.errors import DomainError

MOST_PIXELS = 50_000_000
"""A larger picture is refused before it is unpacked: a small file can claim to be enormous."""
LONGEST_SIDE = 2400
QUALITY = 85
PDF_END_WITHIN = 2048
BEGINNINGS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"%PDF-": "PDF"}

Image.MAX_IMAGE_PIXELS = MOST_PIXELS

NOT_READABLE = _l("This file is damaged and can't be read. Please take the photo or make the scan again.")
TOO_MANY_PIXELS = _l("This picture is far too large. Please take it with a smaller size set in the camera.")


@dataclass(frozen=True)
class Kept:
    """What is kept of an upload, and the ending of its name."""

    content: bytes
    ending: str


def cleaned(content: bytes) -> Kept:
    """What is kept of an upload, told by its first bytes and not by its name; DomainError in words for anything else."""
    if not content:
        raise DomainError("empty_file", _l("This file is empty. Please choose another one."), field="file")
    kind = next((kind for beginning, kind in BEGINNINGS.items() if content.startswith(beginning)), None)
    if kind is None:
        raise DomainError("wrong_kind", _l("Only photos (JPEG or PNG) and PDF files can be attached."), field="file")
    return _whole_pdf(content) if kind == "PDF" else Kept(_drawn_anew(content), "jpg")


def _whole_pdf(content: bytes) -> Kept:
    if b"%%EOF" not in content[-PDF_END_WITHIN:]:
        raise DomainError("damaged", NOT_READABLE, field="file")
    return Kept(content, "pdf")


def _drawn_anew(content: bytes) -> bytes:
    """The picture the right way up, at most so large, on white; nothing but its pixels."""
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as opened:
            return _as_jpeg(_small(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DomainError("too_many_pixels", TOO_MANY_PIXELS, field="file") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, OverflowError) as error:
        raise DomainError("damaged", NOT_READABLE, field="file") from error


def _small(opened: Image.Image) -> Image.Image:
    if opened.width * opened.height > MOST_PIXELS:
        raise DomainError("too_many_pixels", TOO_MANY_PIXELS, field="file")
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is unpacked no larger than is needed
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return upright


def _as_jpeg(picture: Image.Image) -> bytes:
    clear = picture.convert("RGBA")
    paper = Image.new("RGB", clear.size, "white")
    paper.paste(clear, mask=clear)
    written = BytesIO()
    paper.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
