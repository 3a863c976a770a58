"""Sheets of A4, as a PDF where this machine can make one, else as a page that the browser prints; and spreadsheets.

A sheet is one template for both: ``{% extends paper_layout %}`` and the block "sheet".
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from flask import Response, render_template
from xlsxwriter import Workbook

from senior_univ.core.pdf import make_pdf
from senior_univ.core.web import Page, render

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(content: bytes, mimetype: str, filename: str) -> Response:
    """A file that is saved under ``filename``."""
    response = Response(content, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


def sheet(template: str, **context: Any) -> Page:
    """A sheet as a page that the browser prints."""
    return render(template, paper_layout="_layout/print.html", **context)


def sheet_pdf(template: str, *, filename: str, **context: Any) -> Page:
    """A sheet as a PDF; as a page that says how to print it instead, where this machine makes no PDFs."""
    pdf = make_pdf(render_template(template, paper_layout="_layout/pdf.html", **context))
    return attachment(pdf, "application/pdf", filename) if pdf else sheet(template, has_no_pdf=True, **context)


def spreadsheet(heads: Sequence[Any], rows: Iterable[Sequence[Any]], *, above: Sequence[str] = ()) -> bytes:
    """An XLSX with lines ``above`` a table; text stays text, whatever it begins with."""
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet()
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for number, line in enumerate(above):
            page.write_string(number, 0, line)
        for number, row in enumerate([heads, *rows], start=len(above)):
            for column, value in enumerate(row):
                write = page.write_number if isinstance(value, int) else page.write_string
                write(number, column, value if isinstance(value, int) else str(value), bold if row is heads else None)
        page.set_column(0, max(0, len(heads) - 1), 16)
    return buffer.getvalue()
