"""What the demo's site has attached to a lesson: a drawn sign-in sheet and a drawn photo of nobody."""

from io import BytesIO

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.attendance import attachments
from senior_univ.attendance.models import FileKind
from senior_univ.attendance.pictures import cleaned
from senior_univ.attendance.storage import Storage
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.timetable.models import CourseClass, Lesson

LINES = 12
INK = "#264653"


def attach_examples(session: Session, site_id: int, manager_id: int, into: Storage) -> None:
    """Attach a sheet and a photo to the first lesson that the site has held in a class that goes on."""
    held = (
        select(Lesson)
        .join(Lesson.course_class)
        .where(CourseClass.organisation_id == site_id, CourseClass.last_lesson_at > clock.now())
        .where(Lesson.ends_at < clock.now(), Lesson.cancelled_at.is_(None))
        .order_by(Lesson.starts_at.desc(), Lesson.id)
    )
    lesson = session.scalar(held.limit(1))
    if lesson is None:
        return
    by = Viewer(manager_id, "")
    for kind, content in ((FileKind.SIGN_IN_SHEET, _sheet()), (FileKind.PHOTO, _photo())):
        attachments.attach(session, lesson, cleaned(content), kind, has_consent=True, into=into, by=by)


def _sheet() -> bytes:
    """A table with something like signatures in it."""
    paper = Image.new("RGB", (620, 877), "white")
    pen = ImageDraw.Draw(paper)
    pen.rectangle((170, 40, 450, 64), fill="#888")
    for number in range(LINES):
        top = 110 + number * 56
        pen.rectangle((40, top, 580, top + 56), outline="black")
        pen.line((110, top, 110, top + 56), fill="black")
        pen.line((340, top, 340, top + 56), fill="black")
        pen.rectangle((130, top + 20, 210 + number % 3 * 20, top + 34), fill="#aaa")
        pen.arc((370, top + 12, 430 + number * 7, top + 48), 10 * number, 250, fill=INK, width=3)
        pen.line((390, top + 40, 470 + number * 5, top + 18), fill=INK, width=3)
    return _png(paper)


def _photo() -> bytes:
    """A classroom with desks, and nobody in it."""
    room = Image.new("RGB", (900, 600), "#e9dcc3")
    pen = ImageDraw.Draw(room)
    pen.rectangle((0, 430, 900, 600), fill="#b08d57")
    pen.rectangle((220, 90, 680, 300), fill="#2f5d50", outline="#6b4f2a", width=12)
    for left in range(60, 900, 210):
        pen.rectangle((left, 420, left + 150, 450), fill="#7a5230")
        pen.rectangle((left + 12, 450, left + 26, 560), fill="#5c3d22")
        pen.rectangle((left + 124, 450, left + 138, 560), fill="#5c3d22")
        pen.rectangle((left + 40, 400, left + 110, 420), fill="white", outline="#999")
    return _png(room)


def _png(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
