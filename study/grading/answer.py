"""An answer made ready for comparison, once, however many points look at it."""

import re
from functools import cached_property, lru_cache

from study.grading import latin, negation, numerals, pinyin, words
from study.grading.normalise import fold, is_word_char
from study.grading.quantities import Quantity, parse

SEPARATORS = re.compile(
    r"[、，,；;。\n|+&!！?？:]|(?<!\d)/|/(?!\d)|(?<=\D)\.|\.(?=\D|$)|\s+|\.{2,}|-{2,}|或者?|还是|要么"
)
"""What parts the items of a list."""

_ENUMERATOR = re.compile(
    r"(?:(?<=^)|(?<=[\s，,；;。、:!]))(?:\(?\d{1,2}(?:[.、):](?!\d)|\s)|\(?[一二三四五六七八九十]{1,2}(?:[、.):]|是)|第[一二三四五六七八九十]{1,2}(?:个|条|点|项)?(?:[是,，:、.]|(?=\D))|其[一二三四五六七八九]是?|[a-h][.、):])"
)
_ITEM = r"第?(?:\d{1,4}|[零一二三四五六七八九十])[天日月年次个号周岁]?"
_ROW = re.compile(rf"\W*(?:分别)?(?:是|为|在)?{_ITEM}(?P<by>[、，,]){_ITEM}(?:(?P=by){_ITEM})+\W*")
"""Nothing but figures one after the other (0、3、7、14): the first of two is no enumerator."""
_PARTICLES = re.compile(
    r"(?=(.)(?:[了过着完好上下起出回][个一几两]?[个次点些场口件张项]?|[个一几两][次点些场口件张项]?)(.))"
)
_CLAUSES = re.compile(r"[，,。；;！!？?\n]")


_MODIFIERS = frozenset(("去甲", *"副伪亚准异脱假非"))
_AIMS = re.compile(r"为了|为的是|以便|好让|目的是|想让|方便|便于|利于")


