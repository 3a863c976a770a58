"""What is attached to a lesson: the scan of the signed sheet, photos of the class."""

from flask import Response, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from config import Settings
from senior_univ.attendance import attachments, queries
from senior_univ.attendance.forms import AttachForm, RemoveFileForm
from senior_univ.attendance.models import FileKind, LessonFile
from senior_univ.attendance.pictures import Kept, cleaned
from senior_univ.attendance.storage import Storage
from senior_univ.attendance.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, show_refusal, signed_in
from senior_univ.timetable.models import Lesson

MEGABYTE = 1024 * 1024


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _storage() -> Storage:
    return Storage(_settings().files_folder)


@blueprint.route("/lessons/<int:lesson_id>/attachments", methods=["GET", "POST"])
@allow(Permission.CALL_ROLL)
def lesson_files(lesson_id: int) -> Page:
    """What is attached to this lesson, and attaching a scan or photo."""
    form = AttachForm()
    kept = _kept(form) if form.validate_on_submit() else None
    lesson = queries.lesson_to_call(db(), signed_in(), lesson_id)
    if kept and carry_out(form, lambda: _attach(lesson, kept, form)):
        flash(_("Attached."), "ok")
        return redirect(url_for("attendance.lesson_files", lesson_id=lesson_id), 303)
    files = attachments.files_of(db(), lesson_id)
    return render(
        "attendance/attachments.html",
        form=form,
        lesson=lesson,
        files=[each for each in files if each.removed_at is None],
        removed=[each for each in files if each.removed_at],
        may_attach=lesson.cancelled_at is None and lesson.starts_at <= clock.now(),
        most=_settings().largest_file,
    )


def _kept(form: AttachForm) -> Kept | None:
    """What is kept of the file that was sent. A picture takes a second, so it is drawn before anything is locked."""
    try:
        return cleaned(_sent())
    except DomainError as refusal:
        show_refusal(form, refusal)
        return None


def _attach(lesson: Lesson, kept: Kept, form: AttachForm) -> LessonFile:
    return attachments.attach(
        db(), lesson, kept, FileKind(form.kind.data), has_consent=form.has_consent.data, into=_storage(),
        by=signed_in(),
    )  # fmt: skip


def _sent() -> bytes:
    """What was uploaded, no more of it than may be kept."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise DomainError("no_file", _l("Please choose a file."), field="file")
    most = _settings().largest_file
    content = sent.stream.read(most * MEGABYTE + 1)
    if len(content) > most * MEGABYTE:
        words = _l("This file is too large: at most %(most)d MB can be attached.", most=most)
        raise DomainError("too_large", words, field="file")
    return content


@blueprint.get("/lessons/<int:lesson_id>/attachments/<int:file_id>")
@allow(Permission.CALL_ROLL)
def lesson_file(lesson_id: int, file_id: int) -> Page:
    """The file itself: a picture is shown, a PDF is saved."""
    queries.lesson_to_call(db(), signed_in(), lesson_id)
    file = attachments.file_of(db(), lesson_id, file_id)
    content = found(_storage().read(lesson_id, file.digest, file.ending))
    is_picture = file.ending == "jpg"
    response = Response(content, mimetype="image/jpeg" if is_picture else "application/pdf")
    name = f"{file.kind.value}-{lesson_id}-{file_id}.{file.ending}"
    response.headers.set("Content-Disposition", "inline" if is_picture else "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.route("/lessons/<int:lesson_id>/attachments/<int:file_id>/remove", methods=["GET", "POST"])
@allow(Permission.CALL_ROLL)
def remove_file(lesson_id: int, file_id: int) -> Page:
    """Take a file from the lesson, with the reason, which stays on record."""
    lesson = queries.lesson_to_call(db(), signed_in(), lesson_id)
    file = attachments.file_of(db(), lesson_id, file_id)
    form = RemoveFileForm()
    if form.validate_on_submit() and carry_out(form, lambda: _remove(file, form)):
        flash(_("Removed. The reason stays on record."), "ok")
        return redirect(url_for("attendance.lesson_files", lesson_id=lesson_id), 303)
    return render("attendance/remove_file.html", form=form, lesson=lesson, file=file)


def _remove(file: LessonFile, form: RemoveFileForm) -> LessonFile:
    return attachments.remove(db(), file, reason=form.reason.data or "", by=signed_in())
