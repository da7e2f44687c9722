"""Marks an answer against one wording of a reference in prose or figures: part by part, then as a whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from study.grading import figures, matching, polarity, quantities, words
from study.grading.answer import Answer
from study.grading.figures import Figured
from study.grading.matching import Said
from study.grading.quantities import Fit
from study.grading.verdict import Grade, Match, Reason, Task, Verdict
from study.grading.wording import Part, Question, Wording
from study.grading.words import Words
from study.items import Kind

_ENOUGH_IN_BLANK = 0.85
_ENOUGH_REPLACED = 0.75
"""Share of a part that has to be said while something else stands where the rest should be."""
_ENOUGH_ALONE = 0.55
_ENOUGH_AMONG = 0.48
"""Share that is enough when nothing replaces the rest: of a lone part, and of one among several."""
_LEAST = 0.34
_TERSE = 6
"""Characters of a part that is so short that every word of it counts."""
_NOUNS = 0.5
"""Kinship above that of nouns that share a character."""
_NEAR = 0.12
"""How far above enough a fair person might still hesitate."""
_NOT_QUITE = 0.25
"""How far below; wider, since what is missing may have been said in words that no dictionary here has."""
_WORTH = {Fit.RIGHT: 1.0, Fit.DOUBTFUL: 1.0, Fit.COARSE: 0.5, Fit.WRONG: 0.0, Fit.OTHER: 0.0}


@dataclass
class _Tally:
    """What the parts add up to."""

    hits: float = 0.0
    count: int = 0
    missing: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    near: bool = False


@dataclass(frozen=True)
class _Reading:
    """A part, what the answer says of it, and how its figures were given."""

    part: Part
    said: Said
    fits: tuple[Fit, ...]


def judge(wording: Wording, task: Task, asked: Question, given: Answer, lexicon: Words) -> Grade:
    """The mark for `given` if this wording were the only one."""
    wanted = tuple(figure for part in wording.parts for figure in part.figures)
    labels = tuple(_label(part, index) for part in wording.parts for index in range(len(part.figures)))
    figured = figures.compare(wanted, given, asked, tolerance=task.tolerance, labels=labels)
    if all(not part.units and len(part.figures) == 1 for part in wording.parts):
        figured = figures.in_turn(figured, wanted, given, asked)
    tally = _Tally()
    readings = _readings(wording, asked, given, figured, lexicon)
    for reading in readings:
        if not reading.part.units and not (len(readings) > 1 and _asked_already(reading.part, asked)):
            _count_figures(reading, tally)
    spans = [span for reading in readings for span in reading.said.spans]
    used = frozenset(index for start, end in spans for index in range(start, end))
    leftovers = matching.extras(given, 0, len(given.plain), used, asked, wording.plain)
    unused = [
        word
        for word, _, at in given.tokens
        if at not in used and not words.is_stop(word) and not given.denied[at]
    ]
    claimed: set[int] = set()
    readings = _in_turn(_claimed(readings, given, asked), given, asked)
    for reading in _uncrossed(readings, given):
        if reading.part.units:
            _count_words(
                reading, wording, task, [word for word, _ in leftovers], unused, claimed, tally, given, asked
            )
    return _decide(task, wording, given, figured, tally, spans, leftovers)


_HAS = re.compile(r"^\W*(?:他们?|预备党员|都|是|也|仍然?|当然|依然){0,3}(?:享?有|具有)")
_HAS_NOT = re.compile(r"没|无|不")


def _claimed(readings: list[_Reading], given: Answer, asked: Question) -> list[_Reading]:
    """The readings, all set against where the answer claims what the question says is not there (有表决权)."""
    lacks = any(word.startswith(("没", "无")) for word in asked.negations)
    if not lacks or not _HAS.search(given.text) or _HAS_NOT.search(given.text):
        return readings
    turned = Reason("unnegated", {"word": "有"})
    return [replace(one, said=replace(one.said, against=(turned,))) for one in readings]


def _in_turn(readings: list[_Reading], given: Answer, asked: Question) -> list[_Reading]:
    """The readings, those set against that fill one another's blanks, unless the answer says which is which."""
    if len(readings) < 2 or len(asked.cues) != len(readings) or not all(one.said.spans for one in readings):
        return readings
    starts = [min(one.said.spans)[0] for one in readings]
    if starts == sorted(starts) or len({one.part.plain for one in readings}) < len(readings):
        return readings
    result = []
    for index, reading in enumerate(readings):
        own = words.plain(asked.cues[index].replace("_", ""))
        rest = "".join(words.plain(cue) for at, cue in enumerate(asked.cues) if at != index)
        keys = {own[at : at + 2] for at in range(len(own) - 1) if own[at : at + 2] not in rest}
        around = next(given.plain[start:end] for start, end in given.clauses if start <= starts[index] < end)
        if not any(key in around for key in keys) and sorted(starts).index(starts[index]) != index:
            other = readings[sorted(starts).index(starts[index])]
            turned = Reason("swapped", {"one": reading.part.label, "other": other.part.label})
            reading = replace(reading, said=replace(reading.said, against=(turned,)))
        result.append(reading)
    return result


