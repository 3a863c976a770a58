"""A record of learning as a spreadsheet."""

from io import BytesIO

from flask_babel import gettext as _
from xlsxwriter import Workbook

from senior_univ.accounts.models import Person
from senior_univ.core import clock
from senior_univ.core.words import local_day
from senior_univ.records.queries import LearnedClass, LearningRecord

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (22, 26, 30, 14, 10, 10, 20)


def learning_sheet(person: Person, record: LearningRecord) -> bytes:
    """Who, a line for each class, the sums. Text stays text: a course called "=1+1" is no formula."""
    written = BytesIO()
    with Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, bold = book.add_worksheet(_("Record of learning")), book.add_format({"bold": True})
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_row(0, 0, (_("Name"), person.name, _("Date"), clock.today().isoformat()), bold)
        sheet.write_row(2, 0, _headings(), bold)
        for number, row in enumerate(record.rows, start=3):
            sheet.write_row(number, 0, _cells(row))
        sums = (_("Together"), "", "", "", record.lessons, record.hours)
        sheet.write_row(3 + len(record.rows), 0, sums, bold)
    return written.getvalue()


def _headings() -> tuple[str, ...]:
    return (
        _("Term"), _("Course"), _("Teaching site"), _("First day"), _("Lessons"), _("Learning hours"), _("Certificate"),
    )  # fmt: skip


def _cells(row: LearnedClass) -> tuple[str | int, ...]:
    course_class = row.course_class
    number = row.certificate.number if row.certificate else ""
    began = local_day(course_class.first_lesson_at).isoformat()
    place = course_class.organisation.name
    return course_class.term.name, course_class.course.title, place, began, row.lessons, row.hours, number
