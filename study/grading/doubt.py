"""The benefit of the doubt: an answer told freely, of which only single characters are known, may be right."""

from dataclasses import replace

from study.grading import negation, words
from study.grading.answer import Answer
from study.grading.verdict import Grade, Task, Verdict
from study.grading.wording import Question
from study.items import Kind

_NOTHING_AGAINST = frozenset(("missing", "hits", "extra", "stuffing", "synonym", "slip", "pinyin"))
_SHARED = 2
"""Characters of its own that an answer has to share with the reference."""
_FREELY = 1.15
"""How much longer than the reference an answer told in one's own words is at least."""
_SCORE = 0.34
_COMMON = frozenset("的一是了人不在有大中为上个工作行")


def benefit(task: Task, asked: Question, given: Answer, grade: Grade) -> Grade:
    """A wrong answer made partial and `near_edge`, if nothing speaks against it and it may say the same in other words.

    Either it is a piece of the reference, word for word; or it is told at length, as people talk, shares something with the
    reference that the question does not say, and has as many clauses as a list has points. It denies as much as the
    reference, and holds no opposite.
    """
    if not task.points or grade.verdict is not Verdict.WRONG or task.kind not in (Kind.SHORT, Kind.LIST):
        return grade
    if not {reason.key for reason in grade.reasons} <= _NOTHING_AGAINST:
        return grade
    texts = [text for point in task.points for text in (point.text, *point.aliases)]
    reference = words.plain("".join(texts))
    if any(given.denied) != any(any(negation.denied(text)) for text in texts):
        return grade
    told = {char for char in given.plain if char not in asked.plain and not words.is_stop(char)} - _COMMON
    own = set(reference) - set(asked.plain)
    if any(words.are_opposed(one, other) for one in told - own for other in own - told):
        return grade
    lifted = _is_piece(task, told, given) or (
        len(told & own) >= _SHARED
        and len(given.plain) >= _FREELY * sum(len(words.plain(point.text)) for point in task.points)
        and any(words.is_stop(word) for word, _, _ in given.tokens)
        and (task.kind is Kind.SHORT or 0 <= len(given.segments) - len(task.points) <= 1)
    )
    return replace(grade, verdict=Verdict.PARTIAL, score=_SCORE, near_edge=True) if lifted else grade


def _is_piece(task: Task, told: set[str], given: Answer) -> bool:
    """Whether a short answer is a whole piece of the reference (冲洗 of 用流动清水冲洗)."""
    if task.kind is not Kind.SHORT or len(told) < _SHARED:
        return False
    whole = words.plain(task.points[0].text)
    at = whole.find(given.plain)
    edges, place = {0}, 0
    for word, _ in words.tagged(whole):
        place += len(word)
        edges.add(place)
    # 记名投票 is no piece of 无记名投票.
    return at >= 0 and {at, at + len(given.plain)} <= edges and not negation.denied(whole)[at]
