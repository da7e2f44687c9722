"""A reference text, analysed: its parts, and what each part says in words and in figures.

The author writes one sentence; which of its parts a full answer has to make is found out here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from study.grading import negation, numerals, pinyin, words
from study.grading.normalise import fold, is_word_char, squeeze
from study.grading.quantities import (
    BOUND_WORDS,
    Period,
    Quantity,
    Sort,
    parse,
    question_bound,
    question_period,
)
from study.grading.words import Unit, Words


@dataclass(frozen=True)
class Question:
    """What the question says, and an answer need not repeat."""

    plain: str
    figures: tuple[Quantity, ...]
    period: Period | None
    bound: str
    known: Quantity | None
    text: str
    negations: frozenset[str] = frozenset()
    counts: bool = True
    """Whether a figure is asked for."""
    cues: tuple[str, ...] = ()
    """What stands around each blank in its clause, if there are several and each stands in a clause of its own words."""
    interval: bool = False
    """Whether it asks how often something is done."""
    several: bool = False
    """Whether more than one figure is asked, one after the other."""
    bounded: bool = False
    """Whether it asks for the least and for the most."""


_COUNTS = re.compile(r"几|多少|多长|多久|多大|何时|什么时候|哪[年月天日一]|_|频次|频率|次数|时间|期限|比例")


_BLANK = re.compile(r"_+")
_CLAUSE = re.compile(r"[，,。；;:、]")
_ASKED_FIGURE = re.compile(r"几|多少|哪[年月日天]|多[长久大]")
_INTERVAL = re.compile(r"(?:多久|多长时间|多少时间).{0,8}[一1][次回]")
_EACH = re.compile(r"分别|依次|各")
_LEAST = re.compile(r"不(?:得|能|应)?(?:少于|低于|短于)|至少|最少|最短|最低|下限")
_MOST = re.compile(r"不(?:得|能|应)?(?:多于|超过|高于|长于)|至多|最多|最长|最高|上限")


def _cues(text: str) -> tuple[str, ...]:
    """The clause around each blank, the blank left in; none where blanks merely follow one another."""
    clauses = [clause for clause in _CLAUSE.split(text) if "_" in clause]
    if len(clauses) < 2 or any(len(_BLANK.findall(clause)) > 1 for clause in clauses):
        return ()
    around = [squeeze(_BLANK.sub("", clause)) for clause in clauses]
    if not all(around) or len(set(around)) < len(around):
        return ()
    return tuple(_BLANK.sub("_", clause) for clause in clauses)


def question(text: str) -> Question:
    """Analyses a question."""
    folded = fold(text)
    figures_text, _ = numerals.canonical(folded.text, folded.origin)
    figures = parse(figures_text)
    return Question(
        plain=words.plain(text),
        figures=figures,
        period=question_period(figures_text),
        bound=question_bound(figures_text),
        known=next((figure for figure in figures if figure.sort is Sort.DATE), None),
        text=folded.text,
        negations=negation.asked(folded.text),
        counts=bool(_COUNTS.search(folded.text)),
        cues=_cues(folded.text),
        interval=bool(_INTERVAL.search(folded.text)),
        several=len(_ASKED_FIGURE.findall(folded.text)) > 1 or bool(_EACH.search(folded.text)),
        bounded=bool(_LEAST.search(folded.text) and _MOST.search(folded.text)),
    )


@dataclass(frozen=True)
class Part:
    """One thing that a wording says. A part that is all figures has no units; one without figures is all words."""

    text: str
    plain: str
    units: tuple[Unit, ...]
    figures: tuple[Quantity, ...]
    denied: bool
    atomic: bool
    label: str
    clauses: tuple["Part", ...] = ()
    """The clauses of a point that has several."""
    roles: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()
    """(relation, who stands before it, who after it) where changing places changes the sense."""
    context: str = ""
    """The whole reference, with all points: an opposite that it names itself proves nothing."""
    path: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """Where a course begins and where it ends (从近心端向远心端, 先重后轻)."""
    members: tuple[tuple[int, int], ...] = ()
    """Spans of `plain` that a conjunction joins, if it joins any (意识和呼吸)."""
    head: int = 0
    """Where a modifier with 下的 ends (党委领导下的): without it the rest is less than was asked."""
    lead: bool = False
    """Whether its first character stands under a negation."""
    flips: tuple[tuple[str, str, str], ...] = ()
    """(word, opposite, what the answer would have) for each word that an answer could turn round."""
    heard: frozenset[str] = frozenset()
    """Sounds of which one at least is heard wherever anything of it is said or turned round; none if that cannot be told."""

    @cached_property
    def weight(self) -> float:
        return sum(unit.weight for unit in self.units)


@dataclass(frozen=True)
class Wording:
    """One way to say a whole reference."""

    text: str
    plain: str
    parts: tuple[Part, ...]


_STRONG = re.compile(r"[；;。\n]")
_MIDDLE = re.compile(r"[，,]|(?<!^)(?:并且|以及|而且|同时)")
_WEAK = re.compile(r"、|和(?!谐|平|睦|气|缓|解|蔼|善|美)|与(?!时俱进|会|人为善)|及(?!时|格|早)")
_COUNTED = re.compile(
    r"(?:哪)?([一二两三四五六七八九十\d]{1,2})(?:个|大|项|种|条|方面|类|点|层|步|句|者|要|必须|不|部分)"
)
_ENUM = re.compile(
    r"(?:^|(?<=[；;。，,、\n\s]))(?:\(?\d{1,2}[.、)](?!\d)|\(?[一二三四五六七八九]{1,2}(?:[、.)]|是)|第[一二三四五六七八九][是,，、]|其[一二三四]是?)"
)
_PATH = re.compile(r"[从由自](?P<origin>[^从由自]{1,10}?)[向往到至朝](?P<goal>.{1,10})")
"""From here to there, in a plain text."""
_STEPS = re.compile(r"先(?P<origin>[^先后再]{1,8}?)(?:然后|后|再)(?P<goal>[^先后再]{1,8})")
"""First this and then that, in a plain text."""
_MODIFIER = re.compile(r".{2,12}下的(?=.{2})")
_TITLE = re.compile(r"《([^》]+)》")
_MEASURED = frozenset(
    {
        "seconds",
        "months",
        "metres",
        "grams",
        "litres",
        "degrees",
        "pascal",
        "yuan",
        "people",
        "times",
        "lessons",
        "ages",
        "workdays",
        "joules",
        "square metres",
        "votes",
        "terms",
        "millimoles",
        "kilocalories",
    }
)


def _is_typed(figure: Quantity) -> bool:
    """Whether a figure is a quantity rather than part of a name (四个意识, 三会一课)."""
    return figure.sort is not Sort.AMOUNT or figure.scale in _MEASURED or figure.per is not None


def split(text: str, asked: int | None) -> list[str]:
    """The parts of a reference. `asked` is how many the question speaks of, if it says so."""
    text = _ENUM.sub(lambda match: "；", text) if len(_ENUM.findall(text)) > 1 else text
    levels: list[list[str]] = []
    for pattern in (_STRONG, _MIDDLE, _WEAK):
        previous = levels[-1] if levels else [text]
        pieces = [piece for chunk in previous for piece in _pieces(pattern, chunk)]
        levels.append(pieces)
    if asked and asked > 1:
        for pieces in levels:
            if len(pieces) == asked:
                return pieces
    strong, middle, weak = levels
    if (
        len(weak) > len(middle) == 1
        and "、" in text
        and all(2 <= len(words.plain(piece)) <= 8 for piece in weak)
    ):
        return weak
    return middle if len(middle) > 1 else strong


def _pieces(pattern: re.Pattern[str], text: str) -> list[str]:
    """`text` cut at `pattern`, but not inside 《》 or brackets, and not into pieces that say nothing."""
    pieces, start = [], 0
    closed = {
        index
        for match in re.finditer(r"《[^》]*》|\([^)]*\)|\"[^\"]*\"", text)
        for index in range(*match.span())
    }
    for match in pattern.finditer(text):
        if match.start() in closed:
            continue
        pieces.append(text[start : match.start()])
        start = match.end()
    pieces.append(text[start:])
    said = [piece.strip() for piece in pieces]
    return [piece for piece in said if squeeze(piece)] or [text]


_FORBIDDING = frozenset(
    (
        "不由",
        "不让",
        "不给",
        "不被",
        "不在",
        "不向",
        "不以",
        "不得",
        "不能",
        "不准",
        "不许",
        "严禁",
        "禁止",
        "没有",
    )
)
_IDLE = frozenset(("p", "c", "y", "e", "o", "x", "r", "q"))


_RELATIONS = (
    "服从",
    "领导",
    "监督",
    "指挥",
    "高于",
    "大于",
    "优于",
    "重于",
    "先于",
    "优先于",
    "包围",
    "支配",
    "决定",
    "代替",
    "教育",
    "服务于",
    "服务",
    "依靠",
    "对",
    "变",
    "转变为",
    "取代",
    "多于",
    "少于",
    "早于",
    "晚于",
    "带动",
    "促进",
    "制约",
    "转为",
    "转化为",
    "影响",
    "帮助",
    "管",
    "选举",
    "任命",
    "负责",
    "为了",
    "推翻",
    "打倒",
    "战胜",
    "统领",
    "指导",
)


_LIGHT = 0.35
"""What a word without which a point keeps its sense weighs, beside others."""
_MEANT = frozenset("报告 书记 老师 回答 感觉".split())
"""Words that fill an answer up, but say something in a reference."""


def courses(plain: str) -> Iterator[tuple[str, str]]:
    """Where something begins and where it ends: from here to there, first this and then that."""
    for pattern in (_PATH, _STEPS):
        for found in pattern.finditer(plain):
            yield found["origin"], found["goal"]


_WHY = re.compile(r"为什么|为何|为啥|原因|目的|作用")
_AVERTS = re.compile(r"(?:为了?|可以?|以便?)?(?:防止|避免|以免|免得|预防|减少|降低|防)")
_COMPARATORS = re.compile(
    r"(?<=\n)[及或]?(?:以上|以下|以内|之内)|(?:至少|最少|最多|至多|不少于|不超过|不低于|不高于)(?=\n)"
)
"""Words of comparison beside a figure."""
_USUALLY = re.compile(r"^(?:一般|通常|正常|平时|平常|原则上)(?:情况|条件)?下?(?:都|是)?(?:不|没有|没)?")


class Analyst:
    """Analyses the wordings of one reference; `context` is all of it, plain."""

    def __init__(self, lexicon: Words, asked: Question, context: str = "") -> None:
        self._words = lexicon
        self._question = asked
        self._context = context

    def wording(
        self,
        text: str,
        *,
        whole: bool = False,
        figure: bool = False,
        atomic: bool = False,
        shared: tuple[str, str] = ("", ""),
    ) -> Wording:
        """Analyses one wording; `whole` keeps it in one part, `atomic` in one word, `shared` is what all points begin and end with."""
        folded = fold(text, limit=1200).text
        if whole:
            one = self.part(folded, shared, figure=figure, atomic=atomic)
            clauses = _pieces(_MIDDLE, folded)
            if one is not None and one.units and len(clauses) > 1:
                said = tuple(
                    part for piece in clauses if (part := self.part(piece)) is not None and part.units
                )
                heard = [part.heard for part in (one, *said)]
                one = replace(
                    one, clauses=said, heard=frozenset().union(*heard) if all(heard) else frozenset()
                )
            return Wording(text=text, plain=words.plain(text), parts=(one,) if one is not None else ())
        pieces = split(folded, self._counted())
        parts = tuple(
            part for piece in pieces if (part := self.part(piece, shared, figure=figure)) is not None
        )
        cues = self._question.cues
        if len(cues) == len(parts):
            # 少数服从____: filled in, it has roles that the answer may turn round.
            filled = [words.plain(cue.replace("_", one.text)) for cue, one in zip(cues, parts, strict=True)]
            parts = tuple(
                replace(one, roles=one.roles or self._roles(text))
                for one, text in zip(parts, filled, strict=True)
            )
        return Wording(text=text, plain=words.plain(text), parts=parts)

    def _counted(self) -> int | None:
        found = [numerals.value(match[1]) for match in _COUNTED.finditer(self._question.text)]
        return int(found[-1]) if found and found[-1] else None

    def part(
        self, text: str, shared: tuple[str, str] = ("", ""), *, figure: bool = False, atomic: bool = False
    ) -> Part | None:
        """Analyses one part; None if it says nothing."""
        canonical, origin = numerals.canonical(text, tuple(range(len(text))))
        figures = tuple(figure for figure in parse(canonical) if figure.sort is not Sort.PERIOD or figure.per)
        typed = tuple(one for one in figures if _is_typed(one) and (figure or not self._is_idle(one, text)))
        # Words are looked for where no typed figure stands.
        hidden = {
            index
            for figure in typed
            for index in range(origin[figure.start], origin[min(figure.end, len(origin)) - 1] + 1)
        }
        masked = "".join("\n" if index in hidden else char for index, char in enumerate(text))
        plain = words.plain(text)
        if not plain:
            return None
        bare = words.plain(BOUND_WORDS.sub("\n", masked) if typed else masked)
        only_figures = bool(typed) and not any(
            not figure
            and words.carries(word, tag)
            and word not in self._question.plain
            and not words.is_light(word)
            for word, tag in words.tagged(bare)
        )
        # In a question for a number, the word after it is a measure word that no table has (28响).
        if (
            not typed
            and (len(figures) == 1 or (figure and figures))
            and len(_rest(canonical, figures)) <= figure
        ):
            typed, only_figures = figures, True
        title = atomic or _TITLE.fullmatch(text.strip(' "。'))
        if typed:
            masked = _COMPARATORS.sub(lambda match: "\n" * len(match[0]), masked)
        units = () if only_figures else self._units(masked, shared, atomic=bool(title))
        denied = any(negation.denied(text))
        roles = () if title else self._roles(plain)
        path = None if title else self._path(plain)
        flips = self._flips(plain)
        turning = [word for role in roles for word in (role[0], *role[1], *role[2])]
        turning += [flip[2] for flip in flips]
        turning += [word for words_ in path or () for word in words_]
        return Part(
            text=canonical,
            plain=plain,
            units=units,
            figures=typed,
            denied=denied,
            atomic=bool(title),
            label=text.strip(),
            roles=roles,
            context=self._context + plain,
            path=path,
            members=() if title else _members(text),
            head=modifier.end() if (modifier := _MODIFIER.match(plain)) else 0,
            lead=_lead(text),
            flips=flips,
            heard=frozenset() if typed else self._heard(plain, units, turning),
        )

    def _heard(self, plain: str, units: Sequence[Unit], turning: Sequence[str]) -> frozenset[str]:
        """Every sound of what is looked for."""
        if any(unit.denies for unit in units):
            return frozenset()
        found = set(pinyin.sounds("".join((plain, *turning))))
        for unit in units:
            found |= unit.heard
            for piece, _, _ in self._words.cut(unit.text) if len(unit.text) >= 4 else ():
                found |= self._words.plain_unit(piece, False).heard
            for piece in words.halves(unit.text) if len(unit.text) >= 4 else ():
                found |= self._words.plain_unit(piece, False).heard
        return frozenset(found)

    def _roles(self, plain: str) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
        found = []
        edges = {0}
        for word, _ in words.tagged(plain):
            edges.add(max(edges) + len(word))
        for relation in _RELATIONS:
            at = plain.find(relation)
            if at < 1 or not {at, at + len(relation)} <= edges:
                continue
            before, after = self._nouns(plain[:at]), self._nouns(plain[at + len(relation) :])
            lefts = [word for word in before[-6:] if word not in after]
            rights = [word for word in after[:6] if word not in before]
            if lefts and rights:
                found.append((relation, self._variants(lefts), self._variants(rights)))
        return tuple(found)

    def _path(self, plain: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        course = next(courses(plain), None)
        if course is None:
            return None
        origin, goal = map(self._nouns, course)
        lefts = [word for word in origin if word not in goal]
        rights = [word for word in goal if word not in origin]
        return (self._variants(lefts), self._variants(rights)) if lefts and rights else None

    @staticmethod
    def _nouns(plain: str) -> list[str]:
        found: list[str] = []
        for word, tag in words.tagged(plain):
            if words.carries(word, tag) and tag[:1] in "nbvamilj":
                found.extend(words.halves(word) if len(word) >= 4 else (word,))
        return found

    def _variants(self, found: list[str]) -> tuple[str, ...]:
        return (*found, *(other for word in found for other in self._words.same(word) if len(other) > 1))

    def _is_idle(self, figure: Quantity, text: str) -> bool:
        """Whether a figure is a manner of speaking: 复述一遍, where the question asks for no figure."""
        one = figure.low == figure.high == 1 and figure.per is None and not figure.bound
        counted = figure.scale in ("times", "people", "terms") or figure.unit in ("天", "年", "日")
        return one and counted and not self._question.counts and len(words.plain(text)) > 4

    def _flips(self, plain: str) -> tuple[tuple[str, str, str], ...]:
        found: list[tuple[str, str, str]] = []
        for word, other, at in self._words.turning(plain):
            if len(word) > 1:
                # 垫高 is what the reference calls 抬高.
                own = any(same in plain or same in self._context for same in self._words.same(other))
                found.extend(() if own else ((word, other, other),))
                continue
            # One character proves something only beside its neighbour: 宽以 for 严以.
            after, before = plain[at + 1 : at + 2], plain[at - 1 : at] if at else ""
            found.extend((word, other, pair) for pair in (other + after, before + other) if len(pair) == 2)
        return tuple(flip for flip in found if flip[2] not in plain)

    def _units(self, text: str, shared: tuple[str, str], *, atomic: bool) -> tuple[Unit, ...]:
        word_text, _ = numerals.worded(text, tuple(range(len(text))))
        at = [index for index, char in enumerate(word_text) if is_word_char(char)]
        plain = "".join(word_text[index] for index in at)
        marks = negation.denied(word_text)
        negatives = {i for start, end in negation.words(word_text) for i in range(start, end)}
        head, tail = shared
        cuts = [0]
        if head and plain.startswith(head) and len(plain) > len(head):
            cuts.append(len(head))
        if tail and plain.endswith(tail) and len(plain) - len(tail) > cuts[-1]:
            cuts.append(len(plain) - len(tail))
        else:
            tail = ""
        cuts.append(len(plain))
        found: list[Unit] = []
        denials: list[Unit] = []
        averted = bool(_WHY.search(self._question.text) and _AVERTS.match(plain))
        for begin, end in pairwise(cuts):
            common = bool(
                (begin == 0 and len(cuts) > 2 and head and end == len(head))
                or (tail and begin == len(plain) - len(tail))
            )
            for word, tag, start in self._merged(plain, begin, end, atomic):
                while len(word) > 1 and at[start] in negatives and not self._whole(word):
                    # The dictionary made one word of a negation and what it denies.
                    word, start = word[1:], start + 1
                place = at[start]
                negative = place in negatives and at[start + len(word) - 1] in negatives
                if negative and not (negation.is_verb(word) and marks[place]):
                    denials.append(words.unit(self._words, word, start=start))
                    if negation.is_verb(word) and not averted:
                        found.append(words.unit(self._words, word, start=start, denies=True))
                    continue
                given = self._given(word)
                weight = self._weight(word, tag) * (0.12 if common else 1.0) * (0.25 if given else 1.0)
                found.append(
                    words.unit(
                        self._words,
                        word,
                        start=start,
                        weight=weight,
                        denied=marks[place],
                        common=common,
                        given=given,
                        averted=averted and marks[place],
                    )
                )
        if not any(unit.weight > 0 and not unit.common for unit in found):
            # 不能腐 among 不敢腐 and 不想腐: the negation is all that the point has of its own.
            found = [*denials, *found]
        return self._levelled(found, plain)

    def _rest_of(self, plain: str, own: Sequence[Unit]) -> tuple[Unit, ...]:
        """What a wording has besides words of the question (党建业务各做各的), if that is more than a character."""
        taken = {index for unit in own for index in range(unit.start, unit.end)}
        free = "".join(char if index not in taken else " " for index, char in enumerate(plain)).split()
        rest = _USUALLY.sub("", max(free, key=len, default=""))
        if len(rest) < 2 or rest in self._question.plain:
            return ()
        return (words.unit(self._words, rest, start=plain.find(rest)),)

    def _whole(self, word: str) -> bool:
        """Whether a word that begins with a negation is one by itself (不骄不躁), not 不得 and what it forbids."""
        return self._words.knows(word) or (words.is_word(word) and word[:2] not in _FORBIDDING)

    def _given(self, word: str) -> bool:
        asked = self._question.plain
        return word in asked or any(other in asked for other in self._words.same(word) if len(other) > 1)

    def _merged(self, plain: str, begin: int, end: int, atomic: bool) -> list[tuple[str, str, int]]:
        if atomic:
            return [(plain[begin:end], "nz", begin)]
        pieces = [(word, tag, start + begin) for word, tag, start in self._words.cut(plain[begin:end])]
        merged: list[tuple[str, str, int]] = []
        for word, tag, start in pieces:
            last = merged[-1] if merged else None
            # 被选举 is another thing than 选举.
            if last and last[0] == "被" and words.is_role(word):
                merged[-1] = ("被" + word, tag, last[2])
            # 三会, 20大: a numeral and what it counts are one name.
            elif (
                last and numerals.value(last[0]) is not None and not words.is_stop(word) and len(last[0]) <= 4
            ):
                merged[-1] = (last[0] + word, "nz", last[2])
            else:
                merged.append((word, tag, start))
        return merged

    @staticmethod
    def _weight(word: str, tag: str) -> float:
        if (words.is_stop(word) and word not in _MEANT) or tag.startswith("u") or tag in _IDLE:
            return 0.0
        weight = {1: 0.5, 2: 1.0, 3: 1.3}.get(len(word), 1.7)
        if words.is_light(word):
            weight *= _LIGHT
        elif tag in ("d", "f", "t", "m"):
            weight *= 0.6
        return weight

    def _levelled(self, found: list[Unit], plain: str) -> tuple[Unit, ...]:
        """Units that count; if the question has them all, or none would count, all do alike."""
        own = [unit for unit in found if not unit.common and unit.weight > 0]
        if own and all(words.is_light(unit.text) or unit.given for unit in own):
            found = [
                replace(unit, weight=unit.weight / _LIGHT)
                if words.is_light(unit.text) and not unit.common
                else unit
                for unit in found
            ]
            own = [unit for unit in found if not unit.common and unit.weight > 0]
        if own and not all(unit.given for unit in own):
            return tuple(unit for unit in found if unit.weight > 0)
        if own:
            rest = self._rest_of(plain, own)
            if rest:
                return (*(unit for unit in found if unit.weight > 0), *rest)
            return tuple(
                replace(unit, weight=unit.weight * 4, given=False) for unit in found if unit.weight > 0
            )
        return tuple(replace(unit, weight=0.12 if unit.common else 1.0, given=False) for unit in found)


def _members(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the plain text that a conjunction joins."""
    sizes = [len(words.plain(piece)) for piece in _pieces(_WEAK, text)]
    if len(sizes) < 2 or min(sizes) < 2:
        return ()
    joined = words.plain(text)
    spans, at = [], 0
    for piece in _pieces(_WEAK, text):
        own = words.plain(piece)
        start = joined.find(own, at)
        if start < 0:
            return ()
        at = start + len(own)
        spans.append((start, at))
    return tuple(spans)


def _lead(text: str) -> bool:
    """Whether the first character that carries meaning is denied."""
    marks = negation.denied(text)
    return next((mark for char, mark in zip(text, marks, strict=True) if is_word_char(char)), False)


def _rest(text: str, figures: tuple[Quantity, ...]) -> str:
    """What is left of a text without its figures and idle words."""
    kept = list(text)
    for figure in figures:
        kept[figure.start : figure.end] = "\n" * (figure.end - figure.start)
    rest = squeeze("".join(kept))
    return "" if all(words.is_stop(word) for word, _ in words.tagged(rest)) else rest