class Answer:
    """What somebody typed.

    `text` keeps punctuation, `plain` only the characters that carry meaning; `at` says where each of these stands in
    `text`, and `origin` where each of `text` stands in the string as typed. `excused` are negations that the question itself has.
    """

    def __init__(self, typed: str, excused: frozenset[str] = frozenset()) -> None:
        folded = fold(typed)
        self.typed = typed
        self._excused = excused
        self._heard: dict[tuple[int, int], frozenset[str]] = {}
        self._folded = folded
        text, self.origin = numerals.worded(folded.text, folded.origin)
        self._row = bool(_ROW.fullmatch(text))
        self.text = text if self._row else _ENUMERATOR.sub(lambda match: "\n" * len(match[0]), text)
        self.at = tuple(index for index, char in enumerate(self.text) if is_word_char(char))
        self.plain = "".join(self.text[index] for index in self.at)

    @cached_property
    def sound(self) -> str:
        return pinyin.sounds(self.plain)

    def heard(self, start: int, end: int) -> frozenset[str]:
        """The sounds of a stretch of `plain`."""
        found = self._heard.get((start, end))
        if found is None:
            found = self._heard[start, end] = frozenset(self.sound[start:end])
        return found

    @cached_property
    def denied(self) -> tuple[bool, ...]:
        marks = negation.denied(self.text, self._excused)
        return tuple(marks[index] for index in self.at)

    @cached_property
    def fronted(self) -> frozenset[int]:
        """What stands before a negation in its clause: 回扣都不能拿 denies 回扣 too."""
        found: set[int] = set()
        places = {place: index for index, place in enumerate(self.at)}
        # 违背 is a deed; what stands before it is not denied by it.
        plain = [
            places[start]
            for start, end in self._negations
            if start in places and not negation.is_verb(self.text[start:end])
        ]
        for start, end in self.clauses:
            found.update(range(start, next((at for at in plain if start <= at < end), start)))
        return frozenset(found)

    @cached_property
    def _negations(self) -> tuple[tuple[int, int], ...]:
        return negation.words(self.text, self._excused)

    @cached_property
    def negatives(self) -> frozenset[int]:
        places = {place: index for index, place in enumerate(self.at)}
        return frozenset(places[start] for start, _ in self._negations if start in places)

    @cached_property
    def aims(self) -> bool:
        """Whether it tells what something is for, rather than what would come."""
        return bool(_AIMS.search(self.text))

    @cached_property
    def denying(self) -> frozenset[int]:
        """Where the last characters of negations stand."""
        places = {place: index for index, place in enumerate(self.at)}
        return frozenset(places[end - 1] for _, end in self._negations if end - 1 in places)

    def negator(self, at: int) -> str:
        """The negation that denies what stands at `at`: the nearest one before it, or else after it; '' if none."""
        place = self.at[at]
        before = max((span for span in self._negations if span[1] <= place), default=None)
        if before is not None and not _CLAUSES.search(self.text, before[1], place):
            return self.text[slice(*before)]
        after = min((span for span in self._negations if span[0] > place), default=None)
        if after is not None and not _CLAUSES.search(self.text, place, after[0]):
            return self.text[slice(*after)]
        return ""

    def stands(self, at: int, *, denied: bool) -> bool:
        """Whether what stands at `at` is denied or affirmed as wanted."""
        return self.denied[at] == denied or (denied and at in self.fronted)

    @cached_property
    def latin(self) -> bool:
        """Whether there are letters enough for pinyin typed as letters."""
        return sum(char.isascii() and char.isalpha() for char in self.plain) >= 4

    @cached_property
    def clauses(self) -> tuple[tuple[int, int], ...]:
        """Spans of `plain` between full stops and commas."""
        return self._pieces(_CLAUSES)

    @cached_property
    def segments(self) -> tuple[tuple[int, int], ...]:
        """Spans of `plain` between anything that parts items."""
        return self._pieces(SEPARATORS)

    def _pieces(self, separators: re.Pattern[str]) -> tuple[tuple[int, int], ...]:
        pieces, start = [], 0
        bounds = [match.span() for match in separators.finditer(self.text)]
        index = 0
        for begin, end in [*bounds, (len(self.text), len(self.text))]:
            while index < len(self.at) and self.at[index] < begin:
                index += 1
            if index > start:
                pieces.append((start, index))
            while index < len(self.at) and self.at[index] < end:
                index += 1
            start = index
        return tuple(pieces)

    @cached_property
    def tokens(self) -> tuple[tuple[str, str, int], ...]:
        """Words of `plain` with part of speech and start, never across a separator."""
        found = []
        for start, end in self.segments:
            at = start
            for word, tag in words.tagged(self.plain[start:end]):
                if len(word) > 1 and at in self.negatives and not self.denied[at] and self.denied[at + 1]:
                    # 别动 is a word to the dictionary.
                    found.append((word[0], "d", at))
                    word, tag, at = word[1:], words.tagged(word[1:])[0][1], at + 1
                found.append((word, tag, at))
                at += len(word)
        return tuple(found)

    @cached_property
    def parted(self) -> dict[str, list[tuple[int, int]]]:
        """Pairs of characters with a particle or a count between them, and where (请假 for 请个假)."""
        found: dict[str, list[tuple[int, int]]] = {}
        for match in _PARTICLES.finditer(self.plain):
            start, stop = match.start(1), match.end(2)
            found.setdefault(self.plain[start] + match[2], []).append((start, stop))
        return found

    def torn(self, start: int, end: int) -> bool:
        """Whether a stretch cuts words at both ends, or lies within one (织基 in 组织基础): no slip for another."""
        cut = [False, False]
        for word, _, at in self.tokens:
            stop = at + len(word)
            if len(word) > 1 and words.is_word(word):
                cut[0] = cut[0] or at < start < stop
                cut[1] = cut[1] or at < end < stop
                if at <= start and end <= stop and end - start < stop - at:
                    return True
        return all(cut)

    def cut(self, start: int, end: int) -> bool:
        """Whether a stretch begins or ends within a word (人利益 in 个人利益)."""
        return any(
            at < edge < at + len(word) and words.is_word(word)
            for word, _, at in self.tokens
            for edge in (start, end)
        )

    @cached_property
    def modified(self) -> frozenset[int]:
        """Where a word stands of which a prefix makes another thing (去甲肾上腺素, 副书记)."""
        places = {at + len(word): word for word, _, at in self.tokens}
        return frozenset(
            at
            for at, word in places.items()
            if at < len(self.at) and self.at[at] == self.at[at - 1] + 1 and word in _MODIFIERS
        )

    @cached_property
    def single(self) -> frozenset[int]:
        """Where one character is a word by itself."""
        places = {place: index for index, place in enumerate(self.at)}
        after = (places.get(stop) for _, stop in self._negations)
        alone = (at for word, _, at in self.tokens if len(word) == 1)
        return frozenset((*alone, *(at for at in after if at is not None)))

    @cached_property
    def _figures(self) -> tuple[str, tuple[int, ...]]:
        return numerals.canonical(*latin.worded(self._folded.text, self._folded.origin))

    def quantities(self, dates: frozenset[int], shares: bool) -> tuple[Quantity, ...]:
        """The figures of the answer, read with what is expected."""
        text, _ = self._figures
        if not self._row:
            text = _ENUMERATED.sub(lambda match: match[1] + "\n" * (len(match[0]) - len(match[1])), text)
        return parse(text, dates=dates, shares=shares)

    @property
    def figures(self) -> str:
        """The text that spans of `quantities` refer to."""
        return self._figures[0]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span as typed for a span of `plain`."""
        if start >= end:
            return 0, 0
        return self.origin[self.at[start]], self.origin[self.at[end - 1]] + 1

    def within(self, typed: tuple[int, int], start: int, end: int) -> tuple[int, int] | None:
        """The span of `plain` for a span as typed, if it lies between `start` and `end`."""
        inside = [at for at in range(start, end) if typed[0] <= self.origin[self.at[at]] < typed[1]]
        return (inside[0], inside[-1] + 1) if inside else None

    def figure_span(self, start: int, end: int) -> tuple[int, int]:
        """The span as typed for a span of `figures`."""
        origin = self._figures[1]
        return origin[start], origin[end - 1] + 1


# "1、2年 2、恢复权利": an enumerator is no figure.
_ENUMERATED = re.compile(
    r"((?:^|[\n，,；;。 ]))(?:\(?\d{1,2}[、)]|\d{1,2}\.(?=\D)|\d{1,2}\s+(?=\d))(?=\s*\S)"
)


@lru_cache(maxsize=1024)
def prepared(typed: str, excused: frozenset[str] = frozenset()) -> Answer:
    """The same answer is prepared once; negations that the question itself has may be `excused`."""
    return Answer(typed, excused)
