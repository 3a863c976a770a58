"""Scans and class photos of a lesson: what is kept, what is refused in which words, who sees it, how it goes again."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from senior_univ.attendance import attachments, pictures, storage
from senior_univ.attendance.models import LessonFile
from senior_univ.attendance.storage import Storage
from senior_univ.attendance.web_setup import clear_removed
from senior_univ.audit.models import AuditEntry
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.timetable.models import Lesson
from tests.enrolment.pages import token, words
from tests.factories import COUNTY, make_class, make_organisation, make_person, make_seat, make_staff
from tests.queries_counted import queries_of
from tests.signing_in import sign_in

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
GPS = 0x8825
CAMERA = 0x0110


def picture(kind="JPEG", size=(60, 40), colour="white", **options):
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, kind, **options)
    return written.getvalue()


def from_a_phone():
    """A photo lying on its side that says where it was taken and by which camera."""
    exif = Image.Exif()
    exif[CAMERA] = "KAMERA-OF-HERS"
    exif[0x0112] = 6
    exif.get_ifd(GPS)[1] = "N"
    return picture(exif=exif, comment=b"at her home")


def claiming(width, height):
    """A PNG of a few bytes that claims to be that large."""
    small = picture("PNG")
    claimed = bytearray(small)
    claimed[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    claimed[29:33] = crc32(bytes(claimed[12:29])).to_bytes(4, "big")
    return bytes(claimed)


@pytest.fixture
def place(client, database, tmp_path, frozen, monkeypatch):
    """The manager of a site whose class has begun; files go into a folder of the test."""
    monkeypatch.setattr("senior_univ.attendance.views.attachments.MEGABYTE", 300_000)
    settings = client.application.config["SETTINGS"]
    client.application.config["SETTINGS"] = replace(settings, files_folder=tmp_path, largest_file=1)
    with database.write() as session:
        site = make_organisation(session)
        course_class = make_class(session, site=site, first_at=clock.now() - timedelta(minutes=5))
        learner = make_person(session)
        make_seat(session, course_class, learner)
        client.manager_id = make_staff(session, Role.SITE_MANAGER, site).id
        client.lesson_id, client.later_id = course_class.lessons[0].id, course_class.lessons[1].id
        client.teacher_id, client.learner_id = course_class.teacher.person_id, learner.id
    client.folder = tmp_path
    sign_in(client, client.manager_id)
    yield client
    client.application.config["SETTINGS"] = settings


def url(client, more=""):
    return f"/lessons/{client.lesson_id}/attachments{more}"


def attach(client, content, name="scan.jpg", kind="sign_in_sheet", at=None, **fields):
    address = at or url(client)
    data = {"csrf_token": token(client, url(client)), "kind": kind, "file": (BytesIO(content), name), **fields}
    return client.post(address, data=data, content_type="multipart/form-data")


def rows(database):
    with database.read() as session:
        return session.scalars(select(LessonFile).order_by(LessonFile.id)).all()


def files(client):
    return [path for path in client.folder.rglob("*") if path.is_file()]


def test_a_scan_is_attached_and_shown_to_whoever_calls_the_roll(place, database):
    assert attach(place, picture()).status_code == 303
    (row,) = rows(database)
    (kept,) = files(place)
    assert kept.name == f"{sha256(kept.read_bytes()).hexdigest()}.jpg"
    assert (row.digest, row.bytes) == (kept.stem, kept.stat().st_size)
    shown = place.get(url(place, f"/{row.id}"))
    assert shown.data == kept.read_bytes()
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert "no-store" in shown.headers["Cache-Control"]
    assert f"/attachments/{row.id}" in place.get(url(place)).text


def test_a_pdf_is_only_handed_out_as_a_download(place, database):
    assert attach(place, PDF, "scan.pdf").status_code == 303
    shown = place.get(url(place, f"/{rows(database)[0].id}"))
    assert shown.data == PDF
    assert shown.mimetype == "application/pdf"
    assert shown.headers["Content-Disposition"].startswith("attachment")


def test_what_a_camera_wrote_into_a_photo_is_gone_and_it_stands_upright(place):
    attach(place, from_a_phone(), kind="photo", has_consent="y")
    content = files(place)[0].read_bytes()
    assert b"KAMERA" not in content
    assert b"her home" not in content
    with Image.open(BytesIO(content)) as kept:
        assert not kept.getexif()
        assert kept.size == (40, 60)


def test_a_large_photo_is_made_smaller():
    kept = pictures.cleaned(picture(size=(5000, 2500)))
    with Image.open(BytesIO(kept.content)) as small:
        assert small.size == (2400, 1200)


def test_a_png_with_nothing_behind_it_comes_out_on_white():
    written = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(written, "PNG")
    with Image.open(BytesIO(pictures.cleaned(written.getvalue()).content)) as kept:
        assert kept.getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "空的", id="empty"),
        pytest.param(b"MZ\x90 a program", "JPEG", id="of another kind"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "JPEG", id="an SVG"),
        pytest.param(b"GIF89a" + b"\0" * 40, "JPEG", id="a GIF"),
        pytest.param(b"\xff\xd8\xff" + b"garbage" * 20, "损坏", id="garbage that begins like a JPEG"),
        pytest.param(picture("PNG")[:60], "损坏", id="half a PNG"),
        pytest.param(b"%PDF-1.7 and then nothing", "损坏", id="half a PDF"),
        pytest.param(claiming(60_000, 60_000), "太大", id="a bomb"),
        pytest.param(claiming(9_000, 9_000), "太大", id="a smaller bomb"),
        pytest.param(b"\xff\xd8\xff" + b"\0" * 300_000, "1 MB", id="too large"),
    ],
)
def test_a_file_that_is_none_is_refused_in_its_own_words_and_nothing_is_kept(place, database, content, said):
    response = attach(place, content)
    assert response.status_code == 200
    assert said in words(response)
    assert not rows(database)
    assert not files(place)


def test_a_form_without_a_file_says_so(place):
    data = {"csrf_token": token(place, url(place)), "kind": "sign_in_sheet"}
    assert "请选一个文件" in words(place.post(url(place), data=data))
    data["kind"] = "nonsense"
    assert place.post(url(place), data=data).status_code == 200


def test_a_request_far_too_large_is_refused_before_it_is_read(place, monkeypatch):
    monkeypatch.setitem(place.application.config, "MAX_CONTENT_LENGTH", 2000)
    response = attach(place, b"\xff\xd8\xff" + b"\0" * 4000)
    assert response.status_code == 413


def test_a_photo_needs_the_ticked_statement_and_must_be_a_picture(place, database):
    assert "同意" in words(attach(place, picture(), kind="photo"))
    assert "图片" in words(attach(place, PDF, "x.pdf", kind="photo", has_consent="y"))
    assert not rows(database)
    assert attach(place, picture(), kind="photo", has_consent="y").status_code == 303
    assert rows(database)[0].has_consent


def test_the_same_file_again_is_the_one_that_is_there(place, database):
    attach(place, picture())
    assert attach(place, picture()).status_code == 303
    assert len(rows(database)) == 1


def test_no_more_than_so_many_are_attached_to_a_lesson(place, database, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_PER_LESSON", 1)
    attach(place, picture())
    assert "先删" in words(attach(place, picture(colour="red")))
    assert len(files(place)) == 1


def test_nothing_is_attached_to_a_lesson_that_has_not_begun_or_was_cancelled(place, database):
    later = f"/lessons/{place.later_id}/attachments"
    assert "还没开始" in words(place.get(later))
    assert "还没开始" in words(attach(place, picture(), at=later))
    with database.write() as session:
        session.get(Lesson, place.lesson_id).cancelled_at = clock.now()
    assert "停课" in words(place.get(url(place)))
    assert not rows(database)


def test_a_full_disk_says_so_and_leaves_neither_row_nor_half_a_file(place, database, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    response = attach(place, picture())
    assert "放不下" in words(response)
    assert not rows(database)
    assert not files(place)


def test_it_is_removed_with_a_reason_that_stays_on_record(place, database):
    attach(place, picture(), kind="photo", has_consent="y")
    row = rows(database)[0]
    remove = url(place, f"/{row.id}/remove")
    assert "为什么" in words(place.post(remove, data={"csrf_token": token(place, remove), "reason": ""}))
    assert files(place)
    assert place.post(remove, data={"csrf_token": token(place, remove), "reason": "有人不愿意"}).status_code == 303
    clear_removed(place.application)
    assert not files(place)
    assert place.get(url(place, f"/{row.id}")).status_code == 404
    assert place.get(remove).status_code == 404
    assert "有人不愿意" in words(place.get(url(place)))
    with database.read() as session:
        assert {"attachment.added", "attachment.removed"} <= set(session.scalars(select(AuditEntry.action)))


def test_what_is_attached_as_something_else_too_stays_when_one_of_them_is_removed(place, database):
    attach(place, picture())
    attach(place, picture(), kind="photo", has_consent="y")
    first, second = rows(database)
    remove = url(place, f"/{first.id}/remove")
    place.post(remove, data={"csrf_token": token(place, remove), "reason": "重复"})
    clear_removed(place.application)
    assert place.get(url(place, f"/{second.id}")).status_code == 200


def test_a_file_that_is_gone_from_the_disk_is_not_found(place, database):
    attach(place, picture())
    files(place)[0].unlink()
    assert place.get(url(place, f"/{rows(database)[0].id}")).status_code == 404


def test_the_teacher_sees_it_and_others_do_not(place, database):
    attach(place, picture())
    address = url(place, f"/{rows(database)[0].id}")
    with database.write() as session:
        elsewhere = make_organisation(session)
        others = make_staff(session, Role.SITE_MANAGER, elsewhere).id
        county = make_organisation(session, region_code=COUNTY)
        officer = make_staff(session, Role.COUNTY_OFFICER, county).id
        teaches = make_staff(session, Role.TEACHER, elsewhere).id
    for person_id, status in ((others, 404), (officer, 403), (place.learner_id, 403), (teaches, 404)):
        sign_in(place, person_id)
        assert place.get(address).status_code == status
        assert place.get(url(place)).status_code == status
        assert place.get(f"{address}/remove").status_code == status
    assert place.application.test_client().get(address).status_code == 302


def test_a_file_is_only_found_under_its_own_lesson(place, database):
    attach(place, picture())
    assert place.get(f"/lessons/{place.later_id}/attachments/{rows(database)[0].id}").status_code == 404


def test_leftovers_of_broken_uploads_go_and_what_is_attached_stays(place, database):
    attach(place, picture())
    Storage(place.folder).keep(place.lesson_id, b"of a request that broke off", "jpg")
    (place.folder / str(place.lesson_id) / "x.part").write_bytes(b"half")
    with database.write() as session:
        assert attachments.clear_leftovers(session, Storage(place.folder), before=2**40) == 2
    assert [path.stem for path in files(place)] == [rows(database)[0].digest]
    with database.write() as session:
        assert attachments.clear_leftovers(session, Storage(place.folder), before=0) == 0


def test_the_page_asks_as_often_for_many_files_as_for_one(place):
    attach(place, picture())
    few = queries_of(place, url(place))
    for colour in ("red", "green", "blue"):
        attach(place, picture(colour=colour))
    assert queries_of(place, url(place)) == few


def outcome(content):
    """What becomes of an upload: the ending of its name, or the code of the refusal."""
    try:
        return pictures.cleaned(content).ending
    except DomainError as refusal:
        return f"{refusal.field}: {refusal.code}"


REFUSED = {"file: empty_file", "file: wrong_kind", "file: damaged", "file: too_many_pixels"}


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-", b""]), st.binary(max_size=400))
def test_whatever_is_sent_is_kept_or_refused_in_words(beginning, rest):
    assert outcome(beginning + rest) in REFUSED | {"jpg", "pdf"}


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8))
def test_a_picture_with_some_bytes_changed_is_kept_or_refused_in_words(at, change):
    content = bytearray(picture("PNG", size=(64, 64)))
    content[at % len(content) : at % len(content) + len(change)] = change
    assert outcome(bytes(content)) in REFUSED | {"jpg"}


def test_the_folder_is_named_by_a_setting(place):
    attach(place, picture())
    assert files(place)[0].parent == Path(place.folder) / str(place.lesson_id)
