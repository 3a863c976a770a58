"""PDFs are made with real Chinese text, from nothing but the page itself; a machine that can't make one says so."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from senior_univ.core import pdf

PAGE = "<html lang='zh-CN'><body style='font-family: \"Noto Sans CJK SC\"'><h1>结业证书</h1><p>王秀英</p></body></html>"


def words_of(made):
    return "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)


def test_chinese_words_can_be_read_back_from_a_pdf():
    made = pdf.make_pdf(PAGE)
    assert made is not None
    assert "结业证书" in words_of(made)
    assert "王秀英" in words_of(made)


def test_a_pdf_fetches_nothing_from_anywhere(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("密码")
    made = pdf.make_pdf(
        f"<p>你好</p><a rel='attachment' href='{secret.as_uri()}'>x</a><img src='http://127.0.0.1:9/x'>"
    )
    assert made is not None
    assert not PdfReader(BytesIO(made)).attachments


@pytest.fixture
def maker_anew():
    pdf._maker.cache_clear()
    yield
    pdf._maker.cache_clear()


def test_a_machine_without_the_libraries_makes_no_pdf(monkeypatch, maker_anew):
    def missing(_name):
        raise OSError("cannot load library")

    monkeypatch.setattr(pdf, "import_module", missing)
    assert not pdf.can_make_pdf()
    assert pdf.make_pdf(PAGE) is None


def test_a_machine_without_a_chinese_font_makes_no_pdf(monkeypatch, maker_anew):
    monkeypatch.setattr("senior_univ.core.pdf_maker.FONT_LIST", ("true",))
    assert not pdf.can_make_pdf()
