"""What is printed and scanned: addresses that hold outside of this machine, and the codes that lead there."""

import segno
from flask import current_app
from markupsafe import Markup

QUIET_ZONE = 4
"""Empty modules around a code, as the standard asks; scanners of old phones need them."""


def public_address(path: str) -> str:
    """The address of one of our pages as the world sees it, by the setting PUBLIC_URL."""
    host: str = current_app.config["SETTINGS"].public_url
    return host.rstrip("/") + path


def _made(address: str) -> segno.QRCode:
    return segno.make(address, error="m", micro=False)


def qr_code(address: str, *, scale: int) -> Markup:
    """A code as SVG to stand in a page; a module is ``scale`` pixels wide."""
    return Markup(_made(address).svg_inline(scale=scale, border=QUIET_ZONE))  # noqa: S704  # made by segno


def qr_image(address: str, *, scale: int) -> str:
    """The same as an image's ``data:`` address, for a PDF."""
    return _made(address).svg_data_uri(scale=scale, border=QUIET_ZONE)
