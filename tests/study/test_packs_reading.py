"""Packs are read whole or not at all, and every fault is told at its place."""

import datetime
from typing import Any

import pytest

from bot.texts import LOCALES, catalogue, text
from study import packs
from study.items import Kind, Month, Point
from study.packs.faults import MOST_FAULTS
from tests.sample_packs import dumped, item, keys, lesson, pack, read, read_text


def test_every_kind_is_read() -> None:
    reading = read(pack())
    assert reading.faults == ()
    assert reading.pack
    items = {one.kind: one for one in reading.pack.items}
    assert set(items) == set(Kind)
    assert items[Kind.SINGLE].right == (1,)
    assert items[Kind.MULTIPLE].right == (0, 1)
    assert (items[Kind.TRUEFALSE].options, items[Kind.TRUEFALSE].right) == (("对", "错"), (0,))
    assert items[Kind.FILL].points == (Point("每季度", ("一季度一次",)),)
    assert items[Kind.LIST].points[1] == Point("支委会", ("支部委员会",), 1.5)
    assert items[Kind.NUMBER].tolerance == 0
    assert items[Kind.SINGLE].source.date == datetime.date(2018, 10, 28)
    assert reading.pack.lessons[0].minutes == 3
    assert reading.pack.months == (Month(1, "三会一课", ("一", "二"), ("dahui",)),)
    assert reading.places["item", "dahui-single"].line > reading.places["lesson", "dahui"].line > 1


@pytest.mark.parametrize("answer", ["AC", "a c", "Ａ、Ｃ", "A,C", ["A", "C"], ["c", "a"], ["AC"]])
def test_letters_are_understood_in_every_usual_form(answer: Any) -> None:
    reading = read(pack(items=[item("multiple", answer=answer)]))
    assert reading.pack and reading.pack.items[0].right == (0, 2)


@pytest.mark.parametrize(
    ("answer", "right"),
    [("对", 0), ("错", 1), (True, 0), (False, 1), ("是", 0), ("否", 1), ("√", 0), ("×", 1), ("FALSE", 1)],
)
def test_true_and_false_are_understood_in_every_usual_form(answer: Any, right: int) -> None:
    reading = read(pack(items=[item("truefalse", answer=answer)]))
    assert reading.pack and reading.pack.items[0].right == (right,)


def test_texts_stay_as_they_were_typed() -> None:
    asked = "kind: single, question: q, explanation: e, source: {document: d}"
    options = "[no, 1.10, 2018-10-28, 12:30, 0x1F]"
    reading = read_text(
        f"pack: {{id: sample, title: t}}\nitems:\n- {{id: x-1, {asked}, options: {options}, answer: A}}"
    )
    assert reading.pack and reading.pack.items[0].options == ("no", "1.10", "2018-10-28", "12:30", "0x1F")


def test_an_empty_value_counts_as_left_out() -> None:
    reading = read(pack(lessons=[lesson(picture=None, theme=None)]))
    assert reading.pack and reading.pack.lessons[0].picture is None
    assert keys(read(pack(lessons=[lesson(title=None)])).faults) == {"missing"}


IN_A_LESSON = [
    ({"id": "Da Hui"}, "id", "lessons[1].id"),
    ({"id": "x"}, "id", "lessons[1].id"),
    ({"title": ""}, "empty", "lessons[1].title"),
    ({"title": "长" * 61}, "too_long", "lessons[1].title"),
    ({"title": "两\n行"}, "one_line", "lessons[1].title"),
    ({"title": ["甲"]}, "not_text", "lessons[1].title"),
    ({"body": "长" * 6001}, "too_long", "lessons[1].body"),
    ({"body": "看不见\u200b的"}, "invisible", "lessons[1].body"),
    ({"body": "翻转\u202e的"}, "invisible", "lessons[1].body"),
    ({"body": "响铃\x07"}, "invisible", "lessons[1].body"),
    ({"body": "丢了\ufffd字"}, "broken", "lessons[1].body"),
    ({"body": "见[object Object]"}, "broken", "lessons[1].body"),
    ({"key_points": []}, "too_few", "lessons[1].key_points"),
    ({"key_points": "一"}, "not_list", "lessons[1].key_points"),
    ({"key_points": ["一"] * 7}, "too_many", "lessons[1].key_points"),
    ({"key_points": ["一", ""]}, "empty", "lessons[1].key_points[2]"),
    ({"minutes": "三"}, "integer", "lessons[1].minutes"),
    ({"minutes": 0}, "integer", "lessons[1].minutes"),
    ({"minutes": 2.5}, "integer", "lessons[1].minutes"),
    ({"source": "条例"}, "not_table", "lessons[1].source"),
    ({"source": {"article": "第一条"}}, "missing", "lessons[1].source.document"),
    ({"source": {"document": "条例", "date": "2018年10月"}}, "date", "lessons[1].source.date"),
    ({"source": {"document": "条例", "date": "2018-02-30"}}, "date", "lessons[1].source.date"),
    ({"source": {"document": "条例", "date": "20181028"}}, "date", "lessons[1].source.date"),
    ({"source": {"document": "条例", "url": "www.12371.cn"}}, "url", "lessons[1].source.url"),
    ({"source": {"document": "条例", "article：": "一"}}, "wide_colon", "lessons[1].source.article："),
    ({"titel": "题"}, "unknown_field.like", "lessons[1].titel"),
    ({"作者": "某"}, "unknown_field", "lessons[1].作者"),
    ({"valid_from": "2027-01-01", "review_by": "2026-01-01"}, "review_before_valid", "lessons[1].review_by"),
    ({"picture": "pictures/b.png"}, "no_picture.like", "lessons[1].picture"),
    ({"picture": "../../etc/passwd"}, "no_picture", "lessons[1].picture"),
    ({"picture": "pictures/text.png"}, "picture_format", "lessons[1].picture"),
    ({"tags": ["长" * 21]}, "too_long", "lessons[1].tags[1]"),
]
PICTURES = {"pictures/a.png": "png", "pictures/text.png": ""}


