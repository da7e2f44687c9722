"""Marks an answer against one wording of a reference in prose or figures: part by part, then as a whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from study.grading import figures, matching, outcomes, polarity, quantities, words
from study.grading.answer import Answer
from study.grading.figures import Figured
from study.grading.matching import Said
from study.grading.normalise import fold
from study.grading.quantities import Fit
from study.grading.verdict import Grade, Match, Reason, Task, Verdict
from study.grading.wording import Part, Question, Wording
from study.grading.words import Unit, Words
from study.items import Kind

_ENOUGH_IN_BLANK = 0.85
_ENOUGH_REPLACED = 0.75
"""Share of a part that has to be said while something else stands where the rest should be."""
_ENOUGH_ALONE = 0.55
_ENOUGH_AMONG = 0.48
"""Share that is enough when nothing replaces the rest: of a lone part, and of one among several."""
_LEAST = 0.34
_HALF = 0.7
"""Share of a short part up to which another word in the place of one of its own makes it another thing."""
_SOME_MEMBERS = 0.7
"""What a part is worth that lacks one of the things it joins."""
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
    bare = [reading for reading in readings if not reading.part.units]
    told = [reading for reading in bare if not _asked_already(reading.part, asked)]
    for reading in bare if len(readings) == 1 or (not told and len(bare) == len(readings)) else told:
        _count_figures(reading, tally)
    spans = [span for reading in readings for span in reading.said.spans]
    used = frozenset(index for start, end in spans for index in range(start, end))
    leftovers = matching.extras(given, 0, len(given.plain), used, asked, wording.plain)
    unused = [
        (word, given.denied[at]) for word, _, at in given.tokens if at not in used and not words.is_stop(word)
    ]
    claimed: set[int] = set()
    readings = _in_turn(_claimed(readings, given, asked), given, asked)
    for reading in _uncrossed(readings, given):
        if reading.part.units:
            _count_words(reading, wording, task, leftovers, unused, claimed, tally, given, asked)
    grade = _decide(task, wording, given, figured, tally, spans, leftovers)
    if other := _longer(task, wording, given, grade, asked, spans, leftovers, lexicon):
        return outcomes.wrong(task, Reason("extra", {"extras": other, "given": other}))
    return _lettered(task, wording, given, asked, grade)


def _longer(
    task: Task,
    wording: Wording,
    given: Answer,
    grade: Grade,
    asked: Question,
    spans: Sequence[tuple[int, int]],
    leftovers: Sequence[tuple[str, int]],
    lexicon: Words,
) -> str:
    """The longer word that fills a blank where only its beginning was asked, or "" (人民英雄 for 人民).

    The head of a Chinese word is its end, so that a noun after the right one makes another thing; a title after a name does not.
    """
    if (
        task.kind is not Kind.FILL
        or grade.verdict is not Verdict.CORRECT
        or len(wording.parts) > 1
        or not spans
    ):
        return ""
    if any(tag in _NAMES and tag != "nt" for _, tag in words.tagged(wording.plain)):
        return ""
    start, end = min(spans)[0], max(stop for _, stop in spans)
    covering = next(
        ((one, at + len(one)) for one, _, at in given.tokens if at < end < at + len(one)), ("", end)
    )
    word, stop = next(((one, at + len(one)) for one, at in leftovers if at == end), covering)
    tag = next((tag for one, tag, _ in given.tokens if one == word), "")
    apart = end in {begin for begin, _ in given.segments} or end in {begin for begin, _ in given.clauses}
    if stop - end < 2 or not tag.startswith("n") or apart or words.is_light(word):
        return ""
    if given.plain[end:stop] in asked.plain:
        return ""
    longer = given.plain[start:stop]
    return "" if {word, longer} & set(lexicon.same(wording.plain)) else longer


_LETTER = re.compile(r"(?<![a-z\d])[a-z]\d*(?![a-z\d.)])")
"""A letter that tells one of a kind apart (维生素c, b12)."""


def _lettered(task: Task, wording: Wording, given: Answer, asked: Question, grade: Grade) -> Grade:
    """The grade after a look at letters: 维生素D is no 维生素C, nor is a choice of several."""
    wanted = set(_LETTER.findall(fold(wording.text).text))
    told = set(_LETTER.findall(fold(given.typed).text)) - set(_LETTER.findall(asked.text))
    if grade.verdict is Verdict.WRONG or not wanted or not told or told <= wanted:
        return grade
    others = "、".join(sorted(told - wanted))
    if wanted & told:
        return outcomes.wrong(task, Reason("alternatives", {"extras": others, "given": others}))
    return outcomes.wrong(task, Reason("figure", {"given": others, "wanted": "、".join(sorted(wanted))}))


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
    leftovers: Sequence[tuple[str, int]],
    unused: Sequence[tuple[str, bool]],
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
        if said.against and not again and Fit.WRONG not in fits and _tells_a_member(part, said):
            tally.hits += 0.5
        return
    score, replaced = _weigh(part, said, task, [word for word, _ in leftovers], unused)
    # A bare no answers the part of the reference that says no and repeats the question.
    if polarity.denies_outright(given, asked.text) and _only_denies(part, asked):
        said, score = replace(said, missing=()), 1.0
    enough = _enough(said, task, replaced, alone=len(wording.parts) == 1)
    if _swaps(part, said, leftovers):
        enough = max(enough, _ENOUGH_IN_BLANK)
    if _bare(part, said) or _tampered(said):
        enough = max(enough, _ENOUGH_IN_BLANK)
    if Fit.OTHER in fits:
        tally.missing.append(part.label)
        tally.hits += 0.5 * score
    elif score >= enough and _lacks_a_member(part, said, unused, claimed, given):
        claimed |= said.used
        tally.hits += _SOME_MEMBERS
        tally.missing.append(part.label)
        tally.near = True
    elif score >= enough:
        claimed |= said.used
        tally.hits += 0.5 if Fit.COARSE in fits else 1
        tally.near = tally.near or score < enough + _NEAR
        tally.notes.extend(said.notes)
    else:
        tally.missing.append(part.label)
        tally.near = tally.near or score >= enough - _NOT_QUITE
        least = 0.5 if task.kind is Kind.FILL else _LEAST
        other = len(part.plain) <= _TERSE and _tampered(said) and score <= _HALF
        if len(wording.parts) == 1 and score >= least and (replaced < 0.8 or score >= 0.6) and not other:
            tally.hits += min(score, 0.9)


def _only_denies(part: Part, asked: Question) -> bool:
    """Whether a part says no to the question and nothing else (不能用水浇)."""
    return polarity.of_reference(part.text) is polarity.Pole.NO and all(
        unit.text in asked.plain for unit in part.units
    )


def _swaps(part: Part, said: Said, leftovers: Sequence[tuple[str, int]]) -> bool:
    """Whether a short part lacks what the question has, and something else stands there (一切为了领导)."""
    lost = [unit.start for unit in said.missing if unit.given]
    if len(part.plain) > _TERSE or not lost or not said.spans:
        return len(part.plain) <= _TERSE and bool(lost and leftovers)
    told = min((unit.start for unit in part.units if unit not in said.missing), default=0)
    place = min(said.spans)[0]
    return any((at > place) is (lost[0] > told) for _, at in leftovers)


def _bare(part: Part, said: Said) -> bool:
    """Whether the modifier is missing that tells the thing apart (院长负责制 for 党委领导下的院长负责制)."""
    own = [
        unit
        for unit in part.units
        if unit.start < part.head and not unit.given and not words.is_light(unit.text)
    ]
    return bool(own) and all(unit in said.missing for unit in own)


def _tampered(said: Said) -> bool:
    """Whether another word stands just where one of the part's should (党委领导下的主任负责制)."""
    return any(unit.weight >= 1 for unit, _ in said.replaced)


