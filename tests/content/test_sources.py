"""Every figure and date that is taught stands in content/SOURCES.md, with two places where it was read."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage import packfiles
from study import packs
from study.grading import numerals, quantities
from study.grading.quantities import Quantity, Sort
from study.items import Item, Kind, Lesson, Pack

CONTENT = Path(__file__).parents[2] / "content"
NUMBER = re.compile(r"\d+(?:\.\d+)?")
CHINESE = re.compile("[一二三四五六七八九十百千万两半]")
# Names that hold a numeral (days and events, congresses, the Red Cross), and figures that are loosely meant.
NO_FIGURES = re.compile(
    "七一|八一|八七|五四|九一八|七七|一二·九|三八节|红十字|一一对应|[一二三四五六七八九十]+[大届]"
    "|一半|多半|大半|几[十百千万]|十几|[一二三四五六七八九][十百千]多"
)
LIMITED = frozenset({"months", "seconds", "workdays", "ages", "people"})
# Where a figure was read is an address, a collection that is public, or what this project keeps.
FOUND = re.compile("https?://|PyPI|GitHub|项目的领域说明")


@dataclass(frozen=True)
class Evidence:
    """What SOURCES.md says of one lesson. `groups` pairs figures with the places where they were read."""

    documents: frozenset[str]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    examples: str

    @property
    def numbers(self) -> set[str]:
        return {
            number for text in (self.examples, *(told for told, _ in self.groups)) for number in figures(text)
        }


@dataclass(frozen=True)
class Sources:
    """`places` tells where each one was read; those that cannot be found again prove nothing."""

    places: dict[str, str]
    lessons: dict[str, Evidence]

    @property
    def found(self) -> set[str]:
        return {code for code, where in self.places.items() if FOUND.search(where)}


def stated(text: str) -> set[str]:
    """The facts of a text in figures, as they are written in digits: 8, 0.5.

    Chinese numerals are facts in shares, dates, limits of time, age and people (不少于半年), and whenever they come to
    ten or more (十四年). Smaller ones mostly count what stands beside them (三件事).
    """
    facts = {value for figure in _in_chinese(text) if _is_fact(figure) for value in _values(figure)}
    return facts.union(NUMBER.findall(text))


def figures(text: str) -> set[str]:
    """All figures of a text, in digits or Chinese numerals."""
    return {value for figure in _in_chinese(text) for value in _values(figure)}.union(NUMBER.findall(text))


def _is_fact(figure: Quantity) -> bool:
    return (
        figure.sort is not Sort.AMOUNT
        or max(figure.low, figure.high) >= 10
        or (bool(figure.bound) and figure.scale in LIMITED)
    )


def _in_chinese(text: str) -> Iterator[Quantity]:
    text = NO_FIGURES.sub("；", text)
    digits, origin = numerals.canonical(text, tuple(range(len(text))))
    for figure in quantities.parse(digits):
        written = text[origin[figure.start] : origin[figure.end - 1] + 1]
        if CHINESE.search(written) and not NUMBER.search(written) and not figure.ordinal:
            yield figure


def _values(figure: Quantity) -> set[str]:
    match figure.sort:
        case Sort.DATE:
            return {str(part) for part in (*figure.date, *figure.until) if part is not None}
        case Sort.SHARE:
            return {f"share {numerals.plain(figure.low)}"}
        case Sort.PERIOD:
            return set()
        case _:
            return {numerals.plain(figure.low), numerals.plain(figure.high)}


def read(text: str) -> Sources:
    """The three tables, by their headings."""
    tables: dict[str, list[list[str]]] = defaultdict(list)
    for line in text.splitlines():
        if line.startswith("| "):
            cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
            if cells[0] in {"代号", "课"}:
                heading = tuple(cells)[1]
            elif cells[0] != "---":
                tables[heading].append(cells)
    examples = dict(tables["编的数字"])
    return Sources(
        places={code: where for code, _, where in tables["是什么"]},
        lessons={
            lesson: Evidence(
                documents=frozenset(documents.split("；")),
                groups=tuple(
                    (figure, tuple(dict.fromkeys(codes.split("、"))))
                    for figure, codes in zip(told.split("；"), places.split("；"), strict=True)
                    if told != "无"
                ),
                examples=examples.get(lesson, ""),
            )
            for lesson, documents, told, places in tables["依据"]
        },
    )


def taught(lesson: Lesson) -> str:
    texts = (lesson.title, lesson.question, lesson.body, lesson.ward_link, *lesson.key_points)
    return " ".join(filter(None, texts))


def asked(item: Item) -> str:
    """What an item asks and tells; wrong options are left out, for they may well be wrong."""
    right = [item.options[index] for index in item.right] if item.kind is not Kind.TRUEFALSE else []
    return " ".join([item.question, item.explanation, *right, *(point.text for point in item.points)])


def faults(pack: Pack, sources: Sources) -> list[str]:
    """Figures without evidence, evidence in one place or in one that cannot be found, and what is not in the tables."""
    found = [
        f"{lesson}: {told}: {', '.join(places)}"
        for lesson, evidence in sources.lessons.items()
        for told, places in evidence.groups
        if len(places) < 2 or not sources.found.issuperset(places)
    ]
    words = {lesson.id: [(lesson.id, taught(lesson), lesson.source.document)] for lesson in pack.lessons}
    for item in pack.items:
        words[str(item.lesson)].append((item.id, asked(item), item.source.document))
    for lesson, said in words.items():
        known = sources.lessons.get(lesson)
        if known is None:
            found.append(f"{lesson}: no row")
            continue
        for id_, text, document in said:
            found += [f"{id_}: {number}" for number in sorted(stated(text) - known.numbers)]
            found += [f"{id_}: {document}"] if document not in known.documents else []
    return found + [f"{lesson}: taught no more" for lesson in sources.lessons if lesson not in words]


@pytest.fixture(scope="module")
def pack() -> Pack:
    files = packfiles.read(CONTENT)
    reading = packs.read(files.documents, pictures=files.formats, faults=files.faults)
    assert reading.pack
    return reading.pack


@pytest.fixture(scope="module")
def text() -> str:
    return (CONTENT / "SOURCES.md").read_text("utf-8")


def test_every_figure_was_read_in_two_places(pack: Pack, text: str) -> None:
    assert faults(pack, read(text)) == []


def test_every_place_is_used_and_can_be_found(text: str) -> None:
    sources = read(text)
    used = {place for one in sources.lessons.values() for _, places in one.groups for place in places}
    assert used == set(sources.places) == sources.found


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("| 史一、史二；", "| 史一；"), "dangshi-yida: 1921年7月23日、7月1日、13人、50多名: 史一"),
        (("| 史一、史二；", "| 史一、史一；"), "dangshi-yida: 1921年7月23日、7月1日、13人、50多名: 史一"),
        (
            ("| 史一、史二；", "| 史一、传闻；"),
            "dangshi-yida: 1921年7月23日、7月1日、13人、50多名: 史一, 传闻",
        ),
        (("13人、50多名；", "50多名；"), "dangshi-yida: 13"),
        (("13人、50多名；", "50多名；"), "dangshi-yida-4: 13"),
        (
            ("| anquan-xiaofang | 中华人民共和国消防法", "| anquan-xiaofang | 某法"),
            "anquan-xiaofang: 中华人民共和国消防法",
        ),
        (("| anquan-xiaofang | 中华人民", "| anquan | 中华人民"), "anquan-xiaofang: no row"),
        (("| anquan-xiaofang | 中华人民", "| anquan | 中华人民"), "anquan: taught no more"),
        (("8月15日、十四年；", "8月15日；"), "licheng-kangzhan: 14"),
        (("半数以上（平时表决）", "平时表决"), "danggui-huanjie: share 0.5"),
        (("不少于半年、", ""), "fazhan-yubeiqi: 0.5"),
    ],
)
def test_what_lacks_evidence_is_named(change: tuple[str, str], fault: str, pack: Pack, text: str) -> None:
    assert change[0] in text
    assert fault in faults(pack, read(text.replace(*change, 1)))


@pytest.mark.parametrize("where", ["编写时读，网址没有逐条记下，不能单独作数", "网上", "无"])
def test_what_was_read_without_a_note_of_where_is_no_place(where: str, pack: Pack, text: str) -> None:
    row = "| 史一 | 学习时报：七一的由来 | http://556gg.com/202006/22/127601.html |"
    assert row in text
    read_somewhere = f"| 甲 | 编写课文时读到的 | {where} |\n{row}"
    assert faults(
        pack, read(text.replace(row, read_somewhere).replace("| 史一、史二；", "| 甲、史二；", 1))
    ) == ["dangshi-yida: 1921年7月23日、7月1日、13人、50多名: 甲, 史二"]


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("不少于应到会人数的五分之四", {"share 0.8"}),
        ("有表决权的党员半数以上到会", {"share 0.5"}),
        ("审批一般在三个月内，公示三天", {"3"}),
        ("九月三日纪念十四年抗战", {"9", "3", "14"}),
        ("年满十八岁，交党费3次", {"18", "3"}),
        ("二十八条里的三件事，第二十九条不算", {"28"}),
        ("七一讲十一届三中全会到二十大，讲了一半，来了十几个人，来自红十字会", set()),
    ],
)
def test_facts_in_chinese_numerals_are_read_like_those_in_digits(said: str, facts: set[str]) -> None:
    assert stated(said) == facts
