"""Compares the figures of an answer with those that were asked, by value."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from study.grading import quantities
from study.grading.answer import Answer
from study.grading.normalise import fold, squeeze
from study.grading.quantities import Fit, Quantity, Sort
from study.grading.verdict import Reason
from study.grading.wording import Question
from study.grading.words import carries, tagged


@dataclass(frozen=True)
class Figured:
    """For each figure asked: how well it was given and where (a span of the typed answer); and what speaks against.

    `rivals` are other figures of the same sort, each of which would be a wrong answer.
    """

    fits: tuple[Fit, ...] = ()
    spans: tuple[tuple[int, int] | None, ...] = ()
    reasons: tuple[Reason, ...] = ()
    rivals: tuple[str, ...] = ()


_LIMIT = re.compile(r"不得?(?:超过|多于|高于|长于)|最多|至多|最高|最长|以内|以下")
_UP = frozenset({">", ">="})
_OR = re.compile(r"或|还是|要么|不是.{1,12}就是")


def expectations(wanted: tuple[Quantity, ...]) -> tuple[frozenset[int], bool]:
    """What to read ambiguous figures as: the numbers of parts that dates have, and whether a share is asked."""
    dates = frozenset(2 if figure.date[0] is None else 3 for figure in wanted if figure.sort is Sort.DATE)
    return dates, any(figure.sort is Sort.SHARE for figure in wanted)


def compare(
    wanted: tuple[Quantity, ...],
    answer: Answer,
    question: Question,
    *,
    tolerance: float | None = None,
    labels: tuple[str, ...] = (),
) -> Figured:
    """How the answer's figures stand to `wanted`; `labels` name these in reasons."""
    if not wanted:
        return Figured()
    return _Comparison(wanted, answer, question, tolerance, labels).result()


def in_turn(figured: Figured, wanted: tuple[Quantity, ...], answer: Answer, question: Question) -> Figured:
    """The figures in the order in which the question asks for them, or by the words that say which is which.

    A figure given for another one is wrong: 门诊30年、住院15年 for 15 and 30 years.
    """
    spans = [span for span in figured.spans if span is not None]
    told = len(spans) == len(wanted) == len(set(spans)) > 1 and min(figured.fits) > Fit.WRONG
    if not told or not question.several:
        return figured
    ranks = _named_ranks(spans, answer.typed, question.plain) or _ranks([start for start, _ in spans])
    fits = tuple(
        fit if rank == index else Fit.WRONG
        for index, (fit, rank) in enumerate(zip(figured.fits, ranks, strict=True))
    )
    return figured if fits == figured.fits else Figured(fits, figured.spans, figured.reasons, figured.rivals)


def _ranks(places: list[int]) -> list[int]:
    order = sorted(places)
    return [order.index(place) for place in places]


def _named_ranks(spans: list[tuple[int, int]], typed: str, asked: str) -> list[int] | None:
    """Which of the things asked each figure is said of, by words of the question before it, or else after it."""
    order = sorted(spans)
    ends = [0, *(end for _, end in order)]
    before = {span: typed[ends[index] : span[0]] for index, span in enumerate(order)}
    starts = [*(start for start, _ in order[1:]), len(typed)]
    after = {span: typed[span[1] : starts[index]] for index, span in enumerate(order)}
    for beside in (before, after):
        texts = [beside[span] for span in spans]
        others = ["".join(texts[:index] + texts[index + 1 :]) for index in range(len(texts))]
        places = [_place(text, rest, asked) for text, rest in zip(texts, others, strict=True)]
        found = [place for place in places if place is not None]
        if len(found) == len(spans) == len(set(found)):
            return _ranks(found)
    return None


def _place(text: str, others: str, asked: str) -> int | None:
    """Where the question speaks of what `text` names and `others` do not."""
    own = squeeze(fold(text).text)
    return min(
        (asked.find(char) for char in own if asked.count(char) == 1 and char not in others), default=None
    )


