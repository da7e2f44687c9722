"""Finds in an answer what a part of the reference says: in the same words, by sound, by look, by synonym, or reversed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from study.grading import pinyin, words
from study.grading.answer import Answer
from study.grading.verdict import Reason
from study.grading.wording import Part, Question, courses
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
    replaced: tuple[tuple[Unit, str], ...] = ()
    """Missing units with the other word that stands just where each should."""

    @property
    def used(self) -> frozenset[int]:
        if not self.spans:
            return frozenset()
        if len(self.spans) == 1:
            return frozenset(range(*self.spans[0]))
        return frozenset(index for start, end in self.spans for index in range(start, end))


_NOTHING = Said(0.0)


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
    if not unit.denies and not answer.latin and unit.heard.isdisjoint(answer.heard(start, end)):
        return None, None
    against: Reason | None = None
    own: set[int] = set()
    text = answer.plain
    for variant, score in ((unit.text, 1.0), *((other, 0.97) for other in unit.others)):
        if text.find(variant, start, end) < 0:
            continue
        for at in occurrences(variant, answer.plain, start, end):
            if len(variant) == 1 and variant != unit.text and at not in answer.single:
                continue
            if at in answer.modified:
                continue
            excused = unit.given and not unit.common and not _refused(unit, answer, at)
            if excused or answer.stands(at, denied=unit.denied) or (unit.averted and not answer.aims):
                note = (
                    None
                    if variant == unit.text
                    else Reason("synonym", {"given": variant, "wanted": unit.text})
                )
                return Found(score, at, at + len(variant), note), None
            own.update(range(at, at + len(variant)))
            if len(variant) > 1 or at in answer.single:
                against = _denial(answer, at, variant)
    parted = _parted(unit, answer, start, end) or _inverted(unit, answer, start, end)
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
    if unit.denies and against is None:
        for at in answer.negatives:
            if start <= at < end:
                return Found(0.9, at, at + 1), None
    return None, against


def _refused(unit: Unit, answer: Answer, at: int) -> bool:
    """Whether a deed of the question, affirmed in the reference, is what the answer denies (没有提出)."""
    if unit.denied or len(unit.text) < 2 or not answer.denied[at] or at - 1 not in answer.denying:
        return False
    return words.tagged(unit.text)[0][1].startswith("v")


def _parted(unit: Unit, answer: Answer, start: int, end: int) -> Found | None:
    """A verb and its object with a particle or a count between them (请个假, 开了个会)."""
    if not answer.parted:
        return None
    for word in (unit.text, *unit.others):
        for begin, stop in answer.parted.get(word, ()):
            if start <= begin and stop <= end:
                return Found(0.95, begin, stop)
    return None


_DEGREES = frozenset("高低多少大小")


def _inverted(unit: Unit, answer: Answer, start: int, end: int) -> Found | None:
    """A degree after its noun (血糖偏低 for 低血糖)."""
    word = unit.text
    if len(word) < 3 or word[0] not in _DEGREES or not words.is_word(word[1:]):
        return None
    told = re.compile(f"{re.escape(word[1:])}[太过偏很较]?{word[0]}")
    found = told.search(answer.plain, start, end)
    return Found(0.95, *found.span()) if found else None


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
        others = (pinyin.typed(other) for other in unit.others if len(other) > 2)
        for latin in (unit.latin, pinyin.typed_phrase(word), *others):
            at = answer.plain.find(latin, start, end)
            if at >= 0 and (unit.denied or not _spelled_not(answer, at)):
                note = Reason("pinyin", {"given": latin, "wanted": word})
                return Found(0.97, at, at + len(latin), note), None
    for mistyped in _mistyped(word) if size > 1 else ():
        at = answer.plain.find(mistyped, start, end)
        if at >= 0 and not answer.cut(at, at + len(mistyped)):
            return Found(
                0.9, at, at + len(mistyped), Reason("slip", {"given": mistyped, "wanted": word})
            ), None
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
        garbled = (
            len(wrong) == 1 and not answer.cut(at, at + size) and _garbled(word, given, wrong[0], lexicon)
        )
        excusable = garbled or all(_excusable(word, given, i, lexicon) for i in wrong)
        if excusable and not _digits_differ(word, given):
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
        if at >= 0 and not answer.cut(at, at + len(short)):
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


def _within_word(word: str, index: int) -> bool:
    """Whether a character of four or more is part of a longer word (群 in 群众路线), not one by itself (枪 in 党指挥枪)."""
    at = 0
    for piece, _ in words.tagged(word):
        if at <= index < at + len(piece):
            return len(word) >= 4 and len(piece) > 1
        at += len(piece)
    return False


def _excusable(word: str, given: str, index: int, lexicon: Words) -> bool:
    """Whether the wrong character at `index` is a slip: it looks alike, or it makes no word of its own."""
    one, other = word[index], given[index]
    if other in _NEGATIVE_CHARS or one in _NUMERAL_CHARS or words.are_opposed(one, other):
        return False
    if other in _NUMERAL_CHARS and not lexicon.alike(one, other):
        return False
    if words.is_word(given) and len(given) > 1:
        return False
    if lexicon.alike(one, other):
        return True
    if len(word) < 6 and not _within_word(word, index):
        return False
    if other in lexicon.opposite(one):
        return False
    # The wrong character must not read as a word with its neighbours: 业务标准 is no slip for 政治标准.
    pairs = [given[index - 1 : index + 1]] if index else []
    pairs.append(given[index : index + 2])
    return not any(len(pair) == 2 and words.is_word(pair) for pair in pairs)


_FREQUENT = range(0xB0, 0xD8)
"""The first bytes of the 3,755 frequent characters in GB 2312."""


@lru_cache(maxsize=8192)
def _is_rare(char: str) -> bool:
    """Whether a character is none of the frequent ones."""
    code = char.encode("gb2312", errors="ignore")
    return "\u4e00" <= char <= "\u9fff" and (len(code) != 2 or code[0] not in _FREQUENT)


def _garbled(word: str, given: str, index: int, lexicon: Words) -> bool:
    """Whether one wrong character spoils a word so that nothing else is named: 红细胸, 第一责仼人.

    Either nobody would use the character there but by a slip, or it stands in the midst of one word of three or
    more, and what is left beside it is no word that it could qualify (肝动脉 is no slip for 肺动脉).
    """
    one, other = word[index], given[index]
    if other in _NEGATIVE_CHARS | _NUMERAL_CHARS or one in _NUMERAL_CHARS:
        return False
    if words.are_opposed(one, other) or other in lexicon.opposite(one) or words.is_word(given):
        return False
    pairs = (given[max(0, index - 1) : index + 1], given[index : index + 2])
    if any(len(pair) == 2 and words.is_word(pair) for pair in pairs):
        return False
    if _is_rare(other) and not _is_rare(one):
        return True
    rest = {given[:index], given[index + 1 :]}
    return (
        len(word) == 3
        and index > 0
        and words.is_word(word)
        and not any(len(one) > 1 and words.is_word(one) for one in rest)
    )


@lru_cache(maxsize=16384)
def _mistyped(text: str) -> tuple[str, ...]:
    """What a text becomes when two neighbours change places, or one of its characters is typed twice.

    Never another word, never with a numeral or a negation moved, and never with a word of one character moved: that
    may turn who does what to whom.
    """
    if not 2 <= len(text) <= _SHORT_ENOUGH:
        return ()
    single, at = set(), 0
    for word, _ in words.tagged(text):
        if len(word) == 1:
            single.add(at)
        at += len(word)
    kept = [char not in _NUMERAL_CHARS | _NEGATIVE_CHARS for char in text]
    found = []
    for at in range(len(text)):
        if kept[at]:
            found.append(text[: at + 1] + text[at:])
        if at + 1 < len(text) and kept[at] and kept[at + 1] and not {at, at + 1} & single:
            pair = text[at + 1] + text[at]
            if text[at] != text[at + 1] and not words.is_word(pair):
                found.append(text[:at] + pair + text[at + 2 :])
    return tuple(one for one in found if not words.is_word(one))


_SHORT_ENOUGH = 20
"""Characters of a text of which the slips of the hand are looked for."""


def same_but_for_slips(wanted: str, given: str) -> bool:
    """Whether a whole text is another one by ear, or with a slip of the hand in it (五之分四)."""
    return sounds_like(wanted, given) or given in _mistyped(wanted)


def sounds_like(wanted: str, given: str) -> bool:
    """Whether a whole text is another one by ear, with no other number and no negation in it (班年 for 半年)."""
    if len(given) != len(wanted) or len(wanted) < 2 or given == wanted or (wanted, given) in _TOLD_APART:
        return False
    return pinyin.sounds(given) == pinyin.sounds(wanted) and not _says_else(wanted, given)


def _says_else(wanted: str, given: str) -> bool:
    """Whether a character that differs is a numeral or denies."""
    pairs = zip(wanted, given, strict=True)
    return any(one != other and other in _NUMERAL_CHARS | _NEGATIVE_CHARS for one, other in pairs)


def _misspelled(wanted: str, given: str, lexicon: Words) -> bool:
    """Whether a whole text is another one with homophones, and at most one character besides that looks alike."""
    if same_but_for_slips(wanted, given):
        return True
    if len(given) != len(wanted) or len(wanted) < _SPELLED_OUT or _says_else(wanted, given):
        return False
    own, other = pinyin.sounds(wanted), pinyin.sounds(given)
    wrong = [index for index in range(len(wanted)) if own[index] != other[index]]
    alike = len(wrong) == 1 and lexicon.alike(wanted[wrong[0]], given[wrong[0]])
    return alike and _excusable(wanted, given, wrong[0], lexicon)


_SLIPPED = 0.95
"""What a whole point with a slip is worth."""
_SPELLED_OUT = 3
"""Characters of a whole point from which one that merely looks alike is a slip."""
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
        return _NOTHING
    for at in occurrences(part.plain, answer.plain, start, end):
        if at in answer.modified:
            continue
        if answer.stands(at, denied=part.lead) or (
            part.denied and (at, at + len(part.plain)) in answer.segments
        ):
            turned = swapped(part, answer, start, end) if len(part.plain) <= _FILLER else None
            return Said(1.0, ((at, at + len(part.plain)),), against=(turned,) if turned else ())
    if answer.stands(start, denied=part.lead) and _misspelled(part.plain, answer.plain[start:end], lexicon):
        slip = Reason("slip", {"given": answer.plain[start:end], "wanted": part.plain})
        return Said(_SLIPPED, ((start, end),), (slip,))
    if answer.latin and (spelled := _spelled(part, answer, start, end)) is not None:
        return Said(
            1.0,
            (spelled,),
            (Reason("pinyin", {"given": answer.plain[slice(*spelled)], "wanted": part.label}),),
        )
    got = 0.0
    spans: list[tuple[int, int]] = []
    notes: list[Reason] = []
    against: list[Reason] = []
    missing: list[Unit] = []
    places: list[tuple[int, int] | None] = []
    for unit in part.units:
        found, reversed_by = find(unit, answer, start, end, lexicon)
        if found is not None and part.plain == unit.text:
            given = answer.plain[found.start : found.end]
            if (unit.text, given) in _TOLD_APART:
                found = None
        if found is None and len(unit.text) >= 4 and not part.atomic:
            if reversed_by is not None and _in_reference(reversed_by, part, lexicon, whole=True):
                reversed_by = None
            found, reversed_by = _halves(unit, answer, start, end, lexicon, reversed_by, asked)
        places.append((found.start, found.end) if found is not None and found.score >= 0.8 else None)
        if found is None:
            missing.append(unit)
            # 操作前不查 turns round what all points share.
            turned_round = reversed_by is not None and reversed_by.key in ("negated", "antonym")
            shared = unit.common and not turned_round
            idle = shared or (not unit.common and unit.weight < 0.4 <= part.weight)
            whole = (start, end) == (0, len(answer.plain))
            if (
                reversed_by is not None
                and not idle
                and not _in_reference(reversed_by, part, lexicon, whole=whole)
            ):
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
    # Who tells it in other words may well say one thing more freely; who repeats the rest word for word has put another.
    replaced = () if notes else _replaced(part, places, answer, start, end)
    return Said(got / total, tuple(spans), tuple(notes), tuple(against), tuple(missing), replaced)


_SPELLED_NEVER = re.compile(r"bu(?:yao|neng|shi|de|yong|xu|zhun|hui|gai|keyi)|meiyou|jinzhi|yanjin")
_SPELLED_NOT = re.compile(
    r"(?:bu(?:yao|neng|shi|de|yong|xu|zhun|hui|gai|keyi|yinggai)?|mei(?:you)?|fei|jinzhi|yanjin)$"
)


def _spelled_not(answer: Answer, at: int) -> bool:
    """Whether a negation in pinyin stands just before, or begins the stretch."""
    begin = next((start for start, end in answer.segments if start <= at < end), 0)
    before = answer.plain[begin:at]
    return bool(_SPELLED_NOT.search(before[-8:]) or _SPELLED_NEVER.match(before))


_SHORTEST = 5
"""Letters from which a part spelled in pinyin is found within a longer stretch."""


def _spelled(part: Part, answer: Answer, start: int, end: int) -> tuple[int, int] | None:
    """Where a whole part stands in pinyin, its negation and all (buxinyao)."""
    for latin in {pinyin.typed(part.plain), pinyin.typed_phrase(part.plain)}:
        if not latin.isascii() or latin.isdigit():
            continue
        at = answer.plain.find(latin, start, end)
        while at >= 0:
            stop = at + len(latin)
            alone = (at, stop) in answer.segments or len(latin) >= _SHORTEST
            if alone and not _spelled_not(answer, at) and not answer.denied[at]:
                return at, stop
            at = answer.plain.find(latin, at + 1, end)
    return None


_GAP = 8
"""Characters between two words of a part in which another word may stand in a third one's place."""


