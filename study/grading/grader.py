"""The face of grading: from a task and an answer to a verdict with its reasons."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from study.grading import doubt, glance, lists, matching, numerals, outcomes, polarity, prose, units, words
from study.grading.answer import Answer, prepared
from study.grading.lexicon import Lexicon
from study.grading.likeness import Likeness, Sought
from study.grading.normalise import fold
from study.grading.polarity import Pole
from study.grading.verdict import Grade, Reason, Task, Verdict
from study.grading.wording import Analyst, Part, Question, Wording, question
from study.grading.words import Words
from study.items import Kind, Point


@dataclass(frozen=True)
class _Prepared:
    """A task made ready: its question and, for each point, its wordings (the author's text first)."""

    task: Task
    question: Question
    points: tuple[tuple[Wording, ...], ...]
    plain: tuple[str, ...]
    must: tuple[Part, ...]
    must_not: tuple[Part, ...]
    pole: Pole
    sought: Sought | None

    @property
    def is_list(self) -> bool:
        return len(self.points) > 1


class Grader:
    """Marks answers as a fair secretary would. Deterministic; never raises on any answer.

    Tasks are analysed once and kept; what is kept is bounded.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = Words(lexicon)
        self._likeness = Likeness(lexicon.learned) if lexicon.learned is not None else None
        self._prepare = lru_cache(maxsize=4096)(self._prepared)

    def grade(self, task: Task, answer: str) -> Grade:
        """The mark for `answer`, with its reasons."""
        ready = self._prepare(task)
        begin = _restated(ready.question.plain, prepared(answer, ready.question.negations))
        grade = self._marked(ready, task, answer[begin:])
        if not begin:
            return grade
        matched = (
            replace(match, start=match.start + begin, end=match.end + begin) for match in grade.matched
        )
        return replace(grade, matched=tuple(matched))

    def _marked(self, ready: _Prepared, task: Task, answer: str) -> Grade:
        given = prepared(answer, ready.question.negations)
        polar = ready.pole is not Pole.UNCLEAR
        if polar and not given.plain and (grade := polarity.judge(task, ready.pole, given)):
            return grade
        if grade := glance.judge(task, ready.plain, ready.question.plain, given):
            return grade
        if polar and (grade := polarity.judge(task, ready.pole, given)):
            return self._guarded(ready, given, grade)
        grade = doubt.benefit(task, ready.question, given, self._weighed(ready, given))
        if self._likeness is not None and ready.sought is not None:
            grade = self._likeness.weigh(ready.sought, ready.question, given, grade)
        return self._guarded(ready, given, grade)

    def _prepared(self, task: Task) -> _Prepared:
        asked = question(task.question)
        points = _points(task, asked.text)
        analyst = Analyst(self._words, asked, "|".join(words.plain(point.text) for point in points))
        is_list = len(points) > 1
        common = lists.shared([words.plain(point.text) for point in points]) if is_list else ("", "")
        wordings = tuple(
            (
                *(
                    analyst.wording(text, whole=is_list, figure=task.kind is Kind.NUMBER, shared=common)
                    for text in _wordings(point)
                ),
                *(analyst.wording(text, whole=True, atomic=True) for text in self._same(point) if is_list),
            )
            for point in points
        )
        polar = len(points) == 1 and polarity.is_polar_question(task.question)
        return _Prepared(
            task=task,
            question=asked,
            points=wordings,
            plain=tuple(wording.plain for one in wordings for wording in one),
            must=tuple(_named(part) for text in task.must if (part := analyst.part(text))),
            must_not=tuple(part for text in task.must_not if (part := analyst.part(text))),
            pole=polarity.of_reference(points[0].text) if polar else Pole.UNCLEAR,
            sought=self._likeness.sought(task, asked) if self._likeness is not None else None,
        )

    def _same(self, point: Point) -> tuple[str, ...]:
        """Synonyms of a whole point: in a list, what all points share is cut off, so that its words are not looked up."""
        return self._words.same(words.plain(point.text))

    def _weighed(self, ready: _Prepared, given: Answer) -> Grade:
        """The mark by points, or by the wording that the answer meets best."""
        if ready.is_list:
            points = [[part for wording in wordings for part in wording.parts] for wordings in ready.points]
            return lists.judge(ready.task, points, ready.question, given, self._words)
        grades = (
            prose.judge(wording, ready.task, ready.question, given, self._words)
            for wordings in ready.points
            for wording in wordings
            if ready.pole is Pole.UNCLEAR or not polarity.is_bare(wording.text)
        )
        missing = Reason("missing", {"points": "；".join(point.text for point in ready.task.points)})
        return max(grades, key=_rank, default=outcomes.wrong(ready.task, missing))

    def _guarded(self, ready: _Prepared, given: Answer, grade: Grade) -> Grade:
        """The grade after a look at what the author insists on."""
        for part in ready.must_not:
            if self._says(part, given):
                return outcomes.wrong(ready.task, Reason("must_not", {"word": part.label}))
        for part in ready.must:
            if grade.verdict is Verdict.CORRECT and not self._says(part, given):
                reasons = (*grade.reasons, Reason("must", {"word": part.label}))
                return replace(grade, verdict=Verdict.PARTIAL, score=min(grade.score, 0.7), reasons=reasons)
        return grade

    def _says(self, part: Part, given: Answer) -> bool:
        said = matching.say(part, given, 0, len(given.plain), self._words)
        return said.score >= lists.ENOUGH and not said.against


_NUMERAL = re.compile(numerals.NUMERAL)
_ASKED_UNIT = re.compile(rf"(?:_+|几|多少)\s*(个?(?:{units.PATTERN}))")


def _points(task: Task, asked: str) -> tuple[Point, ...]:
    """What has to be said: figures that are asked together stand in one text, a bare one gets the unit it was asked in."""
    points = task.points
    if task.kind is Kind.NUMBER and len(points) > 1:
        points = (Point("；".join(point.text for point in points)),)
    unit = _ASKED_UNIT.search(asked)
    if unit is None or len(points) != 1 or numerals.value(fold(points[0].text).text.strip()) is None:
        return points
    return (replace(points[0], text=points[0].text.strip() + unit[1]),)


def _restated(asked: str, given: Answer) -> int:
    """How many characters of the typed answer say the question again before it is answered; 0 if it is not."""
    size = len(asked)
    for own in (asked, asked.rstrip("吗呢")):
        if len(own) >= _WORTH_SAYING and given.plain.startswith(own) and len(given.plain) > len(own):
            size = len(own)
            break
    else:
        return 0
    begin = given.at[size]
    # 几月几日：5月12日 is a restatement; what goes on in the same breath is not.
    between = given.text[given.at[size - 1] + 1 : begin]
    return given.origin[begin] if between.strip(' _"') else 0


_WORTH_SAYING = 4
"""Characters of a question that somebody says again."""
_BRACKETS = re.compile(r"[(（]([^()（）]{1,20})[)）]")


def _readings(text: str) -> tuple[str, ...]:
    """A reference with a bracket can be said with and without it; a figure or a foreign name in it stands for itself."""
    outside = _BRACKETS.sub("", text)
    if outside == text or not words.plain(outside):
        return (text,)
    inside = [
        found for found in _BRACKETS.findall(text) if found.isascii() or words.plain(found)[:1].isdigit()
    ]
    return (outside, text, *inside)


def _wordings(point: Point) -> tuple[str, ...]:
    """The author's wordings."""
    aliases = (text for text in point.aliases if not _is_bare_figure(text, point.text))
    return (*_readings(point.text), *aliases)


_LEVEL = {Verdict.WRONG: 0, Verdict.PARTIAL: 1, Verdict.CORRECT: 2}


def _named(part: Part) -> Part:
    """A part that only has to be named, affirmed or denied."""
    return replace(part, units=tuple(replace(unit, given=True) for unit in part.units))


def _is_bare_figure(alias: str, text: str) -> bool:
    """15 beside 15秒: says nothing new, since a bare figure is right anyway, but would let 15分钟 pass."""
    bare = numerals.value(fold(alias).text.strip())
    first = _NUMERAL.match(fold(text).text.strip())
    return bare is not None and first is not None and numerals.value(first[0]) == bare


def _rank(grade: Grade) -> tuple[int, float]:
    return _LEVEL[grade.verdict], grade.score