class _Comparison:
    """One answer's figures against those of one wording."""

    def __init__(
        self,
        wanted: tuple[Quantity, ...],
        answer: Answer,
        question: Question,
        tolerance: float | None,
        labels: tuple[str, ...],
    ) -> None:
        self._wanted = wanted
        self._answer = answer
        self._question = question
        self._tolerance = tolerance
        self._labels = labels or ("",) * len(wanted)
        given = _ends(wanted, answer.quantities(*expectations(wanted)), answer.figures, question)
        self._denied = [quantity for quantity in given if quantity.negated]
        self._asserted = [quantity for quantity in given if not quantity.negated]
        self._left = list(self._asserted)
        self._text = answer.figures
        self._reasons: list[Reason] = []

    def result(self) -> Figured:
        fits, spans = [], []
        for figure, label in zip(self._wanted, self._labels, strict=True):
            fit, span = self._settle(figure, label)
            fits.append(fit)
            spans.append(span)
        rivals = self._rivals()
        for fit, figure, label in zip(fits, self._wanted, self._labels, strict=True):
            self._explain(fit, figure, label, rivals)
        return Figured(tuple(fits), tuple(spans), tuple(self._reasons), rivals)

    def _settle(self, figure: Quantity, label: str) -> tuple[Fit, tuple[int, int] | None]:
        """How well one figure was given, and where."""
        pair = _pair(figure, self._left) if figure.sort is Sort.RATIO else None
        if pair is not None:
            self._left = [quantity for quantity in self._left if quantity not in pair]
            fit = Fit.RIGHT if pair[0].low == figure.low else Fit.WRONG
            return fit, self._answer.figure_span(pair[0].start, pair[1].end)
        best, fit = self._best(figure, self._left)
        if fit <= Fit.WRONG and len(self._asserted) < len(self._wanted):
            # One figure may serve twice (都是三年).
            again, fit_again = self._best(figure, self._asserted)
            if fit_again > Fit.WRONG:
                best, fit = again, fit_again
        if best is None or fit <= Fit.WRONG:
            return fit, None
        if best in self._left:
            self._left.remove(best)
        fit = self._bounded(figure, best, fit, label)
        return fit, self._answer.figure_span(best.start, best.end) if fit > Fit.WRONG else None

    def _best(self, figure: Quantity, given: list[Quantity]) -> tuple[Quantity | None, Fit]:
        best, fit = None, Fit.OTHER
        for quantity in given:
            found = self._fit(figure, quantity)
            if found is Fit.WRONG and self._tolerance is not None:
                found = Fit.RIGHT if abs(quantity.low - figure.low) <= self._tolerance else found
            if found is Fit.WRONG and self._echoes(quantity):
                found = Fit.OTHER
            if found is Fit.COARSE and figure.per and not quantity.per and self._question.interval:
                # 至少一次 does not say how often.
                found = Fit.OTHER
            if found > fit:
                best, fit = quantity, found
        return best, fit

    def _fit(self, figure: Quantity, quantity: Quantity) -> Fit:
        if figure.sort is Sort.SHARE and quantity.scale == "degrees" and _SPIRIT.search(self._question.text):
            # The degrees of spirit are its share of alcohol.
            quantity = replace(quantity, scale="")
        fit = quantities.fit(figure, quantity, period=self._question.period, known=self._question.known)
        if fit is Fit.WRONG and self._question.several and len(self._wanted) == 1:
            return Fit.COARSE if _shares_an_end(figure, quantity) else fit
        return fit

    def _bounded(self, figure: Quantity, given: Quantity, fit: Fit, label: str) -> Fit:
        """The fit after a look at comparators: 最多32学时 is wrong where 不少于 is asked."""
        # Where the least and the most are asked, the bound of the question belongs to one of them.
        both = len(self._wanted) > 1 and self._question.bounded
        expected = figure.bound or ("" if both else self._question.bound)
        if expected and given.bound and (expected in _UP) != (given.bound in _UP):
            near = self._text[max(0, given.start - 4) : given.end + 2].strip()
            self._reasons.append(Reason("comparator", {"given": near, "wanted": label}))
            return Fit.WRONG
        limits = given.scale in ("seconds", "months") and "内" in self._text[given.end : given.end + 3]
        # Of two figures asked in one question, a bound may belong to the second.
        elsewhere = len(self._wanted) > 1 and _LIMIT.search(self._question.text)
        if not expected and given.bound.startswith("<") and not limits and not elsewhere:
            return min(fit, Fit.COARSE)
        return fit

    def _rivals(self) -> tuple[str, ...]:
        """Figures left over that would each be a wrong answer."""
        found = []
        for quantity in self._left:
            fits = [self._fit(figure, quantity) for figure in self._wanted]
            if max(fits) >= Fit.DOUBTFUL or max(fits) is Fit.OTHER:
                continue
            if (
                quantity.sort is Sort.DATE
                and max(fits) is Fit.COARSE
                and len(self._asserted) > len(self._left)
            ):
                # 元旦，1月1号: the same day again, less of it.
                continue
            if self._echoes(quantity) and not _OR.search(self._text):
                continue
            found.append(self._text[quantity.start : quantity.end])
        return tuple(found)

    def _echoes(self, quantity: Quantity) -> bool:
        """Whether the question itself has the figure, so that repeating it says nothing."""
        period = self._question.period
        if (
            period is not None
            and quantity.sort is Sort.AMOUNT
            and quantity.per is None
            and quantity.scale == period.scale
            and quantity.low * quantity.factor == period.size
        ):
            return True
        return any(
            quantities.fit(figure, quantity) >= Fit.DOUBTFUL
            for figure in self._question.figures
            if figure.sort is not Sort.PERIOD
        )

    def _explain(self, fit: Fit, figure: Quantity, label: str, rivals: tuple[str, ...]) -> None:
        if fit is Fit.COARSE:
            self._reasons.append(Reason("coarse", {"wanted": label}))
        elif fit is Fit.WRONG and rivals:
            self._reasons.append(Reason("figure", {"given": rivals[0], "wanted": label}))
        elif fit is Fit.OTHER:
            denied = next((one for one in self._denied if self._fit(figure, one) > Fit.WRONG), None)
            if denied is not None:
                self._reasons.append(Reason("negated", {"word": self._text[denied.start : denied.end]}))
            elif not self._asserted:
                self._reasons.append(Reason("figure_missing", {"wanted": label}))


