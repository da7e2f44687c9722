"""Compares the figures of an answer with those that were asked, by value."""

import re
from dataclasses import dataclass
from itertools import pairwise

from study.grading import quantities
from study.grading.answer import Answer
from study.grading.normalise import squeeze
from study.grading.quantities import Fit, Quantity, Sort
from study.grading.verdict import Reason
from study.grading.wording import Question
from study.grading.words import carries, tagged


@dataclass(frozen=True)
class Figured:
    """For each figure asked: how well it was given and where (a span of the typed answer); and what speaks against."""

    fits: tuple[Fit, ...]
    spans: tuple[tuple[int, int] | None, ...]
    reasons: tuple[Reason, ...]
    rivals: tuple[str, ...]
    given: int


_OR = re.compile(r"或|还是|要么|不是.{1,12}就是")
_UP = frozenset({">", ">="})


def _clash(wanted: Quantity, given: Quantity, question: Question) -> bool:
    """Whether the comparators point in opposite directions."""
    expected = wanted.bound or question.bound
    if not expected or not given.bound:
        return False
    return (expected in _UP) != (given.bound in _UP)


def expectations(wanted: tuple[Quantity, ...]) -> tuple[frozenset[int], bool]:
    """What to read ambiguous figures as."""
    dates = frozenset(2 if figure.date[0] is None else 3 for figure in wanted if figure.sort is Sort.DATE)
    return dates, any(figure.sort is Sort.SHARE for figure in wanted)


def compare(
    wanted: tuple[Quantity, ...], answer: Answer, question: Question, tolerance: float | None = None
) -> Figured:
    """How the answer's figures stand to `wanted`."""
    dates, shares = expectations(wanted)
    given = answer.quantities(dates, shares)
    text = answer.figures
    asserted = [quantity for quantity in given if not quantity.negated]
    left = list(asserted)
    fits: list[Fit] = []
    spans: list[tuple[int, int] | None] = []
    reasons: list[Reason] = []
    for figure in wanted:
        if figure.sort is Sort.RATIO:
            pair = _pair(figure, left)
            if pair is not None:
                left = [quantity for quantity in left if quantity not in pair]
                fits.append(Fit.RIGHT if pair[0].low == figure.low else Fit.WRONG)
                spans.append(answer.figure_span(pair[0].start, pair[1].end))
                continue
        best, fit = _best(figure, left, question, tolerance)
        if fit <= Fit.WRONG:
            # The same figure may serve twice (两个都是三年).
            again, fit_again = _best(figure, asserted, question, tolerance)
            if fit_again > Fit.WRONG and len(wanted) > 1 and len(asserted) < len(wanted):
                best, fit = again, fit_again
        if best is not None and fit > Fit.WRONG and _clash(figure, best, question):
            fit = Fit.WRONG
            reasons.append(Reason("comparator", {"given": _bounded(text, best)}))
        elif (
            best is not None
            and fit > Fit.WRONG
            and not (figure.bound or question.bound)
            and best.bound.startswith("<")
            and not _within(text, best)
        ):
            fit = min(fit, Fit.COARSE)
        if best is not None and fit > Fit.WRONG and best in left:
            left.remove(best)
        fits.append(fit)
        spans.append(
            answer.figure_span(best.start, best.end) if best is not None and fit > Fit.WRONG else None
        )
    rivals = []
    for quantity in left:
        if any(
            quantities.fit(figure, quantity, period=question.period, known=question.known) >= Fit.DOUBTFUL
            for figure in wanted
        ):
            continue
        if _echo(quantity, question) and not _OR.search(text):
            continue
        against = [
            figure
            for figure in wanted
            if quantities.fit(figure, quantity, period=question.period, known=question.known) is not Fit.OTHER
        ]
        if against:
            rivals.append(text[quantity.start : quantity.end])
    for figure, fit in zip(wanted, fits, strict=True):
        if fit is Fit.WRONG and rivals and not any(reason.key == "comparator" for reason in reasons):
            reasons.append(Reason("figure", {"given": rivals[0]}))
        elif fit is Fit.COARSE:
            reasons.append(Reason("coarse"))
        elif fit is Fit.OTHER and any(
            quantity.negated
            and quantities.fit(figure, quantity, period=question.period, known=question.known) > Fit.WRONG
            for quantity in given
        ):
            reasons.append(Reason("negated", {"word": ""}))
    return Figured(tuple(fits), tuple(spans), tuple(reasons), tuple(rivals), len(asserted))


def _within(text: str, quantity: Quantity) -> bool:
    """A time limit said where none was asked for: 4分钟以内 for 4分钟."""
    return quantity.scale in ("seconds", "months") and "内" in text[quantity.end : quantity.end + 3]


def _pair(figure: Quantity, given: list[Quantity]) -> tuple[Quantity, Quantity] | None:
    """A ratio told as two amounts (按压30次吹气2次), in either order."""
    for one, other in pairwise(given):
        if one.sort is other.sort is Sort.AMOUNT and {one.low, other.low} == {figure.low, figure.high}:
            return one, other
    return None


def _bounded(text: str, quantity: Quantity) -> str:
    return text[max(0, quantity.start - 4) : quantity.end + 2].strip()


def _best(
    figure: Quantity, given: list[Quantity], question: Question, tolerance: float | None
) -> tuple[Quantity | None, Fit]:
    best, fit = None, Fit.OTHER
    for quantity in given:
        found = quantities.fit(figure, quantity, period=question.period, known=question.known)
        if found is Fit.WRONG and tolerance is not None and abs(quantity.low - figure.low) <= tolerance:
            found = Fit.RIGHT
        if found is Fit.WRONG and _echo(quantity, question):
            found = Fit.OTHER
        if found > fit:
            best, fit = quantity, found
    return best, fit


def _echo(quantity: Quantity, question: Question) -> bool:
    """Whether the question itself has the figure, so that repeating it says nothing."""
    if question.period and quantity.sort is Sort.AMOUNT and quantity.per is None:
        if quantity.scale == question.period.scale and quantity.low * quantity.factor == question.period.size:
            return True
    return any(
        quantities.fit(figure, quantity) >= Fit.DOUBTFUL
        for figure in question.figures
        if figure.sort is not Sort.PERIOD
    )


def apart(answer: Answer, rivals: tuple[str, ...]) -> bool:
    """Whether rival figures stand in clauses of their own, with something said about them."""
    text = answer.figures
    if _OR.search(text):
        return False
    for rival in rivals:
        at = text.find(rival)
        clause = text[:at].replace("，", ",").rsplit(",", 1)[-1]
        if not any(carries(word, tag) and not word[0].isdigit() for word, tag in tagged(squeeze(clause))):
            return False
    return True
