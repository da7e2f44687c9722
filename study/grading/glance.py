"""Answers that one look settles: empty, 不知道, the question again, or the reference word for word."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from study.grading import matching, numerals, outcomes, units, words
from study.grading.answer import Answer
from study.grading.verdict import Grade, Reason, Task

_UNKNOWN = re.compile(
    r"不(?:太)?(?:知道|清楚|会|懂|记得|晓得|了解|确定)|忘(?:记|了|光)?|记不(?:清|得|住)|想不起来?|没(?:学|背|看|听|记|印象)(?:过|住|到)?|没有?印象|随便|跳过|略|下一题|无可奉告|不想答|放弃|pass|蒙的?|瞎猜|猜的?|答不(?:上|出)来?|求答案"
)


_FIGURE_WITH_MARK = re.compile(r"\d+[.:/%-]\d+")
"""A figure that squeezing would spoil (2.5, 30:2)."""

_FIGURE_SAID = re.compile(rf"(?<!第)(?:{numerals.NUMERAL})个?(?:{units.PATTERN})|半[年月天]")
"""A figure with its unit, which says something, whatever else is not known (3个月，后面那个不清楚)."""
_SHARE_SIGN = re.compile(r"[%％‰]")
_BELOW_ZERO = re.compile(r"[-−－–]\d")
_COPY_SHARE = 0.75
_COPY_RATIO = 92


def judge(task: Task, wordings: Sequence[str], asked: str, given: Answer) -> Grade | None:
    """The mark if it is plain at once. `wordings` and `asked` are plain texts, the author's own wording first."""
    if not given.plain:
        return outcomes.wrong(task, Reason("empty"))
    if len(task.points) == 1 and given.plain in wordings and _same_figures(task, wordings, given):
        return outcomes.correct(given, Reason("exact"))
    if len(task.points) == 1:
        for text in wordings:
            if matching.same_but_for_slips(text, given.plain):
                return outcomes.correct(given, Reason("slip", {"given": given.plain, "wanted": text}))
    if _says_nothing(given):
        return outcomes.wrong(task, Reason("unknown"))
    if _copies(wordings, asked, given):
        return outcomes.wrong(task, Reason("question_copy"))
    return None


def _same_figures(task: Task, wordings: Sequence[str], given: Answer) -> bool:
    """Equal but for punctuation is equal, unless the punctuation belongs to a figure."""
    if given.plain != wordings[0]:
        return True
    signs = [set(_SHARE_SIGN.findall(text)) for text in (task.points[0].text, given.typed)]
    if all(signs) and signs[0] != signs[1]:
        return False
    if bool(_BELOW_ZERO.match(task.points[0].text.strip())) is not bool(
        _BELOW_ZERO.match(given.typed.strip())
    ):
        return False
    return _FIGURE_WITH_MARK.findall(task.points[0].text) == _FIGURE_WITH_MARK.findall(given.typed)


def _says_nothing(given: Answer) -> bool:
    if not _UNKNOWN.search(given.text):
        return False
    told = _UNKNOWN.sub("，", given.text)
    if _FIGURE_SAID.search(told):
        return False
    rest = words.plain(told)
    return not any(words.carries(word, tag) for word, tag in words.tagged(rest))


def _copies(wordings: Sequence[str], asked: str, given: Answer) -> bool:
    if len(given.plain) < max(4.0, _COPY_SHARE * len(asked)):
        return False
    if any(text and text in given.plain and text not in asked for text in wordings):
        return False
    return fuzz.ratio(given.plain, asked) >= _COPY_RATIO
