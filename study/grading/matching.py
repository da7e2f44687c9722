"""Finds in an answer what a part of the reference says: in the same words, by sound, by look, by synonym, or reversed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from study.grading import pinyin, words
from study.grading.answer import Answer
from study.grading.verdict import Reason
from study.grading.wording import PATH, Part, Question
from study.grading.words import Unit, Words


@dataclass(frozen=True)
class Found:
    """Where a unit stands in `plain` of the answer, and how well."""

    score: float
    start: int
    end: int
    reason: Reason | None = None


@dataclass(frozen=True)
class Said:
    """How far a part is said in a stretch of an answer.

    `score` is the share of the part's weight that was found; `against` are reasons why it is turned into its
    opposite; `spans` are stretches of `plain` that were used.
    """

    score: float
    spans: tuple[tuple[int, int], ...] = ()
    notes: tuple[Reason, ...] = ()
    against: tuple[Reason, ...] = ()
    missing: tuple[Unit, ...] = ()

    @property
    def used(self) -> frozenset[int]:
        return frozenset(index for start, end in self.spans for index in range(start, end))


def occurrences(word: str, text: str, start: int, end: int) -> Iterator[int]:
    """Where `word` stands in `text[start:end]`; a number never inside a longer one, a role never in the passive."""
    at = text.find(word, start, end)
    while at >= 0:
        stop = at + len(word)
        inside = (word[:1].isdigit() and at > 0 and text[at - 1].isdigit() and text[at - 1].isascii()) or (
            word[-1:].isdigit() and stop < len(text) and text[stop].isdigit() and text[stop].isascii()
        )
        if not inside and not (at and text[at - 1] == "被" and words.is_role(word)):
            yield at
        at = text.find(word, at + 1, end)


def find(
    unit: Unit, answer: Answer, start: int, end: int, lexicon: Words
) -> tuple[Found | None, Reason | None]:
    """The best place where `unit` is said in `answer.plain[start:end]`, or why it is said the other way.

    What the question says itself (`unit.given`) is taken as said either way: 不能把隐私说出去 speaks of 隐私.
    """
    against: Reason | None = None
    own: set[int] = set()
    text = answer.plain
    for variant, score in ((unit.text, 1.0), *((other, 0.97) for other in unit.others)):
        if text.find(variant, start, end) < 0:
            continue
        for at in occurrences(variant, answer.plain, start, end):
            if len(variant) == 1 and variant != unit.text and at not in answer.single:
                continue
            if unit.given or answer.stands(at, denied=unit.denied):
                note = (
                    None
                    if variant == unit.text
                    else Reason("synonym", {"given": variant, "wanted": unit.text})
                )
                return Found(score, at, at + len(variant), note), None
            own.update(range(at, at + len(variant)))
            against = _denial(answer, at, variant)
    parted = _parted(unit, answer, start, end)
    if parted is not None:
        if unit.given or answer.stands(parted.start, denied=unit.denied):
            return parted, None
        against = against or _denial(answer, parted.start, unit.text)
    slip, turned = _slip(unit, answer, start, end, lexicon)
    if slip is not None:
        if unit.given or answer.stands(slip.start, denied=unit.denied):
            return slip, None
        against = against or _denial(answer, slip.start, unit.text)
    against = against or turned
    for variant in unit.opposites:
        if text.find(variant, start, end) < 0:
            continue
        for at in occurrences(variant, answer.plain, start, end):
            if at in own or (len(variant) == 1 and len(unit.text) > 1):
                continue
            if answer.denied[at] != unit.denied:
                note = Reason("synonym", {"given": variant, "wanted": unit.text})
                return Found(0.9, at, at + len(variant), note), None
            against = against or Reason("antonym", {"given": variant, "wanted": unit.text})
    return None, against


def _parted(unit: Unit, answer: Answer, start: int, end: int) -> Found | None:
    """A verb and its object with a particle or a count between them (请个假, 开了个会)."""
    if not answer.parted:
        return None
    for word in (unit.text, *unit.others):
        for begin, stop in answer.parted.get(word, ()):
            if start <= begin and stop <= end:
                return Found(0.95, begin, stop)
    return None


def _denial(answer: Answer, at: int, word: str) -> Reason:
    """Why a word proves nothing: by which negation it is denied, or that it lacks one."""
    if answer.denied[at]:
        return Reason("negated", {"word": answer.negator(at) or word})
    return Reason("unnegated", {"word": word})


def _slip(
    unit: Unit, answer: Answer, start: int, end: int, lexicon: Words
) -> tuple[Found | None, Reason | None]:
    """`unit` misspelled: a homophone, a lookalike, a typing slip that makes no other word, or pinyin.

    Or else the reason why the same words stand there with another number (三中全会 for 二中全会).
    """
    word, size = unit.text, len(unit.text)
    if answer.latin and size > 1:
        for latin in (unit.latin, pinyin.typed_phrase(word)):
            at = answer.plain.find(latin, start, end)
            if at >= 0:
                note = Reason("pinyin", {"given": latin, "wanted": word})
                return Found(0.97, at, at + len(latin), note), None
    allowed = 1 if size < 12 else 2
    heard = answer.heard(start, end)
    if not 2 <= size <= 40 or sum(sound in heard for sound in unit.sound) < size - allowed:
        return None, None
    numbered: Reason | None = None
    for at in occurrences(unit.sound, answer.sound, start, end):
        given = answer.plain[at : at + size]
        if given != word and not _digits_differ(word, given) and not answer.torn(at, at + size):
            return Found(0.95, at, at + size, Reason("slip", {"given": given, "wanted": word})), None
    for at in range(start, end - size + 1):
        given = answer.plain[at : at + size]
        differing = [i for i in range(size) if given[i] != word[i]]
        if not differing or len(differing) > allowed + 2:
            continue
        if len(differing) * 2 <= size and _only_numerals_differ(word, given):
            numbered = Reason("figure", {"given": given, "wanted": word})
            continue
        wrong = [i for i in differing if answer.sound[at + i] != unit.sound[i]]
        if len(wrong) > allowed or (size < 4 and len(differing) > 1):
            continue
        if all(_excusable(word, given, i, lexicon) for i in wrong) and not _digits_differ(word, given):
            return Found(0.9, at, at + size, Reason("slip", {"given": given, "wanted": word})), None
    found = _dropped(unit, answer, start, end) if size >= 4 else None
    return found, None if found else numbered


def _dropped(unit: Unit, answer: Answer, start: int, end: int) -> Found | None:
    """One character of a long word left out or doubled."""
    word = unit.text
    for index in range(1, len(word) - 1):
        short = word[:index] + word[index + 1 :]
        if word[index].isdigit() or words.is_word(short):
            continue
        at = answer.plain.find(short, start, end)
        if at >= 0:
            return Found(0.9, at, at + len(short), Reason("slip", {"given": short, "wanted": word}))
    return None


_NUMERAL_CHARS = frozenset("0123456789一二三四五六七八九十百千万亿两零〇")
_VALUES = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {
    "两": "2",
    "〇": "0",
    "十": "10",
}


def _only_numerals_differ(word: str, given: str) -> bool:
    """Whether two spellings are the same but for a number (三中全会, 二中全会)."""
    pairs = [(one, other) for one, other in zip(word, given, strict=True) if one != other]
    return all(set(pair) <= _NUMERAL_CHARS for pair in pairs) and _digits_differ(word, given)


def _digits_differ(word: str, given: str) -> bool:
    """Whether two spellings differ in a numeral: 一二·一 is no slip for 一二·九."""
    for one, other in zip(word, given, strict=False):
        if (
            one != other
            and one in _NUMERAL_CHARS
            and other in _NUMERAL_CHARS
            and _VALUES.get(one, one) != _VALUES.get(other, other)
        ):
            return True
    return False


_NEGATIVE_CHARS = frozenset("不没无未非勿莫别反")


def _excusable(word: str, given: str, index: int, lexicon: Words) -> bool:
    """Whether the wrong character at `index` is a slip: it looks alike, or it makes no word of its own."""
    one, other = word[index], given[index]
    if other in _NEGATIVE_CHARS or one in _NUMERAL_CHARS or other in _NUMERAL_CHARS:
        return False
    if words.is_word(given) and len(given) > 1:
        return False
    if lexicon.alike(one, other):
        return True
    if len(word) < 6:
        return False
    # The wrong character must not read as a word with its neighbours: 业务标准 is no slip for 政治标准.
    pairs = [given[index - 1 : index + 1]] if index else []
    pairs.append(given[index : index + 2])
    return not any(len(pair) == 2 and words.is_word(pair) for pair in pairs)


_FILLER = 4
"""Characters of a part that may stand whole in an answer that turns its sentence round (多数 in 多数服从少数)."""
_TOLD_APART = frozenset(
    pair
    for one, other in (("权利", "权力"), ("法治", "法制"), ("截止", "截至"))
    for pair in ((one, other), (other, one))
)
"""Homophones that are words of the field in their own right: no slip where the word is all that is asked."""


def say(part: Part, answer: Answer, start: int, end: int, lexicon: Words, asked: str = "") -> Said:
    """How far the words of `part` are said in `answer.plain[start:end]`. Figures are the business of `figures`."""
    total = part.weight
    if not total:
        return Said(0.0)
    for at in occurrences(part.plain, answer.plain, start, end):
        if answer.stands(at, denied=part.lead) or (
            part.denied and (at, at + len(part.plain)) in answer.segments
        ):
            turned = swapped(part, answer, start, end) if len(part.plain) <= _FILLER else None
            return Said(1.0, ((at, at + len(part.plain)),), against=(turned,) if turned else ())
    got = 0.0
    spans: list[tuple[int, int]] = []
    notes: list[Reason] = []
    against: list[Reason] = []
    missing: list[Unit] = []
    for unit in part.units:
        found, reversed_by = find(unit, answer, start, end, lexicon)
        if found is not None and part.plain == unit.text:
            given = answer.plain[found.start : found.end]
            if (unit.text, given) in _TOLD_APART:
                found = None
        if found is None and len(unit.text) >= 4 and not part.atomic:
            found, reversed_by = _halves(unit, answer, start, end, lexicon, reversed_by, asked)
        if found is None:
            missing.append(unit)
            # 操作前不查 turns round what all points share.
            turned_round = reversed_by is not None and reversed_by.key in ("negated", "antonym")
            shared = unit.common and not turned_round
            idle = shared or (not unit.common and unit.weight < 0.4 <= part.weight)
            if reversed_by is not None and not idle and not _in_reference(reversed_by, part):
                against.append(reversed_by)
            continue
        got += unit.weight * found.score
        if found.score < 0.8:
            missing.append(unit)
        if not unit.common and found.score >= 0.8:
            spans.append((found.start, found.end))
        if found.reason is not None:
            notes.append(found.reason)
    for turned in (
        swapped(part, answer, start, end),
        _back(part, answer, start, end),
        _flipped(part, answer, start, end),
    ):
        if turned is not None:
            against.append(turned)
    return Said(got / total, tuple(spans), tuple(notes), tuple(against), tuple(missing))


def _flipped(part: Part, answer: Answer, start: int, end: int) -> Reason | None:
    """Whether a word of the part stands in the answer as its opposite (宽以修身 for 严以修身)."""
    for word, other, seen in part.flips:
        if word in answer.plain[start:end] and len(word) > 1:
            continue
        for at in occurrences(seen, answer.plain, start, end):
            if answer.denied[at] == part.denied:
                return Reason("antonym", {"given": other, "wanted": word})
    return None


def _in_reference(reason: Reason, part: Part) -> bool:
    """An opposite that the reference itself names proves nothing (集体领导和个人分工)."""
    return reason.key == "antonym" and reason.params["given"] in part.context


def _halves(
    unit: Unit, answer: Answer, start: int, end: int, lexicon: Words, against: Reason | None, asked: str
) -> tuple[Found | None, Reason | None]:
    """A long word found in two places, or half of it; what the question says need not be repeated."""
    pieces = [word for word, _, _ in lexicon.cut(unit.text) if not words.is_stop(word)]
    if len(pieces) < 2:
        pieces = list(words.halves(unit.text))
    if len(pieces) < 3 and min(map(len, pieces)) < 2:
        return None, against
    hits, share = [], 0.0
    whole = 0.0
    for word in pieces:
        size = len(word) * (0.35 if words.is_light(word) else 1.0)
        whole += size
        found, turned = find(words.unit(lexicon, word, denied=unit.denied), answer, start, end, lexicon)
        against = against or turned
        if found is not None:
            share += size * found.score
            if word not in asked:
                hits.append(found)
        elif word in asked or (word.startswith("党") and word[1:] and word[1:] in asked):
            share += size
    if not hits or against:
        return None, against
    share /= whole
    return Found(0.95 * share, hits[0].start, hits[0].end), None


def swapped(part: Part, answer: Answer, start: int, end: int) -> Reason | None:
    """Whether the answer says B对A where the reference says A对B."""
    text = answer.plain
    for relation, lefts, rights in part.roles:
        kept = turned = False
        for at in occurrences(relation, text, start, end):
            if len(relation) == 1 and {text[max(0, at - 1) : at + 1], text[at : at + 2]} & _COMPOUNDS:
                continue
            low = max((begin for begin, stop in answer.clauses if begin <= at < stop), default=start)
            high = min((stop for begin, stop in answer.clauses if begin <= at < stop), default=end)
            before, after = (
                text[max(low, at - _REACH) : at],
                text[at + len(relation) : min(high, at + _REACH)],
            )
            if _any(lefts, before) and _any(rights, after):
                kept = True
            elif _any(rights, before) and _any(lefts, after) and not _PASSIVE.search(before[-2:]):
                turned = True
        if turned and not kept:
            return Reason("swapped", {"one": lefts[0], "other": rights[0]})
    return None


def _back(part: Part, answer: Answer, start: int, end: int) -> Reason | None:
    """Whether the answer goes the way back (从远心端向近心端)."""
    if part.path is None:
        return None
    origin, goal = part.path
    for found in PATH.finditer(answer.plain, start, end):
        if _any(goal, found["origin"]) and _any(origin, found["goal"]):
            return Reason("swapped", {"one": origin[0], "other": goal[0]})
    return None


_REACH = 12
_COMPOUNDS = frozenset(
    "绝对 相对 反对 面对 针对 应对 对于 对象 对待 对策 对外 改变 变化 转变 管理 主管 不管".split()
)


def _any(wanted: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in wanted)


_PASSIVE = re.compile(r"[受被由让]")


def extras(
    answer: Answer, start: int, end: int, used: frozenset[int], question: Question, known: str
) -> list[tuple[str, int]]:
    """Words of the answer that neither the reference nor the question has, with their places."""
    found = []
    for word, tag, at in answer.tokens:
        if at < start or at + len(word) > end:
            continue
        if any(index in used for index in range(at, at + len(word))):
            continue
        if word in question.plain or word in known or not words.carries(word, tag) or answer.denied[at]:
            continue
        if tag in ("m", "t", "d", "f") or word.isdigit():
            continue
        found.append((word, at))
    return found