def _replaced(
    part: Part, places: list[tuple[int, int] | None], answer: Answer, start: int, end: int
) -> tuple[tuple[Unit, str], ...]:
    """Units in whose place, between their very neighbours, another word stands (党委领导下的主任负责制)."""
    found = []
    for index, unit in enumerate(part.units):
        if places[index] is not None or words.is_light(unit.text) or not any(places):
            continue
        before = places[index - 1] if index else None
        after = places[index + 1] if index + 1 < len(places) else None
        if (index and before is None) or (index + 1 < len(places) and after is None):
            continue
        anchor = before or after
        if anchor is None:
            continue
        low, high = next(
            ((a, b) for a, b in answer.segments if a <= anchor[0] < b and start <= a and b <= end), (0, 0)
        )
        low, high = (before[1] if before else low), (after[0] if after else high)
        if not 0 < high - low <= _GAP:
            continue
        others = [
            word
            for word, tag, at in answer.tokens
            if low <= at < high and words.carries(word, tag) and tag[:1] not in "mtd"
        ]
        strange = [
            word
            for word in others
            if word not in part.context and words.kinship(unit.text, word) < words.DEEDS
        ]
        if strange and len(strange) == len(others):
            found.append((unit, strange[0]))
    return tuple(found)


def _flipped(part: Part, answer: Answer, start: int, end: int) -> Reason | None:
    """Whether a word of the part stands in the answer as its opposite (宽以修身 for 严以修身)."""
    whole = (start, end) == (0, len(answer.plain))
    for word, other, seen in part.flips:
        if whole and seen in part.context:
            continue
        if word in answer.plain[start:end] and len(word) > 1:
            continue
        for at in occurrences(seen, answer.plain, start, end):
            if answer.denied[at] == part.denied:
                return Reason("antonym", {"given": other, "wanted": word})
    return None


