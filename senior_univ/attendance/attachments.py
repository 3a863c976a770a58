"""The scan of the signed 签到表 and class photos, attached to a lesson as evidence; removed with a reason on record.

The file is on the disk before its row is committed, so that no row ever speaks of a file that is not there. It goes
after the row that says so, under the lesson's lock, so that the same picture attached again in that moment stays.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from senior_univ.attendance.models import FileKind, LessonFile
from senior_univ.attendance.pictures import Kept
from senior_univ.attendance.storage import Storage
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.timetable.models import Lesson

MOST_PER_LESSON = 20


def is_attached() -> ColumnElement[bool]:
    """Condition on LessonFile: it has not been removed."""
    return LessonFile.removed_at.is_(None)


def files_of(session: Session, lesson_id: int) -> Sequence[LessonFile]:
    """Everything that was attached to a lesson that the caller may see, the removed ones too, with who attached it."""
    query = select(LessonFile).where(LessonFile.lesson_id == lesson_id).order_by(LessonFile.id)
    return session.scalars(query.options(joinedload(LessonFile.added_by), joinedload(LessonFile.removed_by))).all()


def file_of(session: Session, lesson_id: int, file_id: int) -> LessonFile:
    """One that is still attached to a lesson that the caller may see; NotFoundError for any other."""
    query = select(LessonFile).where(LessonFile.id == file_id, LessonFile.lesson_id == lesson_id, is_attached())
    found = session.scalar(query)
    if found is None:
        raise NotFoundError
    return found


def counts(session: Session, lesson_ids: Collection[int]) -> dict[int, int]:
    """How many scans and photos are attached to each of these lessons."""
    query = select(LessonFile.lesson_id, func.count()).where(LessonFile.lesson_id.in_(lesson_ids), is_attached())
    return dict(session.execute(query.group_by(LessonFile.lesson_id)).all())


def attach(
    session: Session, lesson: Lesson, kept: Kept, kind: FileKind, *, has_consent: bool, into: Storage, by: Viewer
) -> LessonFile:
    """Attach a scan or photo to a lesson that the caller may call; the same one again is the one that is there."""
    _refuse_early(lesson)
    _refuse_photo(kind, kept.ending, has_consent=has_consent)
    _lock(session, lesson.id)
    standing = _standing(session, lesson.id)
    _refuse_too_many(standing)
    digest = into.keep(lesson.id, kept.content, kept.ending)
    if same := next((each for each in standing if (each.digest, each.kind) == (digest, kind)), None):
        return same
    added = LessonFile(
        lesson_id=lesson.id, kind=kind, digest=digest, ending=kept.ending, bytes=len(kept.content),
        has_consent=has_consent, added_at=clock.now(), added_by_id=by.person_id,
    )  # fmt: skip
    session.add(added)
    audit.record(session, "attachment.added", added, by=by, lesson_id=lesson.id, kind=kind.value)
    return added


def _refuse_early(lesson: Lesson) -> None:
    if lesson.cancelled_at is not None:
        raise DomainError("cancelled", _l("This lesson was cancelled; nothing can be attached to it."))
    if lesson.starts_at > clock.now():
        raise DomainError("not_begun", _l("This lesson has not begun; please come back when it has."))


def _refuse_photo(kind: FileKind, ending: str, *, has_consent: bool) -> None:
    if kind is not FileKind.PHOTO:
        return
    if ending == "pdf":
        raise DomainError("photo_as_pdf", _l("A class photo must be a picture, JPEG or PNG."), field="file")
    if not has_consent:
        words = _l("Please tick that everybody who can be recognised agreed to the photo.")
        raise DomainError("no_consent", words, field="has_consent")


def _refuse_too_many(standing: Sequence[LessonFile]) -> None:
    if len(standing) >= MOST_PER_LESSON:
        words = _l("%(most)d files are attached to this lesson already. Please remove one first.", most=MOST_PER_LESSON)
        raise DomainError("too_many_files", words, field="file")


def _lock(session: Session, lesson_id: int) -> None:
    """One at a time for this lesson; SQLite has one writer anyway."""
    session.execute(select(Lesson.id).where(Lesson.id == lesson_id).with_for_update(key_share=True))


def _standing(session: Session, lesson_id: int) -> Sequence[LessonFile]:
    return session.scalars(select(LessonFile).where(LessonFile.lesson_id == lesson_id, is_attached())).all()


def remove(session: Session, file: LessonFile, *, reason: str, by: Viewer) -> LessonFile:
    """Take a file from its lesson; the row stays with the reason. The file goes soon after, by ``clear_removed``."""
    if not reason:
        raise DomainError("no_reason", _l("Please say why it is removed."), field="reason")
    file.removed_at, file.removed_by_id, file.removal_reason = clock.now(), by.person_id, reason
    audit.record(session, "attachment.removed", file, by=by, lesson_id=file.lesson_id, reason=reason)
    return file


def clear_away(session: Session, file: LessonFile, storage: Storage) -> None:
    """The file of a row that was removed goes, unless the same one was attached to the lesson again."""
    _lock(session, file.lesson_id)
    if all(each.digest != file.digest for each in _standing(session, file.lesson_id)):
        storage.remove(file.lesson_id, file.digest, file.ending)


def removed_since(session: Session, since: datetime) -> Sequence[LessonFile]:
    """The rows removed since then, whose files are to go."""
    return session.scalars(select(LessonFile).where(LessonFile.removed_at >= since).order_by(LessonFile.id)).all()


def clear_leftovers(session: Session, storage: Storage, before: float) -> int:
    """Files written before that time of which no row speaks go: of uploads that broke off, of removals cut short."""
    lying = {(path.parent.name, path.name): path for path in storage.lying_since(before)}
    rows = session.execute(select(LessonFile.lesson_id, LessonFile.digest, LessonFile.ending).where(is_attached()))
    known = {(str(lesson_id), f"{digest}.{ending}") for lesson_id, digest, ending in rows}
    unknown = [path for name, path in lying.items() if name not in known]
    for path in unknown:
        path.unlink(missing_ok=True)
    return len(unknown)
