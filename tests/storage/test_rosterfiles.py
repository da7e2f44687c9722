"""Reading roster files as they come."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

import openpyxl
import pytest

from storage import rosterfiles
from study.rostersheet import Cell, Unreadable

ROWS: list[list[Cell]] = [["姓名", "支部", "工号"], ["林小满", "内科第一党支部", "001"]]


def xlsx(*tables: Sequence[Sequence[Cell]], hidden: int | None = None) -> bytes:
    book = openpyxl.Workbook()
    assert book.active
    book.remove(book.active)
    for number, table in enumerate(tables):
        sheet = book.create_sheet(f"表{number}")
        for row in table:
            sheet.append(list(row))
        if number == hidden:
            sheet.sheet_state = "hidden"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def problem(data: bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        rosterfiles.tables(data)
    return refusal.value.key.removeprefix("refusal.roster.")


def test_every_visible_sheet_of_a_workbook_is_read() -> None:
    tables = rosterfiles.tables(xlsx([["说明"]], ROWS, [["草稿"]], hidden=2))
    assert tables == [[["说明"]], ROWS]


def test_numbers_and_dates_stay_what_they_are() -> None:
    (table,) = rosterfiles.tables(xlsx([["姓名", 1023, datetime(2001, 7, 1), 1.5, True]]))  # noqa: DTZ001
    assert table == [["姓名", 1023, datetime(2001, 7, 1), 1.5, True]]  # noqa: DTZ001


def test_a_sheet_that_claims_a_million_lines_is_read_to_its_real_end() -> None:
    book = openpyxl.Workbook()
    assert book.active
    for row in ROWS:
        book.active.append(row)
    book.active["A900000"] = " "
    data = io.BytesIO()
    book.save(data)
    (table,) = rosterfiles.tables(data.getvalue())
    assert table[:2] == ROWS
    assert len(table) < 3_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "，"])
def test_csv_in_any_usual_encoding_and_with_any_separator(encoding: str, separator: str) -> None:
    text = "\r\n".join(separator.join(str(cell) for cell in row) for row in ROWS)
    assert rosterfiles.tables(text.encode(encoding)) == [ROWS]


def test_quoted_cells_may_hold_separators_and_line_breaks() -> None:
    (table,) = rosterfiles.tables('姓名,支部\n"林,小满","内科\n支部"\n'.encode())
    assert table[1] == ["林,小满", "内科\n支部"]


def test_a_file_too_big_is_refused_before_it_is_opened() -> None:
    assert problem(b"PK\x03\x04" + b"0" * rosterfiles.MAX_BYTES) == "too_big"


def test_old_or_encrypted_workbooks_are_told_how_to_be_saved() -> None:
    assert problem(b"\xd0\xcf\x11\xe0" + b"0" * 100) == "old_excel"


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rosterfiles, "MAX_UNPACKED", 1_000_000)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    assert len(data.getvalue()) < 10_000
    assert problem(data.getvalue()) == "too_much"


def test_a_bomb_of_entities_is_not_unfolded() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    source = zipfile.ZipFile(io.BytesIO(xlsx(ROWS)))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, bomb if name == "xl/worksheets/sheet1.xml" else source.read(name))
    assert problem(data.getvalue()) == "damaged"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 and then nothing",
        b"\xff\xff\xff\xff",
        b"\xff\xfe\x00",
        "姓名\x00,支部".encode(),
        ('"' + "长" * 200_000).encode(),
    ],
)
def test_what_is_damaged_is_refused(data: bytes) -> None:
    assert problem(data) == "damaged"


def test_a_workbook_cut_short_is_refused() -> None:
    data = xlsx(ROWS)
    source = zipfile.ZipFile(io.BytesIO(data))
    for missing in ("xl/workbook.xml", "[Content_Types].xml"):
        other = io.BytesIO()
        with zipfile.ZipFile(other, "w") as archive:
            for name in source.namelist():
                if name != missing:
                    archive.writestr(name, source.read(name))
        assert problem(other.getvalue()) == "damaged"


def test_endless_lists_are_refused_and_long_cells_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rosterfiles, "MAX_ROWS", 3)
    assert problem("\n".join(["a,b"] * 4).encode()) == "too_long"
    ((row,),) = rosterfiles.tables(("长" * 9_000 + ",b").encode())
    assert len(str(row[0])) == rosterfiles.MAX_CELL