def _in_reference(reason: Reason, part: Part, lexicon: Words, *, whole: bool) -> bool:
    """An opposite that the reference itself names proves nothing (集体领导和个人分工), nor in a `whole` answer does another point's."""
    if reason.key != "antonym":
        return False
    given, known = reason.params["given"], part.context if whole else part.plain
    return given in known or any(other in known for other in lexicon.same(given) if len(other) > 1)


def _apart(answer: Answer, one: int, other: int) -> bool:
    """Whether two places lie in different items of an enumeration."""
    return "、" in answer.text[min(answer.at[one], answer.at[other]) : max(answer.at[one], answer.at[other])]


_LACKING = ("没有", "没")


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
    denied = unit.denied
    if pieces[0] in _LACKING or unit.text.startswith(_LACKING):
        # 没有意识 is one word of the lexicon; 无意识 says the same.
        pieces = [word for word in pieces if word not in _LACKING]
        denied = not denied
    for word in pieces:
        size = len(word) * (0.35 if words.is_light(word) else 1.0)
        whole += size
        found, turned = find(lexicon.plain_unit(word, denied), answer, start, end, lexicon)
        against = against or turned
        if found is not None:
            share += size * found.score
            if word not in asked:
                hits.append(found)
        elif word in asked or (word.startswith("党") and word[1:] and word[1:] in asked):
            share += size
    if not hits or against:
        return None, against
    if len(hits) == len(pieces) == 2 and _apart(answer, hits[0].start, hits[1].start):
        # 警告、严重 is not 严重警告.
        share -= min(len(word) * (0.35 if words.is_light(word) else 1.0) for word in pieces)
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
    for begin, stop in courses(answer.plain[start:end]):
        if _any(goal, begin) and _any(origin, stop):
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