_SPIRIT = re.compile(r"酒|乙醇")


def _shares_an_end(wanted: Quantity, given: Quantity) -> bool:
    """Whether one of two ranges' ends is right, the other wrong."""
    if not (wanted.is_range and given.is_range and wanted.sort is given.sort and wanted.scale == given.scale):
        return False
    ends = ((wanted.low, given.low), (wanted.high, given.high))
    return any(one * wanted.factor == other * given.factor for one, other in ends)


_STROKE = re.compile(r"(\d+)/(\d+)")


def _ends(
    wanted: tuple[Quantity, ...], given: tuple[Quantity, ...], text: str, question: Question
) -> tuple[Quantity, ...]:
    """A range as its two ends, where two figures of one kind are asked (半年到一年); so is a pair with a stroke (140/90)."""
    if len(wanted) != 2 or len(given) != 1 or any(figure.is_range for figure in wanted):
        return given
    if {figure.sort for figure in wanted} != {Sort.AMOUNT} or len({figure.scale for figure in wanted}) > 1:
        return given
    one = given[0]
    if one.sort is Sort.SHARE and (pair := _STROKE.fullmatch(text[one.start : one.end])):
        cut = one.start + pair.end(1)
        known = replace(one, sort=Sort.AMOUNT)
        high, low = float(pair[1]), float(pair[2])
        return (
            replace(known, low=high, high=high, end=cut),
            replace(known, low=low, high=low, start=cut + 1),
        )
    if not one.is_range or not (question.several or {figure.bound[:1] for figure in wanted} == {"<", ">"}):
        return given
    return replace(one, high=one.low), replace(one, low=one.high)


def _pair(figure: Quantity, given: list[Quantity]) -> tuple[Quantity, Quantity] | None:
    """A ratio told as two amounts (按压30次吹气2次), in either order."""
    for one, other in pairwise(given):
        if one.sort is other.sort is Sort.AMOUNT and {one.low, other.low} == {figure.low, figure.high}:
            return one, other
    return None


def apart(answer: Answer, rivals: tuple[str, ...]) -> bool:
    """Whether rival figures stand in clauses of their own, with something said about them."""
    text = answer.figures
    if _OR.search(text):
        return False
    for rival in rivals:
        clause = text[: text.find(rival)].replace("，", ",").rsplit(",", 1)[-1]
        spoken = words_of(clause)
        if not spoken:
            return False
    return True


def words_of(clause: str) -> list[str]:
    """The words of a clause that say something, figures aside."""
    return [word for word, tag in tagged(squeeze(clause)) if carries(word, tag) and not word[0].isdigit()]
