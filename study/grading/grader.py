"""The face of grading: from a task and an answer to a verdict with its reasons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from study.grading import figures, lists, matching, polarity, words
from study.grading.answer import Answer, prepared
from study.grading.lexicon import Lexicon
from study.grading.polarity import Pole
from study.grading.quantities import Fit
from study.grading.verdict import Grade, Match, Reason, Task, Verdict
from study.grading.wording import Analyst, Part, Question, Wording, question
from study.grading.words import Words
from study.items import Kind


@dataclass(frozen=True)
class _Prepared:
    """A task made ready: its question and, for each point, its wordings (the author's text first)."""

    question: Question
    points: tuple[tuple[Wording, ...], ...]
    whole: tuple[str, ...]
    must: tuple[Part, ...]
    must_not: tuple[Part, ...]
    pole: Pole
    bare_pole: bool


_UNKNOWN = re.compile(
    r"不(?:太)?(?:知道|清楚|会|懂|记得|晓得|了解|确定)|忘(?:记|了|光)?|记不(?:清|得|住)|想不起来?|没(?:学|背|看|听|记|印象)(?:过|住|到)?|没有?印象|随便|跳过|略|下一题|无可奉告|不想答|放弃|pass|蒙的?|瞎猜|猜的?|答不(?:上|出)来?|求答案"
)


class Grader:
    """Marks answers as a fair secretary would. Deterministic; never raises on any answer."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = Words(lexicon)
        self._prepare = lru_cache(maxsize=4096)(self._prepared)

    def grade(self, task: Task, answer: str) -> Grade:
        """The mark for `answer`, with its reasons."""
        ready = self._prepare(task)
        given = prepared(answer)
        early = self._early(task, ready, given)
        if early is not None:
            return early
        if task.kind is Kind.LIST and len(task.points) > 1:
            grade = self._list(task, ready, given)
        else:
            grade = self._single(task, ready, given)
        return self._guarded(task, ready, given, grade)

    # Preparing a task.

    def _prepared(self, task: Task) -> _Prepared:
        asked = question(task.question)
        everything = "|".join(words.plain(point.text) for point in task.points)
        analyst = Analyst(self._words, asked, everything)
        is_list = task.kind is Kind.LIST and len(task.points) > 1
        common = lists.shared([words.plain(point.text) for point in task.points]) if is_list else ("", "")
        points = tuple(
            tuple(
                analyst.wording(text, whole=is_list, figure=task.kind is Kind.NUMBER, shared=common)
                for text in (*_readings(point.text), *point.aliases)
            )
            for point in task.points
        )
        pole = Pole.UNCLEAR
        if not is_list and task.points and polarity.is_polar_question(task.question):
            pole = polarity.of_reference(task.points[0].text)
        return _Prepared(
            question=asked,
            points=points,
            whole=tuple(wording.plain for wordings in points for wording in wordings),
            must=tuple(part for text in task.must if (part := analyst.part(text)) is not None),
            must_not=tuple(part for text in task.must_not if (part := analyst.part(text)) is not None),
            pole=pole,
            bare_pole=bool(task.points) and polarity.bare(task.points[0].text),
        )

    # Answers that need no comparison.

    def _early(self, task: Task, ready: _Prepared, given: Answer) -> Grade | None:
        if not given.plain and not polarity_symbol(given.typed):
            return _wrong(task, Reason("empty"))
        if len(task.points) == 1 and given.plain and given.plain in ready.whole:
            # Equal but for punctuation; a figure keeps its dot.
            if (
                squeezed_figures(task.points[0].text) == squeezed_figures(given.typed)
                or given.plain not in ready.whole[:1]
            ):
                return _correct(task, given, Reason("exact"))
        if self._says_nothing(given):
            return _wrong(task, Reason("unknown"))
        if self._copies(ready, given):
            return _wrong(task, Reason("question_copy"))
        return None

    def _says_nothing(self, given: Answer) -> bool:
        if not _UNKNOWN.search(given.text):
            return False
        rest = _UNKNOWN.sub("，", given.text)
        return not any(words.carries(word, tag) for word, tag in words.tagged(words.plain(rest)))

    def _copies(self, ready: _Prepared, given: Answer) -> bool:
        asked = ready.question.plain
        if len(given.plain) < 4 or not asked:
            return False
        if any(text and text in given.plain and text not in asked for text in ready.whole):
            return False
        if len(given.plain) >= 0.75 * len(asked):
            return fuzz.ratio(given.plain, asked) >= 92
        return False

    # Lists.

    def _list(self, task: Task, ready: _Prepared, given: Answer) -> Grade:
        parts = [[part for wording in wordings for part in wording.parts] for wordings in ready.points]
        listed = lists.compare(parts, given, ready.question, self._words)
        matched: list[Match] = []
        missing: list[int] = []
        hits = weight = 0.0
        total = sum(point.weight for point in task.points)
        for index, said in enumerate(listed.said):
            if said is None or listed.near[index]:
                missing.append(index)
                continue
            hits += 1
            weight += task.points[index].weight
            matched.append(_match(given, index, said.spans, said.score))
        count, wrong = len(task.points), len(listed.extras)
        reasons = [Reason("hits", {"hits": f"{hits:.0f}", "total": str(count)})]
        if missing:
            reasons.append(
                Reason("missing", {"points": "、".join(task.points[index].text for index in missing)})
            )
        if wrong:
            reasons.append(Reason("extra", {"extras": "、".join(listed.extras[:4])}))
        reasons.extend(listed.reasons)
        score = weight / total if total else 0.0
        if hits == count and not wrong:
            verdict = Verdict.CORRECT
        elif wrong > hits or hits * 3 < count:
            verdict = Verdict.WRONG
            if wrong > hits and hits:
                reasons.append(Reason("stuffing"))
        else:
            verdict = Verdict.PARTIAL
        if verdict is Verdict.CORRECT and task.ordered and not lists.in_order(listed.said):
            verdict = Verdict.PARTIAL
            reasons.append(Reason("order"))
        if verdict is not Verdict.CORRECT:
            score = min(score * (hits / (hits + wrong) if hits else 0), 0.95)
        near = any(listed.near) or (hits == count and bool(wrong))
        return Grade(
            verdict, round(score, 3), tuple(matched), tuple(missing), listed.extras, tuple(reasons), near
        )

    # Everything else: one reference, of one part or several.

    def _single(self, task: Task, ready: _Prepared, given: Answer) -> Grade:
        if ready.pole is not Pole.UNCLEAR:
            polar = self._polar(task, ready, given)
            if polar is not None:
                return polar
        best: Grade | None = None
        for wordings in ready.points:
            for wording in wordings:
                grade = self._wording(task, ready, wording, given)
                if best is None or _rank(grade) > _rank(best):
                    best = grade
        return best if best is not None else _wrong(task, Reason("hits", {"hits": "0", "total": "0"}))

    def _polar(self, task: Task, ready: _Prepared, given: Answer) -> Grade | None:
        pole, mixed = polarity.of_answer(given)
        symbol = polarity_symbol(given.typed)
        if symbol and not given.plain:
            pole, mixed = symbol, False
        if pole is Pole.UNCLEAR:
            return None
        if mixed:
            return Grade(Verdict.PARTIAL, 0.5, missing=(0,), reasons=(Reason("mixed"),), near_edge=True)
        if pole is not ready.pole:
            return _wrong(task, Reason("polarity"))
        return _correct(task, given, Reason("polarity_right"))

    def _wording(self, task: Task, ready: _Prepared, wording: Wording, given: Answer) -> Grade:
        asked = ready.question
        wanted = tuple(figure for part in wording.parts for figure in part.figures)
        figured = figures.compare(wanted, given, asked, task.tolerance) if wanted else None
        place = 0
        hits = 0.0
        count = 0
        spans: list[tuple[int, int]] = []
        typed_spans: list[tuple[int, int]] = []
        reasons: list[Reason] = []
        notes: list[Reason] = []
        missing: list[str] = []
        contradicted = False
        near = False
        used: set[int] = set()
        said_parts: list[tuple[Part, matching.Said]] = []
        for part in wording.parts:
            fits = figured.fits[place : place + len(part.figures)] if figured else ()
            for span in figured.spans[place : place + len(part.figures)] if figured else ():
                if span is not None:
                    typed_spans.append(span)
            place += len(part.figures)
            if not part.units:
                count += len(fits)
                hits += sum(_worth(fit) for fit in fits)
                if any(fit <= Fit.WRONG for fit in fits):
                    missing.append(part.label)
                    contradicted = contradicted or Fit.WRONG in fits
                near = near or Fit.DOUBTFUL in fits
                continue
            said = matching.say(part, given, 0, len(given.plain), self._words, asked.plain)
            used |= said.used
            spans.extend(said.spans)
            said_parts.append((part, said))
        leftovers = matching.extras(given, 0, len(given.plain), frozenset(used), asked, wording.plain)
        unused = [word for word, tag, at in given.tokens if at not in used and not words.is_stop(word)]
        place = 0
        claimed: set[int] = set()
        for part, said in said_parts:
            count += 1
            score = said.score
            if said.used and said.used <= claimed:
                # What another part was read from is not said a second time.
                missing.append(part.label)
                continue
            if said.against:
                reasons.extend(said.against[:1])
                contradicted = True
                missing.append(part.label)
                continue
            lacking = sum(unit.weight for unit in said.missing)
            kin = (
                [unit for unit in said.missing if any(_kindred(unit.text, word) for word in unused)]
                if task.kind is not Kind.FILL
                else []
            )
            score += 0.4 * sum(unit.weight for unit in kin) / part.weight
            foreign = sum(
                min(1.7, len(word) / 2)
                for word, _ in leftovers
                if not any(_kindred(unit.text, word) for unit in kin)
            )
            replaced = min(lacking, foreign)
            fits = self._fits_of(wording, part, figured)
            enough = (
                0.85
                if task.kind is Kind.FILL
                else (0.8 if replaced >= 0.8 else 0.48 if len(wording.parts) > 1 else 0.55)
            )
            if said.missing and all(words.is_light(unit.text) for unit in said.missing):
                enough = 0.55
            if fits and any(fit is Fit.WRONG for fit in fits):
                missing.append(part.label)
                contradicted = True
                hits += 0.0
            elif fits and any(fit is Fit.OTHER for fit in fits):
                missing.append(part.label)
                hits += 0.5 * score
            elif score >= enough:
                claimed |= said.used
                hits += 1 if Fit.COARSE not in fits else 0.5
                near = near or score < enough + 0.1
                notes.extend(said.notes)
            else:
                missing.append(part.label)
                near = near or score >= enough - 0.15
                least = 0.5 if task.kind is Kind.FILL else 0.34
                if len(wording.parts) == 1 and score >= least and (replaced < 0.8 or score >= 0.6):
                    hits += min(score, 0.9)
        return self._decide(
            task,
            wording,
            given,
            figured,
            hits=hits,
            count=count,
            spans=spans,
            typed_spans=typed_spans,
            reasons=reasons,
            notes=notes,
            missing=missing,
            leftovers=leftovers,
            contradicted=contradicted,
            near=near,
        )

    @staticmethod
    def _fits_of(wording: Wording, part: Part, figured: figures.Figured | None) -> tuple[Fit, ...]:
        if figured is None or not part.figures:
            return ()
        place = 0
        for other in wording.parts:
            if other is part:
                break
            place += len(other.figures)
        return figured.fits[place : place + len(part.figures)]

    def _decide(
        self,
        task: Task,
        wording: Wording,
        given: Answer,
        figured: figures.Figured | None,
        *,
        hits: float,
        count: int,
        spans: list[tuple[int, int]],
        typed_spans: list[tuple[int, int]],
        reasons: list[Reason],
        notes: list[Reason],
        missing: list[str],
        leftovers: Sequence[tuple[str, int]],
        contradicted: bool,
        near: bool,
    ) -> Grade:
        out = [Reason("hits", {"hits": f"{hits:g}", "total": str(count)})] if count > 1 else []
        out += reasons
        if figured is not None:
            out += figured.reasons
        if missing:
            out.append(Reason("missing", {"points": "；".join(missing)}))
        out += notes
        score = hits / count if count else 0.0
        verdict = Verdict.WRONG
        extras: tuple[str, ...] = ()
        if count and hits >= count - 1e-9:
            verdict = Verdict.CORRECT
        elif hits * 3 >= count - 1e-9 and hits:
            verdict = Verdict.PARTIAL
        if (
            verdict is not Verdict.WRONG
            and figured is not None
            and figured.rivals
            and count == len(figured.fits) == 1
        ):
            verdict, near = (
                (Verdict.PARTIAL, True) if figures.apart(given, figured.rivals) else (Verdict.WRONG, near)
            )
            extras = figured.rivals
            out.append(Reason("alternatives", {"given": "、".join(figured.rivals)}))
            score = min(score, 0.5 if verdict is Verdict.PARTIAL else 0.0)
        if verdict is Verdict.CORRECT and task.kind is Kind.FILL and spans:
            extras = _alternatives(given, spans, leftovers, wording.plain)
            if extras and _OR.search(given.text):
                verdict, score = Verdict.WRONG, 0.0
                out.append(Reason("alternatives", {"given": "、".join(extras)}))
            elif len(extras) > 1:
                verdict, score = Verdict.WRONG, 0.0
                out.append(Reason("stuffing"))
            elif extras:
                verdict, score = Verdict.PARTIAL, 0.5
                out.append(Reason("extra", {"extras": "、".join(extras)}))
        if verdict is Verdict.WRONG:
            score = min(score, 0.33)
        matched: tuple[Match, ...] = ()
        if verdict is not Verdict.WRONG:
            typed = [*typed_spans, *(given.span(start, end) for start, end in spans)]
            if typed:
                matched = (
                    Match(
                        0,
                        min(start for start, _ in typed),
                        max(end for _, end in typed),
                        round(min(score, 1.0), 3),
                    ),
                )
        return Grade(
            verdict,
            round(min(score, 1.0), 3),
            matched,
            () if verdict is Verdict.CORRECT else (0,),
            extras,
            tuple(out),
            near,
        )

    # What the author insists on.

    def _guarded(self, task: Task, ready: _Prepared, given: Answer, grade: Grade) -> Grade:
        for part in ready.must_not:
            said = matching.say(part, given, 0, len(given.plain), self._words)
            if said.score >= lists.ENOUGH and not said.against:
                return _wrong(task, Reason("must_not", {"word": part.label}))
        for part in ready.must:
            said = matching.say(part, given, 0, len(given.plain), self._words)
            if grade.verdict is Verdict.CORRECT and (said.score < lists.ENOUGH or said.against):
                return Grade(
                    Verdict.PARTIAL,
                    min(grade.score, 0.7),
                    grade.matched,
                    grade.missing,
                    grade.extras,
                    (*grade.reasons, Reason("must", {"word": part.label})),
                    grade.near_edge,
                )
        return grade


_OR = re.compile(r"或|还是|要么|不是.{1,12}就是")

_SYMBOLS = {
    "√": Pole.YES,
    "✓": Pole.YES,
    "✔": Pole.YES,
    "☑": Pole.YES,
    "👍": Pole.YES,
    "👌": Pole.YES,
    "×": Pole.NO,
    "✗": Pole.NO,
    "✘": Pole.NO,
    "❌": Pole.NO,
    "👎": Pole.NO,
    "✅": Pole.YES,
    "⭕": Pole.YES,
}


def polarity_symbol(typed: str) -> Pole:
    """Yes or no given by a mark alone."""
    marks = {_SYMBOLS[char] for char in typed if char in _SYMBOLS}
    return marks.pop() if len(marks) == 1 else Pole.UNCLEAR


_FIGURE_MARKS = re.compile(r"\d+[.:/%-]\d+")


def squeezed_figures(text: str) -> list[str]:
    """Figures with a mark inside, which squeezing would spoil (2.5, 30:2)."""
    return _FIGURE_MARKS.findall(text)


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


def _kindred(one: str, other: str) -> bool:
    """Whether two words share a character, as words of near meaning often do (办理, 办好)."""
    return len(one) == 2 and any(char in other for char in one if char not in _COMMON)


_COMMON = frozenset("的不是人大有一个党国民心上下")


def _worth(fit: Fit) -> float:
    return {Fit.RIGHT: 1.0, Fit.DOUBTFUL: 1.0, Fit.COARSE: 0.5}.get(fit, 0.0)


def _rank(grade: Grade) -> tuple[int, float]:
    return {Verdict.WRONG: 0, Verdict.PARTIAL: 1, Verdict.CORRECT: 2}[grade.verdict], grade.score


_NAMES = ("nr", "ns", "nt")


def _alternatives(
    given: Answer, spans: Sequence[tuple[int, int]], leftovers: Sequence[tuple[str, int]], wanted: str
) -> tuple[str, ...]:
    """Other things named beside the right one: in a segment of its own, or other names where a name is wanted."""
    found = []
    for start, end in given.segments:
        if any(start <= a < end for a, _ in spans):
            continue
        if any(start <= at < end for _, at in leftovers):
            found.append(given.plain[start:end])
    tags = {tag for _, tag in words.tagged(wanted)}
    if len(tags) == 1 and tags <= set(_NAMES):
        places = {at: tag for _, tag, at in given.tokens}
        names = [word for word, at in leftovers if places.get(at) in tags and word not in found]
        # One more name beside it may be a title (彭德怀元帅); two are a guess at random.
        found.extend(names if len(names) > 1 else ())
    return tuple(found)


def _match(given: Answer, index: int, spans: Sequence[tuple[int, int]], score: float) -> Match:
    typed = [given.span(start, end) for start, end in spans] or [given.span(0, len(given.plain))]
    return Match(
        index, min(start for start, _ in typed), max(end for _, end in typed), round(min(score, 1.0), 3)
    )


def _wrong(task: Task, reason: Reason) -> Grade:
    return Grade(Verdict.WRONG, 0.0, missing=tuple(range(len(task.points))), reasons=(reason,))


def _correct(task: Task, given: Answer, reason: Reason) -> Grade:
    span = given.span(0, len(given.plain)) if given.plain else (0, len(given.typed))
    return Grade(Verdict.CORRECT, 1.0, (Match(0, *span, 1.0),), reasons=(reason,))
