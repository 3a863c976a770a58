import re
from contextlib import suppress
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from senior_univ.core.errors import DomainError
from senior_univ.timetable.holiday_lists import known_days, read_file, read_text
from senior_univ.timetable.models import Holiday, HolidayKind

NEW_YEAR = date(2027, 1, 1)


@pytest.mark.parametrize(
    "line",
    [
        "2027-01-01,放假,元旦",
        "2027-1-1\t放假\t元旦",
        "2027年1月1日，放假，元旦",
        "2027/01/01 元旦",
        "元旦 2027.1.1 休",
        '"2027-01-01","holiday","元旦"',
        "２０２７－０１－０１，放假，元旦",
    ],
)
def test_a_day_is_read_however_it_is_written(line):
    assert read_text(line) == [(NEW_YEAR, HolidayKind.HOLIDAY, "元旦", "", None)]


def test_a_first_and_a_last_day_stand_for_all_between():
    days = read_text("2027-02-05 至 2027-02-08,放假,春节\n2027年2月14日 上班 春节")
    assert [(day.on.day, day.kind.value) for day in days] == [
        (5, "holiday"),
        (6, "holiday"),
        (7, "holiday"),
        (8, "holiday"),
        (14, "workday"),
    ]


def test_the_heads_of_the_columns_and_empty_lines_are_passed_over():
    assert len(read_text("日期,类型,名称\n\n2027-01-01,放假,元旦\n")) == 1


@pytest.mark.parametrize(
    "line", ["2027-02-30,放假,春节", "2027-01-01", "2027-01-01,放假", "1027-01-01,放假,元旦", "x\ny"]
)
def test_a_line_that_cannot_be_read_is_refused(line):
    with pytest.raises(DomainError):
        read_text(line)


def spreadsheet(rows):
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, (on, kind, name) in enumerate(rows):
            sheet.write_datetime(number, 0, on, day)
            sheet.write_row(number, 1, [kind, name])
    return file.getvalue()


def test_excel_and_csv_files_are_read_whatever_wrote_them():
    expected = [(NEW_YEAR, HolidayKind.HOLIDAY, "元旦", "", None)]
    assert read_file(spreadsheet([(NEW_YEAR, "放假", "元旦")])) == expected
    assert read_file("日期,类型,名称\r\n2027-01-01,放假,元旦\r\n".encode("gb18030")) == expected
    assert read_file("﻿2027-01-01,放假,元旦".encode()) == expected


def with_cells(cells):
    """A spreadsheet whose first sheet holds those cells, as XML."""
    changed = BytesIO()
    with ZipFile(BytesIO(spreadsheet([(NEW_YEAR, "放假", "元旦")]))) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = re.sub(b"<sheetData>.*</sheetData>", b"<sheetData>" + cells + b"</sheetData>", text)
            new.writestr(name, text)
    return changed.getvalue()


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1048576'><c r='A1048576'><v>1</v></c></row>",
        b"<row><c t=' r=\"A1\"' r='XFD1'><v>1</v></c></row>",
        b"<row t=1 r='1048576'><c r='A1'><v>1</v></c></row>",
        b"<row/>" * 70_000,
        b"<row>" + b"<c><v>1</v></c>" * 3 + b"</row>",
        b"<!--" + b" " * 9_000_000 + b"-->",
    ],
)
def test_a_small_file_that_would_fill_the_memory_is_refused(cells):
    file = with_cells(cells)
    assert len(file) < 40_000
    with pytest.raises(DomainError) as refused:
        read_file(file)
    assert refused.value.code == "unreadable_file"


@given(st.one_of(st.text().map(str.encode), st.binary(), st.binary().map(lambda junk: b"PK" + junk)))
def test_nonsense_is_refused_and_never_breaks(content):
    with suppress(DomainError):
        assert read_file(content)


def test_chinesecalendar_knows_2004_to_2026_with_their_make_up_workdays():
    days = {day.on: day for day in known_days()}
    assert {on.year for on in days} == set(range(2004, 2027))
    assert days[date(2026, 10, 1)].name == "国庆节"
    assert days[date(2026, 10, 10)].kind is HolidayKind.WORKDAY
    assert days[date(2026, 2, 17)][2:4] == ("春节", "Spring Festival")


def test_importing_again_adds_nothing_and_keeps_what_an_officer_entered(app, database):
    def count():
        with database.read() as session:
            return session.scalar(select(func.count()).select_from(Holiday))

    before = count()
    with database.write() as session:
        session.get_one(Holiday, date(2026, 10, 1)).name = "国庆"
        session.delete(session.get_one(Holiday, date(2026, 10, 2)))
    result = app.test_cli_runner().invoke(args=["import-holidays"])
    assert "1 holidays" in result.output
    assert count() == before
    with database.read() as session:
        assert session.get_one(Holiday, date(2026, 10, 1)).name == "国庆"