def _uncrossed(readings: list[_Reading], given: Answer) -> list[_Reading]:
    """The readings, those set against whose matter stands beside another part's cue (优势是脱离群众，危险是密切联系群众)."""
    cues = [{unit.text for unit in one.part.units if unit.given} for one in readings]
    result = []
    for index, reading in enumerate(readings):
        others: set[str] = set().union(*(cue for i, cue in enumerate(cues) if i != index))
        own, foreign = cues[index] - others, others - cues[index]
        matter = {unit.text for unit in reading.part.units if not unit.given}
        clauses = [given.plain[start:end] for start, end in given.clauses]
        told = [clause for clause in clauses if any(word in clause for word in matter)]
        crossed = (
            bool(own)
            and bool(told)
            and all(any(cue in clause for cue in foreign) for clause in told)
            and not any(cue in clause for clause in told for cue in own)
        )
        if crossed:
            turned = Reason("swapped", {"one": min(own), "other": min(foreign)})
            reading = replace(reading, said=replace(reading.said, against=(turned,)))
        result.append(reading)
    return result


def _label(part: Part, index: int) -> str:
    figure = part.figures[index]
    return part.text[figure.start : figure.end] if part.units or len(part.figures) > 1 else part.label


def _readings(
    wording: Wording, asked: Question, given: Answer, figured: Figured, lexicon: Words
) -> list[_Reading]:
    readings, place = [], 0
    for part in wording.parts:
        fits = figured.fits[place : place + len(part.figures)]
        place += len(part.figures)
        said = matching.say(part, given, 0, len(given.plain), lexicon, asked.plain)
        readings.append(_Reading(part, said, fits))
    return readings


def _asked_already(part: Part, asked: Question) -> bool:
    """Whether the question itself has the figures of a part, so that giving them proves nothing."""
    return all(
        any(quantities.fit(one, figure) is Fit.RIGHT for one in asked.figures) for figure in part.figures
    )


def _count_figures(reading: _Reading, tally: _Tally) -> None:
    """A part that is all figures: each counts."""
    tally.count += len(reading.fits)
    tally.hits += sum(_WORTH[fit] for fit in reading.fits)
    tally.near = tally.near or Fit.DOUBTFUL in reading.fits
    if any(fit <= Fit.WRONG for fit in reading.fits):
        tally.missing.append(reading.part.label)


def _count_words(
    reading: _Reading,
    wording: Wording,
    task: Task,
    leftovers: Sequence[str],
    unused: Sequence[str],
    claimed: set[int],
    tally: _Tally,
    given: Answer,
    asked: Question,
) -> None:
    """A part in words, perhaps with figures, counts once."""
    part, said, fits = reading.part, reading.said, reading.fits
    tally.count += 1
    # What another part was read from is not said a second time.
    again = bool(said.used) and said.used <= claimed
    if said.against and not again:
        tally.reasons.append(said.against[0])
    if again or said.against or Fit.WRONG in fits:
        tally.missing.append(part.label)
        return
    score, replaced = _weigh(part, said, task, leftovers, unused)
    # A bare no answers the part of the reference that says no and repeats the question.
    if polarity.denies_outright(given, asked.text) and _only_denies(part, asked):
        said, score = replace(said, missing=()), 1.0
    enough = _enough(said, task, replaced, alone=len(wording.parts) == 1)
    if _swaps(part, said, leftovers):
        enough = max(enough, _ENOUGH_IN_BLANK)
    if _bare(part, said):
        enough = max(enough, _ENOUGH_IN_BLANK)
    if Fit.OTHER in fits:
        tally.missing.append(part.label)
        tally.hits += 0.5 * score
    elif score >= enough:
        claimed |= said.used
        tally.hits += 0.5 if Fit.COARSE in fits else 1
        tally.near = tally.near or score < enough + _NEAR
        tally.notes.extend(said.notes)
    else:
        tally.missing.append(part.label)
        tally.near = tally.near or score >= enough - _NOT_QUITE
        least = 0.5 if task.kind is Kind.FILL else _LEAST
        if len(wording.parts) == 1 and score >= least and (replaced < 0.8 or score >= 0.6):
            tally.hits += min(score, 0.9)


def _only_denies(part: Part, asked: Question) -> bool:
    """Whether a part says no to the question and nothing else (不能用水浇)."""
    return polarity.of_reference(part.text) is polarity.Pole.NO and all(
        unit.text in asked.plain for unit in part.units
    )


def _swaps(part: Part, said: Said, leftovers: Sequence[str]) -> bool:
    """Whether a short part lacks what the question has, and something else stands there (一切为了领导)."""
    return len(part.plain) <= _TERSE and any(unit.given for unit in said.missing) and bool(leftovers)


def _bare(part: Part, said: Said) -> bool:
    """Whether the modifier is missing that tells the thing apart (院长负责制 for 党委领导下的院长负责制)."""
    own = [
        unit
        for unit in part.units
        if unit.start < part.head and not unit.given and not words.is_light(unit.text)
    ]
    return bool(own) and all(unit in said.missing for unit in own)


