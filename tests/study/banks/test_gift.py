"""Moodle's GIFT, read and written."""

from dataclasses import replace

import pytest

from study import banks
from study.banks import gift
from study.items import Item, Kind, Pack, Point
from tests.sample import ITEMS, PACK

EVERYTHING = """// remarks [id:q-1]
::标题::[html]党员大会多久一次？ {=每季度 ~每月#太短 ~每年 ####一般每季度一次。}

$CATEGORY: $course$/党务/三会一课

三会有哪些？ {~%50%党员大会 ~%50%支委会 ~%-100%职工大会}

请假不计入应到。{F#不对}

把{=政治标准 =政治 #好}放在首位。

几天？ {#3:0.5}

区间？ {#1..5}

几个？ {#=7:0#对 =%50%8:1}

含有\\: 冒号\\=等号\\{括号\\}？ {
=甲

~乙
}
"""


def read(text: str) -> banks.Bank:
    return gift.read("题.gift", text)


def test_every_kind_is_read() -> None:
    bank = read(EVERYTHING)
    assert not bank.faults
    found = bank.questions
    assert [question.kind.value for question in found] == [
        *("single", "multiple", "truefalse", "fill", "number", "number", "number", "single")
    ]
    assert found[0].options == ("每季度", "每月", "每年") and found[0].right == (0,)
    assert found[0].explanation == "一般每季度一次。" and found[0].id == "q-1" and found[0].where.row == 2
    assert found[1].right == (0, 1) and found[1].tags == ("三会一课",)
    assert found[2].right == (1,)
    assert found[3].text == "把______放在首位。" and found[3].points[0].aliases == ("政治",)
    assert [(one.points[0].text, one.tolerance) for one in found[4:7]] == [
        ("3", "0.5"),
        ("3", "2"),
        ("7", ""),
    ]
    assert found[7].text == "含有: 冒号=等号{括号}？" and found[7].options == ("甲", "乙")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("没有答案 {}", "bank.fault.no_answer"),
        ("没有关上 {=甲", "bank.fault.gift_open"),
        ("配对 {=甲 -> 乙 =丙 -> 丁}", "bank.fault.gift_kind"),
        ("无 {甲乙}", "bank.fault.gift_kind"),
        ("{=甲}", "bank.fault.no_question"),
        ("几？ {#很多}", "bank.fault.gift_number"),
        ("都错 {~甲 ~乙}", "bank.fault.no_answer"),
        ("半对 {=%50%甲}", "bank.fault.no_answer"),
        ("", "bank.fault.empty"),
    ],
)
def test_what_cannot_be_marked_is_told_with_its_line(text: str, key: str) -> None:
    [fault] = read(text).faults
    assert fault.key == key


def test_text_without_an_answer_is_no_question() -> None:
    bank = read("只是说明\n\n问？ {=答}")
    assert [note.key for note in bank.notes] == ["bank.note.no_question"] and len(bank.questions) == 1


def test_what_is_written_is_read_again() -> None:
    text = gift.write(PACK)
    done = banks.packed(read(text), banks.cover("sample.gift", explanation=str))
    assert [fault.key for fault in done.faults] == ["bank.fault.no_answer"], "the one that is an essay now"
    assert done.pack
    again = {item.question: item for item in done.pack.items}
    for item in ITEMS:
        if not gift.is_exact(item):
            continue
        found = again[item.question]
        assert (found.options, found.right, found.points) == (item.options, item.right, item.points)
        assert found.explanation == item.explanation
        assert found.id == f"sample-{item.id}"
        assert found.kind is item.kind or {found.kind, item.kind} <= {Kind.SHORT, Kind.NUMBER, Kind.FILL}


def test_answers_of_several_points_are_left_to_people() -> None:
    essay = next(item for item in ITEMS if not gift.is_exact(item))
    text = gift.write(Pack(id="x", title="x", items=(essay,)))
    assert "{####执政考验；" in text


def test_bare_numbers_are_marked_as_numbers() -> None:
    number: Item = replace(ITEMS[5], points=(Point("32"),), tolerance=0.5)
    assert "{#32:0.5####" in gift.write(Pack(id="x", title="x", items=(number,)))
    assert gift.looks_like("a {=b}") and not gift.looks_like("题干,答案")
