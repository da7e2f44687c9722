"""What is allowed in a pack, and yet probably not meant: asked of the grader before a member finds out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from study import quiz
from study.grading import Grader, Task, Verdict
from study.items import Item, Kind, Pack, Point
from study.packs import plainness
from study.packs.faults import Fault, excerpt
from study.packs.figures import figures
from study.packs.tree import Place

_BLANK = re.compile(r"[_＿]{2,}|[(（【\[][\s_＿]*[)）】\]]|…{2,}")
# Options are shown in another order each time, so neither a letter nor a place says which is meant.
_BY_PLACE = re.compile(
    r"[前后]面?[两二三四五几](?:[项条句样种类位处]|个(?!月))|[A-H]\s*项|选项\s*[A-H]|(?:第[一二三四五]|最后一)个选项"
)
# A lesson is read on a phone between two bells: characters in a sentence, and the share that few people can read.
MEAN_SENTENCE = 40
LONGEST_SENTENCE = 80
LONGEST_IN_ITEM = 60
RARE_SHARE = 0.02
FEW_RARE = 3


def advise(
    pack: Pack, *, places: Mapping[tuple[str, str], Place], grader: Grader, today: date
) -> tuple[Fault, ...]:
    """Whatever deserves a second look, in reading order; keys are below `pack.advice.`."""
    advice = [
        _at(places, what, id, remark)
        for what, id, remark in (*_on_lessons(pack, today), *_on_items(pack, grader, today))
    ]
    return tuple(sorted(advice, key=lambda fault: (fault.file, fault.line)))


@dataclass(frozen=True)
class _Remark:
    field: str
    key: str
    params: Mapping[str, str | int]


def _remark(field: str, key: str, **params: str | int) -> _Remark:
    return _Remark(field, f"pack.advice.{key}", params)


def _at(places: Mapping[tuple[str, str], Place], what: str, id: str, remark: _Remark) -> Fault:
    place = places.get((what, id))
    file, line = (place.file, place.line) if place else ("", 0)
    return Fault(file, line, remark.field, remark.key, remark.params, id)


def _on_lessons(pack: Pack, today: date) -> Iterator[tuple[str, str, _Remark]]:
    asked = {item.lesson for item in pack.items}
    for lesson in pack.lessons:
        if lesson.id not in asked:
            yield "lesson", lesson.id, _remark("", "no_items")
        for remark in _on_reading(lesson.body):
            yield "lesson", lesson.id, remark
        if lesson.review_by and lesson.review_by < today:
            yield "lesson", lesson.id, _remark("review_by", "review", date=str(lesson.review_by))


def _on_reading(body: str) -> Iterator[_Remark]:
    """What makes a lesson hard to read."""
    mean = plainness.mean_length(body)
    if mean > MEAN_SENTENCE:
        yield _remark("body", "long_sentences", mean=round(mean), most=MEAN_SENTENCE)
    yield from _on_sentence("body", body, most=LONGEST_SENTENCE)
    rare = plainness.rare(body)
    if len(rare) > max(FEW_RARE, RARE_SHARE * plainness.length(body)):
        yield _remark("body", "rare_characters", characters=excerpt("".join(dict.fromkeys(rare))))


def _on_sentence(field: str, text: str, *, most: int) -> Iterator[_Remark]:
    longest = plainness.longest(text)
    if plainness.length(longest) > most:
        yield _remark(
            field, "long_sentence", sentence=excerpt(longest), count=plainness.length(longest), most=most
        )


def _on_items(pack: Pack, grader: Grader, today: date) -> Iterator[tuple[str, str, _Remark]]:
    for item in pack.items:
        for remark in (*_on_form(item), *(_on_options if item.is_choice else _on_words)(item, grader)):
            yield "item", item.id, remark
        if item.review_by and item.review_by < today:
            yield "item", item.id, _remark("review_by", "review", date=str(item.review_by))


def _on_form(item: Item) -> Iterator[_Remark]:
    if item.kind is Kind.FILL and not _BLANK.search(item.question):
        yield _remark("question", "no_blank")
    if item.kind is Kind.MULTIPLE and len(item.right) == 1:
        yield _remark("answer", "multiple_one")
    if item.options and item.kind is not Kind.TRUEFALSE and (found := _BY_PLACE.search(item.explanation)):
        yield _remark("explanation", "by_place", words=found[0])
    for field, words in (("question", item.question), ("explanation", item.explanation)):
        yield from _on_sentence(field, words, most=LONGEST_IN_ITEM)


def _on_options(item: Item, grader: Grader) -> Iterator[_Remark]:
    """A wrong option that says the same as the right one."""
    if item.kind is not Kind.SINGLE:
        return
    right = item.options[item.right[0]]
    for option in item.options:
        if option != right and _same(grader, item.question, Point(right), Point(option)):
            yield _remark("options", "wrong_option", option=excerpt(option), right=excerpt(right))


def _on_words(item: Item, grader: Grader) -> Iterator[_Remark]:
    task = quiz.task(item)
    for field, key, answer in _own_answers(item):
        if grader.grade(task, answer).verdict is not Verdict.CORRECT:
            yield _remark(field, key, answer=excerpt(answer))
    if item.kind is Kind.NUMBER:
        for point in item.points:
            if figures(point.text) > 1:
                yield _remark("answer", "several_figures", answer=excerpt(point.text))
    for first, second in _same_points(item, grader):
        yield _remark("points", "same_points", first=excerpt(first.text), second=excerpt(second.text))


def _own_answers(item: Item) -> Iterator[tuple[str, str, str]]:
    """The model answer, and the same with each alias in its point's place."""
    texts = [point.text for point in item.points]
    yield "answer" if len(texts) == 1 else "points", "own_answer", "、".join(texts)
    for index, point in enumerate(item.points):
        for alias in point.aliases:
            yield "aliases", "own_alias", "、".join([*texts[:index], alias, *texts[index + 1 :]])


def _same_points(item: Item, grader: Grader) -> Iterator[tuple[Point, Point]]:
    """Points of one item that say the same."""
    for number, first in enumerate(item.points):
        for second in item.points[number + 1 :]:
            if _same(grader, item.question, first, second):
                yield first, second


def _same(grader: Grader, question: str, one: Point, other: Point) -> bool:
    """Whether each passes for the other beyond doubt."""
    grades = [
        grader.grade(Task(Kind.SHORT, question, (wanted,)), given.text)
        for wanted, given in ((one, other), (other, one))
    ]
    return all(grade.verdict is Verdict.CORRECT and not grade.near_edge for grade in grades)
