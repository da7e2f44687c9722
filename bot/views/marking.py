"""How a marked answer in words is shown: what was matched, point by point, and why."""

from markupsafe import Markup, escape

from bot import texts
from study.grading import Match, Reason, Verdict
from study.items import Item
from study.quiz import Mark

LONGEST_GIVEN = 300
LONGEST_PARAM = 60
MOST_REASONS = 4
# What is worth a word even when all is well.
_NOTES = frozenset({"slip", "pinyin", "appeal_accepted"})


def given(mark: Mark, *, key: str = "quiz.given") -> Markup:
    """The answer as typed; unless it is right, the words that make a point are underlined."""
    said = mark.given.strip()
    text = short(said, LONGEST_GIVEN)
    end = len(said) if text == said else len(text) - 1
    offset = len(mark.given) - len(mark.given.lstrip())
    right = mark.verdict is Verdict.CORRECT
    matched = mark.grade.matched if mark.grade and not right else ()
    return texts.html(key, given=_underlined(text, _spans(matched, offset=offset, end=end)))


def points(item: Item, mark: Mark) -> list[Markup]:
    """Each point with a tick or as missing; a single one as the reference, unless that is what was said."""
    if len(item.points) == 1:
        said = mark.verdict is Verdict.CORRECT and mark.given.strip() == item.points[0].text
        return [] if said else [texts.html("quiz.reference", answer=item.points[0].text)]
    missing = set(mark.grade.missing) if mark.grade else set(range(len(item.points)))
    return [
        texts.html("quiz.point_missing" if place in missing else "quiz.point_hit", point=point.text)
        for place, point in enumerate(item.points)
    ]


def reasons(item: Item, mark: Mark) -> list[Markup]:
    """Why, in a few lines; what `points` shows is not told again."""
    if mark.grade is None:
        return []
    kept = [
        reason
        for reason in mark.grade.reasons
        if not _is_shown(reason, item) and (mark.verdict is not Verdict.CORRECT or reason.key in _NOTES)
    ]
    return [_reason(reason) for reason in kept[:MOST_REASONS]]


def _is_shown(reason: Reason, item: Item) -> bool:
    if len(item.points) > 1:
        return reason.key in ("hits", "missing")
    return reason.key == "missing" and reason.params.get("points") == item.points[0].text


def short(text: str, most: int) -> str:
    """The text without space around it, cut with an ellipsis."""
    text = text.strip()
    return text if len(text) <= most else text[: most - 1] + "…"


def _reason(reason: Reason) -> Markup:
    params = {name: short(value, LONGEST_PARAM) for name, value in reason.params.items()}
    return texts.html("quiz.reason", reason=texts.html(f"grade.reason.{reason.key}", **params))


def _spans(matched: tuple[Match, ...], *, offset: int, end: int) -> list[tuple[int, int]]:
    """Where the matches stand in the text as shown, in order, those that touch joined."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted((one.start - offset, one.end - offset) for one in matched):
        start, stop = max(0, start), min(stop, end)
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        elif start < stop:
            joined.append((start, stop))
    return joined


def _underlined(text: str, spans: list[tuple[int, int]]) -> Markup:
    pieces, at = [], 0
    for start, stop in spans:
        pieces += [escape(text[at:start]), Markup("<u>{}</u>").format(text[start:stop])]
        at = stop
    return Markup("").join([*pieces, escape(text[at:])])