def _tells_a_member(part: Part, said: Said) -> bool:
    """Whether of several things that the part joins one at least is said (有权查阅，但不能复制)."""
    turned = {reason.key for reason in said.against}
    if not turned <= {"negated", "antonym", "unnegated"}:
        return False
    for start, end in part.members:
        own = [unit for unit in part.units if start <= unit.start < end and not unit.given]
        if own and not any(unit in said.missing for unit in own):
            return True
    return False


def _lacks_a_member(
    part: Part, said: Said, unused: Sequence[tuple[str, bool]], claimed: set[int], given: Answer
) -> bool:
    """Whether nothing is said of one of several things that the part joins (判断呼吸 for 判断意识和呼吸)."""
    for start, end in part.members:
        others = [unit.text for unit in part.units if not start <= unit.start < end]
        own = [
            unit
            for unit in part.units
            if start <= unit.start < end
            and not unit.given
            and not words.is_light(unit.text)
            and unit.text not in others
        ]
        lost = all(unit in said.missing or not _freely(unit, given, claimed) for unit in own)
        near = any(words.kinship(unit.text, word) > _NOUNS for unit in own for word, _ in unused)
        if own and lost and not near:
            return True
    return False


def _freely(unit: Unit, given: Answer, claimed: set[int]) -> bool:
    """Whether a word is said where no other part was read from."""
    places = [
        at
        for word in (unit.text, *unit.others)
        for at in matching.occurrences(word, given.plain, 0, len(given.plain))
    ]
    return not places or any(at not in claimed for at in places)


