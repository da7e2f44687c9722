"""Question banks of every format, opened safely."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.texts import text
from storage import bankfiles, uploads
from storage.bankfiles import limits, moodle
from study.banks import gift
from study.items import Kind, Pack
from study.packs import Fault
from tests.sample import ITEMS, PACK

HEADER = ["题型", "题干", "选项A", "选项B", "答案"]
ROW = ["单选题", "多久开一次？", "每月", "每季度", "B"]


def workbook(*rows: list[Any], change: Callable[[Any], None] = lambda book: None) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows or (HEADER, ROW):
        sheet.append(row)
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def keys(faults: tuple[Fault, ...]) -> list[str]:
    return [fault.key for fault in faults]


def questions(name: str, data: bytes) -> list[str]:
    upload = uploads.read(name, data)
    assert not upload.faults
    assert upload.pack
    return [item.question for item in upload.pack.items]


def refused(name: str, data: bytes) -> str:
    [fault] = bankfiles.read(name, data).faults
    assert text(fault.key, "zh", **fault.params) and text(fault.key, "en", **fault.params)
    return fault.key.removeprefix("bank.file.")


# --- what is read ---------------------------------------------------------------------------------


def test_a_workbook_with_several_sheets_and_merged_cells() -> None:
    def change(book: Any) -> None:
        first = book.active
        first.title = "选择"
        first.append([None, "还有呢？", "甲", "乙", "A"])
        first.merge_cells("A2:A3")
        other = book.create_sheet("判断题")
        other.append(["题目", "答案"])
        other.append(["是这样。", True])
        hidden = book.create_sheet("旧题")
        hidden.append(["题目", "答案"])
        hidden.append(["不该看到？", "对"])
        hidden.sheet_state = "hidden"

    upload = uploads.read("题库.xlsx", workbook(change=change))
    assert not upload.faults and upload.pack
    assert [(item.question, item.kind.value) for item in upload.pack.items] == [
        ("多久开一次？", "single"),
        ("还有呢？", "single"),
        ("是这样。", "truefalse"),
    ]


def test_percentages_and_numbers_read_as_they_show() -> None:
    def change(book: Any) -> None:
        for cell in book.active[2]:
            if isinstance(cell.value, float):
                cell.number_format = "0%"

    upload = uploads.read("x.xlsx", workbook(HEADER, ["单选", "多少？", 0.2, 0.3, "A"], change=change))
    assert upload.pack and upload.pack.items[0].options == ("20%", "30%")


def test_rows_that_are_formatted_and_empty_end_nothing() -> None:
    assert (
        len(questions("x.xlsx", workbook(HEADER, ROW, *[[None]] * 50, ["单选", "另一题？", "甲", "乙", "A"])))
        == 2
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "，"])
def test_text_in_any_encoding_and_with_any_separator(encoding: str, separator: str) -> None:
    lines = [separator.join(row) for row in (HEADER, ROW)]
    assert questions("题库.csv", "\r\n".join(lines).encode(encoding)) == ["多久开一次？"]


def test_options_with_bars_do_not_divide_the_columns() -> None:
    data = "题干,选项,答案\n多久？,每月|每季度|每半年|每年,B\n".encode()
    assert questions("x.csv", data) == ["多久？"]


@pytest.mark.parametrize(
    "value",
    [
        {"多久开一次？": "每季度", "请假不算缺席。": True, "四大考验？": ["执政考验", "改革开放考验"]},
        {"questions": [{"question": "多久开一次？", "options": {"A": "每月", "B": "每季度"}, "answer": "B"}]},
        [{"题目": "多久开一次？", "选项": ["每月", "每季度"], "答案": "每季度"}],
        {"多久开一次？": {"options": ["每月", "每季度"], "answer": 2, "extra": None}},
    ],
)
def test_maps_and_lists_of_questions_in_json(value: Any) -> None:
    assert "多久开一次？" in questions("题.json", json.dumps(value, ensure_ascii=False).encode())


def test_of_two_equal_questions_in_a_map_none_is_lost_in_silence() -> None:
    upload = uploads.read("x.json", '{"一？": "甲", "一？": "乙"}'.encode())
    assert keys(upload.faults) == ["bank.fault.duplicate"]


def test_gift_is_known_by_its_braces() -> None:
    for name in ("x.gift", "x.txt"):
        assert questions(name, "多久？ {=每季度 ~每月}".encode()) == ["多久？"]


# --- Moodle XML -----------------------------------------------------------------------------------


def test_moodle_writes_and_reads_again() -> None:
    done = uploads.read("sample.xml", moodle.write(PACK))
    assert not done.faults and done.pack
    again = {item.question: item for item in done.pack.items}
    for item in ITEMS:
        found = again[item.question]
        assert (found.options, found.right) == (item.options, item.right)
        assert found.explanation == item.explanation
        assert found.tags == item.tags and found.id == f"sample-{item.id}"
        assert [point.text for point in found.points] == [point.text for point in item.points]
        if gift.is_exact(item):
            assert found.points == item.points


def xml(*inside: str) -> bytes:
    return ('<?xml version="1.0"?><quiz>' + "".join(inside) + "</quiz>").encode()


def asked(kind: str, more: str, text: str = "<![CDATA[<p>多久&nbsp;开？</p>]]>") -> bytes:
    return xml(f'<question type="{kind}"><questiontext><text>{text}</text></questiontext>{more}</question>')


def answer(text: str, fraction: Any = 100, more: str = "") -> str:
    return f'<answer fraction="{fraction}"><text>{text}</text>{more}</answer>'


def test_moodles_own_ways_are_understood() -> None:
    category = '<question type="category"><category><text>top/三会一课</text></category></question>'
    remark = '<question type="description"><questiontext><text>说明</text></questiontext></question>'
    words = asked("shortanswer", answer("每季度*") + answer("一季度", 100) + answer("月", 0)).decode()
    found = bankfiles.read("x.xml", words.replace("<quiz>", f"<quiz>{category}{remark}").encode())
    [question] = found.questions
    assert question.text == "多久 开？" and question.tags == ("三会一课",)
    assert question.points[0].text == "每季度" and question.points[0].aliases == ("一季度",)
    [number] = bankfiles.read(
        "x.xml", asked("numerical", answer("3", 100, "<tolerance>0.5</tolerance>"))
    ).questions
    assert (number.kind, number.tolerance) == (Kind.NUMBER, "0.5")
    [gap] = bankfiles.read("x.xml", asked("shortanswer", answer("甲"), "把____放在首位")).questions
    assert gap.kind is Kind.FILL
    [multiple] = bankfiles.read(
        "x.xml",
        asked(
            "multichoice", "<single>false</single>" + answer("甲", 50) + answer("乙", 50) + answer("丙", -100)
        ),
    ).questions
    assert multiple.kind is Kind.MULTIPLE and multiple.right == (0, 1)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (asked("matching", ""), "bank.fault.moodle_kind"),
        (asked("essay", ""), "bank.fault.moodle_kind"),
        (asked("shortanswer", answer("月", 50)), "bank.fault.no_answer"),
        (asked("numerical", ""), "bank.fault.no_answer"),
        (asked("truefalse", answer("也许")), "bank.fault.no_answer"),
        (asked("multichoice", answer("甲", "x")), "bank.fault.no_answer"),
        (asked("shortanswer", answer("甲"), ""), "bank.fault.no_question"),
        (xml(), "bank.fault.empty"),
    ],
)
def test_questions_that_moodle_has_and_we_cannot_mark_are_told(data: bytes, key: str) -> None:
    assert keys(bankfiles.read("x.xml", data).faults) == [key]


# --- what is refused ------------------------------------------------------------------------------


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    file = io.BytesIO(workbook())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><quiz>&b;</quiz>'
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("x.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "old_excel"),
        ("x.xls", "<html><table><tr><td>题目</td></tr></table></html>".encode(), "web_page"),
        ("x.xlsx", b"PK\x03\x04damaged", "damaged"),
        ("x.xlsx", zipped(a=b"x"), "no_workbook"),
        ("x.xlsm", with_part("xl/vbaProject.bin", b"x"), "macros"),
        ("x.xlsx", with_part("xl/media/bomb", b"\x00" * (limits.LARGEST_UNPACKED + 1)), "too_much"),
        ("x.xlsx", zipped(**{f"p{n}": b"" for n in range(limits.MOST_PARTS + 1)}), "too_much"),
        ("x.csv", b"\x00\x01\xff\xfe\x80", "no_text"),
        ("x.csv", ("题目,答案\n" + "一,二\n" * (limits.MOST_ROWS + 5)).encode(), "too_long"),
        ("x.csv", b'a,b\n"' + b"x" * 1_100_000, "damaged"),
        ("x.json", b'{"a": ', "json"),
        ("x.json", b"[" * 100_000, "damaged"),
        ("x.json", b"[1, 2]", "json_shape"),
        ("x.json", json.dumps({str(n): "x" for n in range(limits.MOST_ROWS + 1)}).encode(), "too_long"),
        ("x.xml", BOMB, "xml_entities"),
        ("x.xml", OUTSIDE, "xml_entities"),
        ("x.xml", b"<quiz><question>", "xml"),
        ("x.xml", b"<quiz>" + b"<a>" * 100, "damaged"),
        ("x.xml", b"<quiz>" + b'<question type="essay"/>' * (limits.MOST_ROWS + 1) + b"</quiz>", "too_long"),
        ("x.csv", b"x" * (bankfiles.LARGEST + 1), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_dangerous_and_foreign_files_are_refused_with_words(name: str, data: bytes, problem: str) -> None:
    assert refused(name, data) == problem


def test_a_sheet_of_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ROWS", 10)
    assert refused("x.xlsx", workbook(HEADER, *[ROW] * 12)) == "too_long"


def test_an_entity_in_a_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            new.writestr(part, BOMB if part == "xl/workbook.xml" else old.read(part))
    assert refused("x.xlsx", file.getvalue()) == "damaged"


def test_markup_in_questions_stays_text() -> None:
    upload = uploads.read("x.csv", "题目,答案\n写<script>alert(1)</script>是对的。,对\n".encode())
    assert upload.pack and "<script>" in upload.pack.items[0].question


# --- whatever a file holds ------------------------------------------------------------------------

BYTES = {
    "x.xlsx": workbook(HEADER, ROW, ["判断题", "是这样。", None, None, "对"]),
    "x.csv": "题型,题干,选项A,选项B,答案\n单选题,多久？,每月,每季度,B\n判断,是。,,,对\n".encode(),
    "x.json": '{"多久？": "每季度", "对吗。": true, "哪些？": ["甲", "乙"]}'.encode(),
    "x.gift": "::t::多久？ {=每季度 ~每月 ####因为}\n\n对。 {T}\n\n几？ {#3:1}\n".encode(),
    "x.xml": moodle.write(PACK),
}
PIECES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        ["{", "}", "=", "~", "#", "\\", "::", "A.", "（B）", "√", ",", "\n", '"', "<", "&a;", "1、", "\x00"]
    ).map(str.encode),
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(BYTES)), st.data())
def test_a_bank_with_changed_bytes_is_read_or_refused_with_words(name: str, data: st.DataObject) -> None:
    raw = BYTES[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(start, min(len(raw), start + 10)))
        raw = raw[:start] + data.draw(PIECES) + raw[end:]
    upload = uploads.read(name, raw)
    assert upload.pack or upload.faults
    for fault in (*upload.faults, *upload.notes):
        for locale in ("zh", "en"):
            assert text(fault.key, locale, **fault.params)
    if upload.pack:
        assert isinstance(upload.pack, Pack) and upload.pack.items
