"""Banks as people in this field really have them: each oddity is one row of a table."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

import pytest

from study import banks
from study.banks import Sheet, answers, headers, kinds, options, sheets, tables
from study.items import Item, Kind
from study.packs.uploads import Upload
from study.quiz import option_order

HEADER = ("题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析")
OPTIONS = ("每月", "每季度", "每半年", "每年")


def sheet(*rows: tuple[Any, ...], name: str = "题库.csv", fills: Mapping[Any, int] | None = None) -> Sheet:
    return Sheet(name, tuple(tuple(sheets.shown(cell) for cell in row) for row in rows), fills or {})


def upload(*found: Sheet) -> Upload:
    front = banks.cover("题库.xlsx", explanation="答案：{}".format)
    return banks.packed(tables.read(found), front)


def items(*rows: tuple[Any, ...], **more: Any) -> tuple[Item, ...]:
    done = upload(sheet(*rows, **more))
    assert not done.faults
    assert done.pack
    return done.pack.items


def one(*cells: Any, header: tuple[str, ...] = HEADER) -> Item:
    [item] = items(header, cells)
    return item


def faults(*rows: tuple[Any, ...]) -> list[tuple[str, str]]:
    return [(fault.field, fault.key.partition(".")[2]) for fault in upload(sheet(*rows)).faults]


# --- headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        ("题干", "选项A", "选项B", "选项C", "选项D", "答案"),
        ("试题内容", "A", "B", "C", "D", "正确答案"),
        ("题目", "A选项", "B选项", "C选项", "D选项", "标准答案"),
        ("*题目（必填）", "选项1", "选项2", "选项3", "选项4", "答案："),
        ("问 题", "选项一", "选项二", "选项三", "选项四", "参考答案"),
        ("Question", "Option A", "Option B", "Option C", "Option D", "Correct Answer"),
        ("试题题干", "备选答案Ａ", "备选答案B", "备选答案C", "备选答案D", "正确选项"),
    ],
)
def test_headers_are_known_in_any_wording(header: tuple[str, ...]) -> None:
    item = one("多久开一次？", *OPTIONS, "B", header=header)
    assert (item.kind, item.options, item.right) == (Kind.SINGLE, OPTIONS, (1,))


def test_columns_may_stand_in_any_order_below_a_title() -> None:
    [item] = items(
        ("2026年党建知识题库",),
        (),
        ("答案", "选项B", "序号", "选项A", "题目", "难易程度", "知识点", "出处", "条款", "编号"),
        ("A", "每年", 1, "每月", "多久？", "难", "三会一课、党课", "章程", "第一条", "DK_001"),
    )
    assert item.options == ("每月", "每年") and item.right == (0,)
    assert item.difficulty == 3 and item.tags == ("三会一课", "党课")
    assert (item.source.document, item.source.article) == ("章程", "第一条")
    assert item.id == "ti-ku-dk-001"


def test_a_header_of_two_rows_or_one_over_several_columns_is_understood() -> None:
    two = ("题型", "题干", "选项", "", "", "答案"), ("", "", "A", "B", "C", "")
    spread = (("题型", "题干", "选项", "", "", "答案"),)
    for rows in (two, spread):
        [item] = items(*rows, ("单选", "多久？", "每月", "每季度", "每年", "C"))
        assert item.options == ("每月", "每季度", "每年") and item.right == (2,)


def test_sheets_without_a_header_are_told_and_none_at_all_is_a_fault() -> None:
    done = upload(
        sheet(HEADER, ("单选", "多久？", *OPTIONS, "B")), sheet(("填写说明",), name="说明"), sheet()
    )
    assert done.pack and [(note.file, note.key) for note in done.notes] == [("说明", "bank.note.no_header")]
    nothing = upload(sheet(("一", "二")))
    assert nothing.pack is None and nothing.faults[0].key == "bank.fault.no_header"
    empty = upload(sheet(HEADER))
    assert empty.pack is None and empty.faults[0].key == "bank.fault.empty"


def test_unknown_columns_are_told_and_usual_ones_are_not() -> None:
    done = upload(sheet((*HEADER, "奇怪", "分值"), ("单选", "多久？", *OPTIONS, "B", "", "x", 2)))
    assert [(note.field, note.params) for note in done.notes] == [("I1", {"name": "奇怪"})]


def test_a_header_that_comes_again_is_passed_over() -> None:
    rows = HEADER, ("单选", "一？", *OPTIONS, "A"), HEADER, ("单选", "二？", *OPTIONS, "B")
    assert len(items(*rows)) == 2


# --- kinds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("单选题 1. 多久开一次？", Kind.SINGLE, "多久开一次？"),
        ("1、【单选】多久开一次？", Kind.SINGLE, "多久开一次？"),
        ("（多选题）2. 有哪些？", Kind.MULTIPLE, "有哪些？"),
        ("判断题：请假不计入应到。", Kind.TRUEFALSE, "请假不计入应到。"),
        ("[填空题]（2分）把______放在首位", Kind.FILL, "把______放在首位"),
        ("第3题 多久开一次？（2分）", None, "多久开一次？"),
        ("(12) 多久开一次？", None, "多久开一次？"),
        ("1.5倍是多少？", None, "1.5倍是多少？"),
        ("1.2021年7月是建党多少年？", None, "2021年7月是建党多少年？"),
        ("3、", None, "3、"),
        ("选择一个正确的说法", None, "选择一个正确的说法"),
        ("简答题 谈谈认识", Kind.SHORT, "谈谈认识"),
    ],
)
def test_number_and_kind_before_a_question_are_taken_off(text: str, kind: str | None, rest: str) -> None:
    assert kinds.stem(text) == kinds.Stem(rest, kind)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("一、单选题（每题2分，共20题）", Kind.SINGLE),
        ("第二部分 多项选择题", Kind.MULTIPLE),
        ("三、判断题 共10题，每题1分", Kind.TRUEFALSE),
        ("单选题", Kind.SINGLE),
        ("判断题怎么做才好？这里是一道题", None),
        ("2026年题库", None),
        ("单选题" + "很长" * 40, None),
    ],
)
def test_headings_name_the_kind_of_what_follows(line: str, kind: str | None) -> None:
    assert kinds.heading(line) == kind


def test_a_heading_or_the_name_of_a_sheet_holds_until_the_next() -> None:
    header = ("题干", "选项", "答案")
    first = sheet(
        header,
        ("一？", "A.甲 B.乙", "AB"),
        ("二、判断题",),
        ("二。", "", "A"),
        name="题库.xlsx · 多选题",
    )
    done = upload(first)
    assert done.pack and [item.kind for item in done.pack.items] == [Kind.MULTIPLE, Kind.TRUEFALSE]


def test_without_any_word_the_kind_is_found_out() -> None:
    header = ("题目", "选项", "答案")
    found = items(
        header,
        ("一？", "A.甲 B.乙 C.丙", "C"),
        ("二？", "A.甲 B.乙 C.丙", "AC"),
        ("三。", "A.正确 B.错误", "B"),
        ("四。", "", "√"),
        ("五（  ）首位。", "", "政治标准"),
        ("六？", "", "为人民服务"),
    )
    assert [item.kind.value for item in found] == [
        "single",
        "multiple",
        "truefalse",
        "truefalse",
        "fill",
        "short",
    ]


def test_merged_cells_hold_for_all_their_rows() -> None:
    rows = HEADER, ("判断题", "一。", "", "", "", "", "对"), ("", "二。", "", "", "", "", "错")
    [_, second] = items(*rows, fills={(2, 0): 1})
    assert second.kind is Kind.TRUEFALSE and second.right == (1,)


# --- options --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "A.每月 B.每季度 C.每年",
        "A、每月；B、每季度；C、每年",
        "A.每月B.每季度C.每年",
        "(A)每月(B)每季度(C)每年",
        "A 每月 B 每季度 C 每年",
        "每月|每季度|每年",
        "每月$每季度$每年",
        "每月；每季度；每年",
        "每月\n每季度\n每年",
        "每月、每季度、每年",
        '["每月", "每季度", "每年"]',
        '[{"content": "每月"}, {"content": "每季度"}, {"content": "A.每年", "x": 1}]',
        '{"A": "每月", "B": "每季度", "C": "每年"}',
        "Ａ．每月　Ｂ．每季度　Ｃ．每年",
    ],
)
def test_options_in_one_cell_are_taken_apart(cell: str) -> None:
    found = options.split(sheets.clean(cell))
    assert found[:2] == ["每月", "每季度"] and found[2].endswith("每年") and len(found) == 3


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("只有一个", ["只有一个"]),
        ("", []),
        ("[1", ["[1"]),
        ('{"x": "每月"}', ['{"x": "每月"}']),
        ('["", "甲"]', None),
    ],
)
def test_what_cannot_be_divided_stays_whole(cell: str, found: list[str] | None) -> None:
    assert found is None or options.split(cell) == found


def test_options_may_stand_in_the_question() -> None:
    item = one("", "多久开一次？（ ）\nA.每月\nB.每季度\nC.每年", "", "", "", "", "B")
    assert item.question == "多久开一次？（ ）" and item.options == ("每月", "每季度", "每年")


def test_letters_before_options_are_taken_off() -> None:
    assert one("单选", "多久？", "A.每月", "B、每季度", "c) 每半年", "（D）每年", "B").options == OPTIONS


def test_one_option_a_row_with_ticks_is_one_question() -> None:
    header = ("题干", "选项", "正确答案")
    for marks in (("", "√", "", "√"), ("否", "是", "否", "是")):
        found = items(
            header,
            *(("有哪些？" if n == 0 else "", OPTIONS[n], marks[n]) for n in range(4)),
            ("下一题？", "A.甲 B.乙", "A"),
        )
        assert [item.right for item in found] == [(1, 3), (0,)]
    [item] = items(header, ("多久？", "每月", "B"), ("", "每季度", ""), ("", "每年", ""))
    assert item.options == ("每月", "每季度", "每年") and item.right == (1,)


def test_ticks_may_stand_at_the_options() -> None:
    assert one("单选", "多久？", "每月", "每季度√", "每年", "", "").right == (1,)
    [item] = items(("题干", "选项", "答案"), ("多久？", "A.每月 B.★每季度 C.每年", ""))
    assert item.right == (1,) and item.options == ("每月", "每季度", "每年")
    assert options.ticked(["√", "√甲"]) == (["√", "√甲"], [])


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("B", (1,)),
        ("ｂ", (1,)),
        ("B.", (1,)),
        ("答案：B", (1,)),
        ("选B", (1,)),
        ("A,C", (0, 2)),
        ("ＡＣ", (0, 2)),
        ("C、A。", (0, 2)),
        ("a c", (0, 2)),
        ("每季度", (1,)),
        ("B.每季度", (1,)),
        ("每月；每年", (0, 3)),
        ("A.每月\nD.每年", (0, 3)),
        ("2", (1,)),
        ("1,3", (0, 2)),
        ("不知道", None),
        ("9", None),
        ("每月；从不", None),
    ],
)
def test_answers_to_choices_are_read(text: str, right: tuple[int, ...] | None) -> None:
    assert answers.picks(text, OPTIONS) == right


def test_full_width_letters_and_an_answer_in_the_question_do_not_confuse() -> None:
    item = one("单选", "一般每（ Ｂ ）召开。", *OPTIONS, "Ｂ")
    assert item.question == "一般每（ ）召开。" and item.right == (1,)
    assert one("单选", "一般每（B）召开。", *OPTIONS, "").right == (1,)
    assert one("判断", "请假不计入应到。（×）", "", "", "", "", "").right == (1,)
    assert one("单选", "维生素（C）的作用？", *OPTIONS, "B").question == "维生素（C）的作用？"


@pytest.mark.parametrize("word", ["√", "对", "正确", "T", "true", "是", "1", "Y", "答案：对", True])
def test_true_has_many_words(word: Any) -> None:
    assert one("判断题", "是这样。", "", "", "", "", word).right == (0,)


@pytest.mark.parametrize("word", ["×", "错", "错误", "F", "否", "0", "N", "x", False, "B"])
def test_so_has_false(word: Any) -> None:
    assert one("判断题", "是这样。", "", "", "", "", word).right == (1,)


def test_true_and_false_may_be_options_in_any_order() -> None:
    assert one("判断题", "是这样。", "错误", "正确", "", "", "B").right == (0,)
    assert one("判断题", "是这样。", "正确", "错误", "", "", "错").right == (1,)


def test_gaps_lists_and_counted_points_become_points() -> None:
    found = items(
        ("题型", "题干", "答案", "其他答案"),
        ("填空", "___和___", "甲；乙", ""),
        ("填空", "（ ）和（ ）", "甲、乙", ""),
        ("填空", "把___放在首位", "政治标准", "政治；政治合格"),
        ("简答", "有哪些？", "（1）甲。（2）乙；③丙", ""),
        ("列举", "哪几个？", "甲、乙、丙", ""),
        ("列举", "哪个？", "甲", ""),
        ("数字题", "几天？", 3.0, ""),
        ("简答", "为什么？", "1.因为甲\n2.因为乙", ""),
    )
    assert [(item.kind.value, [point.text for point in item.points], item.ordered) for item in found] == [
        ("fill", ["甲", "乙"], True),
        ("fill", ["甲", "乙"], True),
        ("fill", ["政治标准"], False),
        ("short", ["甲", "乙", "丙"], False),
        ("list", ["甲", "乙", "丙"], False),
        ("short", ["甲"], False),
        ("number", ["3"], False),
        ("short", ["因为甲", "因为乙"], False),
    ]
    assert found[2].points[0].aliases == ("政治", "政治合格")


def test_letters_in_explanations_become_words() -> None:
    item = one("单选", "多久？", *OPTIONS, "B", "A项太短，D选项太长，故选B。")
    assert item.explanation == "“每月”太短，“每年”太长"
    assert one("单选", "多久？", *OPTIONS, "B").explanation == "答案：每季度"


# --- rows with faults -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("单选", "", *OPTIONS, "B"), ("B2", "fault.no_question")),
        (("配对题", "多久？", *OPTIONS, "B"), ("A2", "fault.kind")),
        (("单选", "多久？", "每月", "", "每年", "", "A"), ("C2", "fault.option_gap")),
        (("单选", "多久？", *OPTIONS, ""), ("G2", "fault.no_answer")),
        (("单选", "多久？", *OPTIONS, "不知道"), ("G2", "fault.answer")),
        (("单选", "多久？", *OPTIONS, "F"), ("G2", "fault.no_such_option")),
        (("单选", "多久？", *OPTIONS, "AB"), ("G2", "fault.single_many")),
        (("单选", "多久？", "", "", "", "", "A"), ("C2", "fault.no_options")),
        (("单选", "多久？", "每月", "每月", "", "", "A"), ("C2", "fault.same_option")),
        (("判断", "这样。", "", "", "", "", "也许"), ("G2", "fault.truefalse")),
        (("单选", "[object Object]", *OPTIONS, "A"), ("B2", "fault.broken")),
        (("单选", "多久？", *OPTIONS, "[object Object]"), ("G2", "fault.broken")),
        (("单选", "多久？", "[object Object]", "每月", "", "", "B"), ("C2", "fault.broken")),
        (("单选", "长" * 600, *OPTIONS, "A"), ("B2", "fault.too_long")),
        (("简答", "为何？", "", "", "", "", "长" * 400), ("G2", "fault.too_long")),
    ],
)
def test_faults_name_the_cell_and_good_rows_stay(row: tuple[Any, ...], fault: tuple[str, str]) -> None:
    done = upload(sheet(HEADER, row, ("单选", "好的题？", *OPTIONS, "B")))
    assert [(found.field, found.key.partition(".")[2]) for found in done.faults] == [fault]
    assert done.faults[0].line == 2
    assert done.pack and [item.question for item in done.pack.items] == ["好的题？"]


def test_the_same_question_twice_and_the_same_id_twice_are_told() -> None:
    header = ("题干", "答案", "编号")
    rows = header, ("为何？", "甲", "a-1"), ("为 何？", "乙", "a-2"), ("怎样？", "丙", "a-1")
    assert faults(*rows) == [("A3", "fault.duplicate"), ("A4", "fault.id_twice")]


def test_more_faults_than_anybody_mends_are_counted() -> None:
    rows = [("单选", f"{n}？", *OPTIONS, "Z") for n in range(1_205)]
    done = upload(sheet(HEADER, *rows))
    assert len(done.faults) <= 1_001 and done.pack is None


def test_ids_stay_when_a_bank_is_sent_again_in_another_order() -> None:
    rows = [("单选", f"第几题{n}？", *OPTIONS, "B") for n in range(5)]
    first, second = items(HEADER, *rows), items(HEADER, *reversed(rows))
    assert {item.id for item in first} == {item.id for item in second}


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("党建题库.xlsx", "dang-jian-ti-ku"),
        ("a/b/Bank 2026.csv", "bank-2026"),
        ("？.csv", None),
    ],
)
def test_a_pack_is_named_after_its_file(name: str, id: str | None) -> None:
    front = banks.cover(name, explanation=str)
    assert front.id == id if id else front.id.startswith("bank-")


def test_long_names_that_begin_alike_give_different_packs() -> None:
    found = {banks.cover(f"{'很长' * 8}的名字{n}.csv", explanation=str).id for n in range(20)}
    assert len(found) == 20 and all(len(id) <= 24 for id in found)


# --- cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "format", "text"),
    [
        (0.2, "0%", "20%"),
        (0.125, "0.0%", "12.5%"),
        (3.0, "General", "3"),
        (0.1 + 0.2, "", "0.3"),
        (True, "", "TRUE"),
        (None, "", ""),
        (date(2021, 7, 1), "yyyy年m月d日", "2021年7月1日"),
        (datetime(2021, 7, 1, tzinfo=UTC), "yyyy-mm-dd", "2021年7月1日"),
        (datetime(2026, 1, 2, tzinfo=UTC), 'm"月"d"日"', "1月2日"),
        (date(2021, 7, 1), "yyyy", "2021-07-01"),
        (date(2021, 7, 1), "mmm", "7月"),
        (time(8, 30), "", "08:30:00"),
        ("<p>多久&nbsp;开&lt;一次</p><br/>？", "", "多久 开<一次\n？"),
        ("ＡＢ１\u200b\ufeff　甲_x000D_", "", "AB1 甲"),
        ("a<b", "", "a<b"),
    ],
)
def test_cells_read_as_they_show(value: Any, format: str, text: str) -> None:
    assert sheets.shown(value, format) == text


def test_cells_are_named_as_in_spreadsheets() -> None:
    assert [sheets.reference(0, n) for n in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]


@pytest.mark.parametrize(
    ("word", "level"),
    [
        *(("易", 1), ("较难", 3), ("中等", 2), ("★★★★☆", 3), ("★", 1), ("★★★☆☆", 2), ("2", 2), ("5", 3)),
        *(("0.85", 1), ("0.5", 2), ("0.1", 3), ("", 0), ("?", 0), ("★★", 2), ("★☆☆☆☆", 1)),
    ],
)
def test_difficulty_in_words_stars_and_figures(word: str, level: int) -> None:
    assert tables.difficulty(word) == level


def test_a_header_needs_more_than_a_question() -> None:
    assert headers.find(sheet(("题目", "备注"))) is None
    assert headers.find(sheet(("题目", "编号"))) is None


def test_progress_counts_every_row_once() -> None:
    seen: list[int] = []
    rows = [("单选", f"{n}？", *OPTIONS, "A") for n in range(10)]
    tables.read([sheet(HEADER, *rows), sheet(("x",), ("y",))], progress=seen.append)
    assert sum(seen) == 11 + 2


@pytest.mark.parametrize("last", ["以上都对", "上述都不是", "A和B"])
def test_options_that_speak_of_others_keep_their_places(last: str) -> None:
    item = one("单选", "多久？", "每月", "每季度", "每年", last, "D")
    assert all(option_order(item, Random(seed)) == (0, 1, 2, 3) for seed in range(20))
    free = one("单选", "多久？", *OPTIONS, "B")
    assert any(option_order(free, Random(seed)) != (0, 1, 2, 3) for seed in range(20))