def _weigh(
    part: Part, said: Said, task: Task, leftovers: Sequence[str], unused: Sequence[str]
) -> tuple[float, float]:
    """The share of a part that was said, kindred words counted in part; and how much else stands in its place."""
    kin = [unit for unit in said.missing if any(words.kinship(unit.text, word) for word in unused)]
    if task.kind is Kind.FILL:
        kin = []
    elif len(part.plain) <= _TERSE:
        # 水源 is no 电源 where little else is said.
        kin = [unit for unit in kin if any(words.kinship(unit.text, word) > _NOUNS for word in unused)]
    near = (unit.weight * max(words.kinship(unit.text, word) for word in unused) for unit in kin)
    score = said.score + sum(near) / part.weight
    foreign = sum(
        min(1.7, len(word) / 2)
        for word in leftovers
        if not any(words.kinship(unit.text, word) for unit in kin)
    )
    return score, min(sum(unit.weight for unit in said.missing), foreign)


def _enough(said: Said, task: Task, replaced: float, *, alone: bool) -> float:
    if said.missing and all(words.is_light(unit.text) for unit in said.missing):
        return _ENOUGH_ALONE
    if task.kind is Kind.FILL:
        return _ENOUGH_IN_BLANK
    if replaced >= 0.8:
        return _ENOUGH_REPLACED
    return _ENOUGH_ALONE if alone else _ENOUGH_AMONG


# From the parts to the whole.

_OR = re.compile(r"或|还是|要么|不是.{1,12}就是")
_NAMES = frozenset(("nr", "ns", "nt"))


def _decide(
    task: Task,
    wording: Wording,
    given: Answer,
    figured: Figured,
    tally: _Tally,
    spans: Sequence[tuple[int, int]],
    leftovers: Sequence[tuple[str, int]],
) -> Grade:
    share = tally.hits / tally.count if tally.count else 0.0
    verdict = (
        Verdict.CORRECT if share > 1 - 1e-9 else Verdict.PARTIAL if share > 1 / 3 - 1e-9 else Verdict.WRONG
    )
    score = min(share, 1.0)
    reasons = [*tally.reasons, *figured.reasons]
    extras: tuple[str, ...] = ()
    if verdict is not Verdict.WRONG and figured.rivals and tally.count == len(figured.fits) == 1:
        extras = figured.rivals
        reasons.append(Reason("alternatives", {"given": "、".join(extras)}))
        verdict = Verdict.PARTIAL if figures.apart(given, extras) else Verdict.WRONG
        score = min(score, 0.5)
    elif verdict is Verdict.CORRECT and task.kind is Kind.FILL and spans:
        extras = _alternatives(given, spans, leftovers, wording.plain)
        if extras:
            single = len(extras) == 1 and not _OR.search(given.text)
            verdict, score = (Verdict.PARTIAL if single else Verdict.WRONG), 0.5
            key = "extra" if single else "alternatives"
            reasons.append(Reason(key, {"extras": "、".join(extras), "given": "、".join(extras)}))
    if tally.count > 1:
        reasons.insert(0, Reason("hits", {"hits": f"{tally.hits:.0f}", "total": str(tally.count)}))
    if tally.missing and not figured.reasons:
        reasons.append(Reason("missing", {"points": "；".join(tally.missing)}))
    if verdict is Verdict.WRONG:
        score = min(score, 0.3)
    return Grade(
        verdict,
        round(score, 3) if verdict is not Verdict.PARTIAL else min(round(score, 3), 0.95),
        matched=_matched(given, figured, spans, score) if verdict is not Verdict.WRONG else (),
        missing=() if verdict is Verdict.CORRECT else (0,),
        extras=extras,
        reasons=(*reasons, *tally.notes),
        near_edge=tally.near or bool(extras and verdict is Verdict.PARTIAL),
    )


def _matched(
    given: Answer, figured: Figured, spans: Sequence[tuple[int, int]], score: float
) -> tuple[Match, ...]:
    """The stretch of the answer that makes the point."""
    typed = [*filter(None, figured.spans), *(given.span(start, end) for start, end in spans)]
    if not typed:
        return ()
    return (Match(0, min(start for start, _ in typed), max(end for _, end in typed), round(score, 3)),)


def _alternatives(
    given: Answer, spans: Sequence[tuple[int, int]], leftovers: Sequence[tuple[str, int]], wanted: str
) -> tuple[str, ...]:
    """Other things named beside the right one: in a segment of its own, or other names where a name is wanted."""
    found = []
    for start, end in given.segments:
        if any(start <= begin < end for begin, _ in spans):
            continue
        if any(start <= at < end for _, at in leftovers):
            found.append(given.plain[start:end])
    tags = {tag for _, tag in words.tagged(wanted)}
    if len(tags) == 1 and tags <= _NAMES:
        places = {at: tag for _, tag, at in given.tokens}
        names = [word for word, at in leftovers if places.get(at) in tags and word not in found]
        # One more name beside it may be a title (彭德怀元帅); two are a guess at random.
        found.extend(names if len(names) > 1 else ())
    return tuple(found)