@pytest.mark.parametrize(("changed", "key", "field"), IN_A_LESSON)
def test_a_fault_in_a_lesson_is_told(changed: dict[str, Any], key: str, field: str) -> None:
    reading = read(pack(lessons=[lesson(**changed)], items=[], plan={"months": []}), pictures=PICTURES)
    assert reading.pack is None
    assert [(fault.key, fault.field) for fault in reading.faults] == [(f"pack.fault.{key}", field)]


IN_AN_ITEM = [
    ("single", {"kind": "singel"}, "kind.like", "kind"),
    ("single", {"kind": "论述题"}, "kind", "kind"),
    ("single", {"options": None}, "missing", "options"),
    ("single", {"options": ["甲"], "answer": "A"}, "too_few", "options"),
    ("single", {"options": list("甲乙丙丁戊己庚辛壬")}, "too_many", "options"),
    ("single", {"options": ["甲", "长" * 151]}, "too_long", "options[2]"),
    ("single", {"options": ["ＣＰＲ", "cpr", "AED"]}, "same_option", "options"),
    ("single", {"options": ["A. 甲", "B. 乙"]}, "lettered_options", "options"),
    ("single", {"answer": "D"}, "no_such_option", "answer"),
    ("single", {"answer": "AB"}, "single_many", "answer"),
    ("single", {"answer": "每季度"}, "answer_is_text", "answer"),
    ("single", {"answer": "第二个"}, "letters", "answer"),
    ("single", {"answer": {"A": 1}}, "letters", "answer"),
    ("single", {"answer": None}, "missing", "answer"),
    ("single", {"aliases": ["季度"]}, "not_for_kind", "aliases"),
    ("single", {"difficulty": 4}, "integer", "difficulty"),
    ("single", {"lesson": "dahu"}, "unknown_lesson.like", "lesson"),
    ("single", {"lesson": "yishi-xuanju"}, "unknown_lesson", "lesson"),
    ("single", {"question": "长" * 501}, "too_long", "question"),
    ("single", {"explanation": None}, "missing", "explanation"),
    ("multiple", {"answer": []}, "letters", "answer"),
    ("multiple", {"answer": "AAB"}, "letter_twice", "answer"),
    ("truefalse", {"answer": "可能"}, "truefalse", "answer"),
    ("truefalse", {"options": ["对", "错"]}, "not_for_kind", "options"),
    ("fill", {"answer": None}, "missing", "answer"),
    ("fill", {"points": ["甲", "乙"], "aliases": None}, "answer_and_points", "answer"),
    ("short", {"tolerance": 1}, "not_for_kind", "tolerance"),
    ("short", {"must": "甲"}, "not_list", "must"),
    ("list", {"points": ["甲"]}, "too_few", "points"),
    ("list", {"points": ["甲", "甲 "]}, "same_point", "points"),
    ("list", {"points": ["甲", {"text": "乙", "weight": 0}]}, "number", "points[2].weight"),
    ("list", {"points": ["甲", {"aliases": ["乙"]}]}, "missing", "points[2].text"),
    ("list", {"points": ["甲", ["乙"]]}, "not_table", "points[2]"),
    ("list", {"ordered": "也许"}, "flag", "ordered"),
    ("list", {"answer": "甲"}, "not_for_kind", "answer"),
    ("number", {"answer": "很多"}, "quantity", "answer"),
    ("number", {"aliases": ["建党那年"]}, "quantity", "answer"),
    ("number", {"tolerance": -1}, "number", "tolerance"),
]


