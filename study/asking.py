"""Finding the lesson that answers a question in a person's own words: BM25 over words, characters and sounds."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import bm25s
import numpy as np
from numpy.typing import NDArray

from study import hearing
from study.curriculum import Curriculum
from study.items import Item, Lesson
from study.refusal import Refusal

MOST_CHARACTERS = 200
HITS = 3
# A lesson has to say as much of what was asked as this many words do that nothing else says,
LEAST_SAID = 1.4
# and at least this share of it, so that a long tale that touches much fits nothing.
LEAST_SHARE = 0.1
# A lesson that says less than this share of what the best one says is no second guess.
LEAST_OF_BEST = 0.4
# How much each way of hearing counts; synonyms are words that the person did not say.
WORDS, PAIRS, SOUNDS, SYNONYMS = 0.7, 1.0, 0.5, 0.5
# When all is typed in Latin letters, sounds stand in for the rest.
SOUNDS_ALONE = 3.0
# How much the best single passage of a lesson counts beside all that the lesson says.
PASSAGES = 0.5

Scores = NDArray[np.float64]


class NothingAsked(Refusal):
    """The question is empty, or too long to be one."""

    key = "refusal.nothing_asked"


@dataclass(frozen=True)
class Hit:
    """A lesson that speaks of the question, the passage that does so most, and a question of the lesson's quiz."""

    lesson: Lesson
    passage: str
    item: Item | None


@dataclass(frozen=True)
class _Asked:
    """A question as it is heard; `meant` are words that the person might have said instead."""

    words: Sequence[str]
    pairs: Sequence[str]
    sounds: Sequence[str]
    meant: Sequence[str]
    is_latin: bool


@dataclass(frozen=True)
class _Passage:
    """A paragraph of a lesson, an item of its quiz, or neither (what it is about, its key points)."""

    place: int
    text: str
    paragraph: str | None = None
    item: Item | None = None


class Index:
    """Everything taught, ready to be asked. Building it takes a second or two a hundred lessons.

    `synonyms` are groups of words that mean the same, as in the grader's lexicon.
    """

    def __init__(self, curriculum: Curriculum, synonyms: Iterable[Sequence[str]] = ()) -> None:
        self._lessons = tuple(curriculum.lessons.values())
        self._passages = tuple(
            passage
            for place, lesson in enumerate(self._lessons)
            for passage in _passages(place, lesson, curriculum.items_by_lesson.get(lesson.id, ()))
        )
        self._owners = np.array([passage.place for passage in self._passages], dtype=np.intp)
        whole = [""] * len(self._lessons)
        for passage in self._passages:
            whole[passage.place] += "\n" + passage.text
        self._whole = _Texts(whole)
        self._parts = _Texts([passage.text for passage in self._passages])
        self._synonyms = tuple(_group(words) for words in (*hearing.PLAIN_TALK, *synonyms))

    def ask(self, question: str) -> tuple[Hit, ...]:
        """The lessons that answer the question, best first; none when nothing taught speaks of it.

        Raises NothingAsked. The same question gives the same answer on every machine.
        """
        if not question.strip() or len(question.strip()) > MOST_CHARACTERS:
            raise NothingAsked(most=MOST_CHARACTERS)
        if hearing.is_about_treatment(question):
            return ()
        asked = self._heard(hearing.plain(question))
        parts = self._parts.scores(asked)
        closest = np.zeros(len(self._lessons))
        np.maximum.at(closest, self._owners, parts)
        scores = (self._whole.scores(asked) + PASSAGES * closest) / (1 + PASSAGES)
        least = max(LEAST_SAID, LEAST_SHARE * self._whole.weight(asked))
        return tuple(self._hit(place, parts) for place in _best(scores, least))

    def _heard(self, asked: str) -> _Asked:
        words = hearing.words(asked)
        meant = [
            part
            for group in self._synonyms
            if any(name in asked for name in group)
            for name, parts in group.items()
            if name not in asked
            for part in parts
        ]
        return _Asked(
            words=words,
            pairs=hearing.pairs(asked),
            sounds=hearing.sounds(asked),
            meant=[word for word in meant if word not in words],
            is_latin=hearing.is_latin(asked),
        )

    def _hit(self, place: int, parts: Scores) -> Hit:
        own = sorted(np.flatnonzero(self._owners == place), key=lambda at: (-parts[at], at))
        ranked = [self._passages[at] for at in own]
        return Hit(
            lesson=self._lessons[place],
            passage=next((one.paragraph for one in ranked if one.paragraph), ""),
            item=next((one.item for one in ranked if one.item), None),
        )