def _weigh(
    part: Part, said: Said, task: Task, leftovers: Sequence[str], unused: Sequence[tuple[str, bool]]
) -> tuple[float, float]:
    """The share of a part that was said, kindred words counted in part; and how much else stands in its place."""
    kin: dict[Unit, float] = {}
    for unit in said.missing if task.kind is not Kind.FILL else ():
        near = max(
            (words.kinship(unit.text, word) for word, denied in unused if denied is unit.denied), default=0.0
        )
        # 水源 is no 电源 where little else is said.
        if near > (_NOUNS if len(part.plain) <= _TERSE else 0.0):
            kin[unit] = near
    score = said.score + sum(unit.weight * near for unit, near in kin.items()) / part.weight
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
_HEAP = 4
"""Other words in one breath with the right one from which on they are a heap."""
_NAMES = frozenset(("nr", "ns", "nt", "nrt"))


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
        extras = _heaped(given, spans, leftovers) or _alternatives(given, spans, leftovers, wording.plain)
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


_DESCRIBES = re.compile(r"的[那这](?:个|种|样)?(?:东西|玩意儿?|意思|事儿?|词儿?|药|病)?$|的(?:东西|意思)$")
_EXPLAINS = re.compile(
    r"(?:[这那它他她]|是|也就?是|即|就是|又[叫称名]|简称|全称|意思|指|因为|所以|用来|靠|像|比如|例如|语音|手误|打字)"
)


def _explains(given: Answer, start: int, end: int, wanted: str) -> bool:
    """Whether a clause after the first one speaks of the thing named, rather than naming another (洗手，用七步洗手法)."""
    between = given.text[given.at[start - 1] + 1 : given.at[start]] if start else "、"
    told = given.plain[start:end]
    pairs = {wanted[at : at + 2] for at in range(len(wanted) - 1)}
    again = wanted in told or sum(words.is_word(pair) and pair in told for pair in pairs) > 1
    return (
        "、" not in between
        and bool(_EXPLAINS.match(told) or _DESCRIBES.search(told) or again)
        and not given.denied[start]
    )


def _heaped(
    given: Answer, spans: Sequence[tuple[int, int]], leftovers: Sequence[tuple[str, int]]
) -> tuple[str, ...]:
    """Words that merely stand side by side with the right one in one breath (戴口罩洗手通风消毒隔离)."""
    for start, end in given.segments:
        if not any(start <= begin < end for begin, _ in spans):
            continue
        others = tuple(word for word, at in leftovers if start <= at < end)
        own = [word for word, _, at in given.tokens if start <= at < end]
        if len(others) >= _HEAP and not any(words.is_stop(word) for word in own):
            return others
    return ()


def _alternatives(
    given: Answer, spans: Sequence[tuple[int, int]], leftovers: Sequence[tuple[str, int]], wanted: str
) -> tuple[str, ...]:
    """Other things named beside the right one: in a segment of its own, or other names where a name is wanted."""
    found = []
    tags = {tag for _, tag in words.tagged(wanted)}
    named = len(tags) == 1 and tags <= _NAMES
    places = {at: tag for _, tag, at in given.tokens}
    for start, end in given.segments:
        if any(start <= begin < end for begin, _ in spans):
            continue
        others = [at for _, at in leftovers if start <= at < end]
        if named and not any(places.get(at) in _NAMES for at in others):
            # 南丁格尔，英国人: no other name.
            continue
        if others and not _explains(given, start, end, wanted):
            found.append(given.plain[start:end])
    if named:
        names = [word for word, at in leftovers if places.get(at) in tags and word not in found]
        # One more name beside it may be a title (彭德怀元帅); two are a guess at random.
        found.extend(names if len(names) > 1 else ())
    return tuple(found)