@pytest.mark.parametrize(("kind", "changed", "key", "field"), IN_AN_ITEM)
def test_a_fault_in_an_item_is_told(kind: str, changed: dict[str, Any], key: str, field: str) -> None:
    reading = read(pack(items=[item(kind, **changed)]))
    assert reading.pack is None
    assert [(fault.key, fault.field) for fault in reading.faults] == [
        (f"pack.fault.{key}", f"items[1].{field}")
    ]
    assert reading.faults[0].id == f"dahui-{kind}"


IN_THE_PACK = [
    ({"pack": None}, "no_heading", "pack"),
    ({"pack": {"id": "a b", "title": "样例"}}, "id", "pack.id"),
    ({"lesson": []}, "unknown_field.like", "lesson"),
    ({"lessons": {"id": "dahui"}, "items": [], "plan": {}}, "not_list", "lessons"),
    ({"lessons": ["id：dahui"], "items": [], "plan": {}}, "wide_colon", "lessons[1]"),
    ({"lessons": [lesson(), lesson()]}, "id_twice", "lessons[2].id"),
    ({"items": [item(), item()]}, "id_twice", "items[2].id"),
    ({"plan": {"months": [{"month": 13, "theme": "一"}]}}, "integer", "plan.months[1].month"),
    (
        {"plan": {"months": [{"month": 1, "theme": "一"}, {"month": 1, "theme": "二"}]}},
        "month_twice",
        "plan.months[2].month",
    ),
    ({"plan": {"months": [{"month": 1}]}}, "missing", "plan.months[1].theme"),
    (
        {"plan": {"months": [{"month": 1, "theme": "一", "lessons": ["dahui", "dahui"]}]}},
        "lesson_twice",
        "plan.months[1].lessons",
    ),
    (
        {"plan": {"months": [{"month": 1, "theme": "一", "lessons": ["dang-ke"]}]}},
        "unknown_lesson",
        "plan.months[1].lessons[1]",
    ),
]


@pytest.mark.parametrize(("changed", "key", "field"), IN_THE_PACK)
def test_a_fault_in_the_pack_is_told(changed: dict[str, Any], key: str, field: str) -> None:
    reading = read(pack(**changed))
    assert reading.pack is None
    assert [(fault.key, fault.field) for fault in reading.faults] == [(f"pack.fault.{key}", field)]


def test_all_faults_come_in_one_go_with_their_lines() -> None:
    text = dumped(
        pack(lessons=[lesson(minutes="x", title=None)], items=[item(answer="Z"), item("number", answer="x")])
    )
    reading = read_text(text)
    lines = text.splitlines()
    told = {fault.field: lines[fault.line - 1].strip() for fault in reading.faults}
    assert told == {
        "lessons[1].title": "title: null",
        "lessons[1].minutes": "minutes: x",
        "items[1].answer": "answer: Z",
        "items[2].answer": "answer: x",
    }


def test_a_misspelt_field_is_not_missing_too() -> None:
    reading = read(pack(pack={"id": "sample", "titel": "样例"}))
    assert keys(reading.faults) == {"unknown_field.like"}


def test_a_top_level_list_is_refused() -> None:
    assert keys(read([lesson()]).faults) == {"top", "no_heading"}


def test_an_empty_file_lacks_only_the_heading() -> None:
    assert keys(read_text("# nothing yet\n").faults) == {"no_heading"}


def test_missing_lessons_are_not_told_when_a_file_is_unreadable() -> None:
    reading = packs.read(
        [], pictures={}, faults=[packs.Fault("a.yaml", 3, "", "pack.fault.yaml.syntax", {"column": 1})]
    )
    assert keys(reading.faults) == {"yaml.syntax"}


def test_a_heap_of_faults_is_counted_and_not_kept() -> None:
    reading = read(pack(items=[{"id": f"x-{number}"} for number in range(MOST_FAULTS)]))
    assert len(reading.faults) == MOST_FAULTS + 1
    assert reading.faults[-1].key == "pack.fault.more"
    assert int(reading.faults[-1].params["count"]) >= 3 * MOST_FAULTS


@pytest.mark.parametrize("locale", LOCALES)
def test_every_fault_has_its_words(locale: str) -> None:
    wrong = [pack(lessons=[lesson(**changed)]) for changed, _, _ in IN_A_LESSON]
    wrong += [pack(items=[item(kind, **changed)]) for kind, changed, _, _ in IN_AN_ITEM]
    wrong += [pack(**changed) for changed, _, _ in IN_THE_PACK]
    for values in wrong:
        for fault in read(values, pictures=PICTURES).faults:
            words = text(fault.key, locale, **fault.params)
            assert words and "{value" not in words and "{name" not in words


def test_the_catalogues_say_the_same() -> None:
    names = [{key for key in catalogue(locale) if key.startswith("pack.")} for locale in LOCALES]
    assert names[0] == names[1]