class _Texts:
    """Some texts, heard in every way. Scores are counted in words that only one of the texts says."""

    def __init__(self, texts: Sequence[str]) -> None:
        plain = [hearing.plain(text) for text in texts]
        self._words = _Ranking(plain, hearing.words)
        self._pairs = _Ranking(plain, hearing.pairs)
        self._sounds = _Ranking(plain, hearing.sounds)

    def scores(self, asked: _Asked) -> Scores:
        """What each text says of what was asked."""
        if asked.is_latin:
            return SOUNDS_ALONE * self._sounds.scores(asked.sounds)
        return (
            WORDS * self._words.scores(asked.words)
            + PAIRS * self._pairs.scores(asked.pairs)
            + SOUNDS * self._sounds.scores(asked.sounds)
            + SYNONYMS * self._words.scores(asked.meant)
        )

    def weight(self, asked: _Asked) -> float:
        """All that was asked, said once."""
        if asked.is_latin:
            return SOUNDS_ALONE * self._sounds.weight(asked.sounds)
        return (
            WORDS * self._words.weight(asked.words)
            + PAIRS * self._pairs.weight(asked.pairs)
            + SOUNDS * self._sounds.weight(asked.sounds)
        )


class _Ranking:
    """BM25 over texts cut into terms; one is the weight of a term that a single text has."""

    def __init__(self, texts: Sequence[str], terms: Callable[[str], list[str]]) -> None:
        documents = [terms(text) for text in texts]
        self._size = len(documents)
        self._holders = Counter(term for document in documents for term in set(document))
        self._bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        if self._holders:
            self._bm25.index(documents, show_progress=False)

    def scores(self, terms: Iterable[str]) -> Scores:
        """What each text says of the terms."""
        known = [term for term in dict.fromkeys(terms) if term in self._holders]
        if not known:
            return np.zeros(self._size)
        return np.asarray(self._bm25.get_scores(known).astype(np.float64) / self._rarity(1))

    def weight(self, terms: Iterable[str]) -> float:
        """How telling the terms are together; one that nobody taught tells as much as the rarest."""
        return sum(self._rarity(max(1, self._holders[term])) for term in set(terms)) / self._rarity(1)

    def _rarity(self, holders: int) -> float:
        return math.log(1 + (self._size - holders + 0.5) / (holders + 0.5))


def _best(scores: Scores, least: float) -> list[int]:
    """The places of the best scores, best first; none when the best is not enough."""
    order = sorted(range(len(scores)), key=lambda place: (-scores[place], place))[:HITS]
    if not order or scores[order[0]] < least:
        return []
    return [place for place in order if scores[place] >= LEAST_OF_BEST * scores[order[0]]]


def _passages(place: int, lesson: Lesson, items: Sequence[Item]) -> Iterable[_Passage]:
    """All that a lesson says, with what it is about in twice: that counts more than what it mentions."""
    about = "\n".join((lesson.title, lesson.question or ""))
    yield _Passage(place, about)
    yield _Passage(place, "\n".join((about, *lesson.tags, lesson.theme or "")))
    yield _Passage(place, "\n".join((*lesson.key_points, lesson.ward_link or "")))
    for paragraph in filter(None, map(str.strip, lesson.body.split("\n"))):
        yield _Passage(place, paragraph, paragraph=paragraph)
    for item in items:
        right = (item.options[at] for at in item.right)
        points = (point.text for point in item.points)
        yield _Passage(place, "\n".join((item.question, *points, *right, item.explanation)), item=item)


def _group(words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Each word of a group as it is heard, with its parts; single characters would be found everywhere."""
    heard = [hearing.plain(word) for word in words]
    return {
        name: tuple(part for part in hearing.words(name) if len(part) > 1) for name in heard if len(name) > 1
    }
