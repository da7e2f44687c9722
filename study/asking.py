"""Finding the lesson that answers a question in a person's own words: BM25 over words, then over their sounds."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import bm25s
import rjieba
from opencc import OpenCC
from pypinyin import lazy_pinyin

from study.curriculum import Curriculum
from study.items import Item, Lesson
from study.refusal import Refusal

MOST_CHARACTERS = 200
# How much of what was asked (weighed by how telling each word is) a lesson has to speak of.
LEAST_COVERAGE = 0.42
# A lesson that says less than this share of what the best one says is no second guess.
LEAST_SHARE = 0.5
HITS = 3

_WORD = re.compile(r"[\w]+")
_STOP = frozenset(
    "的 了 吗 呢 吧 啊 呀 是 在 和 与 或 有 我 你 您 他 她 们 我们 你们 它 这 那 哪 什么 怎么 怎样 怎么办 如何 为什么 "
    "几 多少 要 能 会 可以 可不可以 能不能 是不是 应该 需要 就 都 也 还 还是 请问 一下 一个 个 次 对 把 被 让 给 到 从 "
    "请 想 知道 问 时候 时 后 前 里 上 下 中 不 没 没有 算 算不算 吗 哪些 哪个 谁 何时 什么时候 多久 哪里 必须 一定 好 做 办".split()
)


class NothingAsked(Refusal):
    """The question is empty, or too long to be one."""

    key = "refusal.nothing_asked"


@dataclass(frozen=True)
class Hit:
    """A lesson that speaks of the question, the passage that does so most, and a question of the lesson's quiz."""

    lesson: Lesson
    passage: str
    item: Item | None


class Index:
    """Everything taught, ready to be asked. Building it takes some tens of milliseconds a hundred lessons."""

    def __init__(self, curriculum: Curriculum) -> None:
        self._lessons = tuple(curriculum.lessons.values())
        self._items = curriculum.items_by_lesson
        words = [self._weighed(lesson) for lesson in self._lessons]
        self._by_word = _Ranking(words)
        self._by_sound = _Ranking(
            [[sound for word in document for sound in _sounds(word)] for document in words]
        )

    def _weighed(self, lesson: Lesson) -> list[str]:
        """The words of a lesson; what it is about counts more than what it mentions."""
        about = " ".join((lesson.title, lesson.question or "", lesson.theme or "", *lesson.tags))
        asked = " ".join(item.question for item in self._items.get(lesson.id, ()))
        return (
            3 * words_of(about)
            + 2 * words_of(" ".join(lesson.key_points))
            + words_of(lesson.body)
            + words_of(asked)
        )

    def ask(self, question: str) -> tuple[Hit, ...]:
        """The lessons that answer the question, best first; none when nothing taught speaks of it.

        Raises NothingAsked. The same question gives the same answer on every machine.
        """
        question = question.strip()
        if not question or len(question) > MOST_CHARACTERS:
            raise NothingAsked(most=MOST_CHARACTERS)
        asked = words_of(question)
        found = self._by_word.best(asked)
        if not found:
            found = self._by_sound.best([sound for word in asked for sound in _sounds(word)])
        return tuple(self._hit(self._lessons[place], asked) for place in found)

    def _hit(self, lesson: Lesson, asked: Sequence[str]) -> Hit:
        wanted = set(asked)
        items = self._items.get(lesson.id, ())
        return Hit(
            lesson=lesson,
            passage=_closest(lesson.body.split("\n"), wanted),
            item=max(items, key=lambda item: len(wanted & set(words_of(item.question))), default=None),
        )


class _Ranking:
    """BM25 over documents of words, with a say on how much of the question a document speaks of."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self._documents = [frozenset(document) for document in documents]
        self._scores = bm25s.BM25(method="lucene")
        if any(self._documents):
            self._scores.index([list(document) or [""] for document in documents], show_progress=False)

    def best(self, asked: Sequence[str]) -> list[int]:
        """The places of the documents that answer, best first; [] when none speaks of enough of it."""
        words = list(dict.fromkeys(asked))
        if not words or not any(self._documents):
            return []
        known = [word for word in words if any(word in document for document in self._documents)]
        if not known:
            return []
        scores = self._scores.get_scores(known)
        order = sorted(range(len(self._documents)), key=lambda place: (-float(scores[place]), place))
        best = float(scores[order[0]])
        return [
            place
            for place in order[:HITS]
            if float(scores[place]) >= LEAST_SHARE * best and self._coverage(place, words) >= LEAST_COVERAGE
        ]

    def _coverage(self, place: int, words: Iterable[str]) -> float:
        weights = {word: self._weight(word) for word in words}
        spoken = sum(weight for word, weight in weights.items() if word in self._documents[place])
        return spoken / sum(weights.values())

    def _weight(self, word: str) -> float:
        """Rare words tell more; a word nobody taught tells the most."""
        holders = sum(word in document for document in self._documents)
        return 1.0 / (1.0 + 8.0 * holders / len(self._documents))


def words_of(text: str) -> list[str]:
    """The telling words of a text: simplified, lower case, without what every question has."""
    plain = _simplified(unicodedata.normalize("NFKC", text)).lower()
    found: list[str] = []
    for run in _WORD.findall(plain):
        found += [word for word in rjieba.cut_for_search(run) if word not in _STOP]
    return found


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplified(text: str) -> str:
    return str(_converter().convert(text))


def _sounds(word: str) -> list[str]:
    """The syllables of a word in pairs, so that "dangke" and 党课 meet; Latin letters are taken for pinyin."""
    sounds = lazy_pinyin(word) if not word.isascii() else _syllables(word)
    return [first + second for first, second in pairwise(sounds)] or sounds


_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|er|an|en|in|un|ia|ua|uo|a|o|e|i|u|v)"
    r"(?:g(?![aeiou])|n(?![aeiouv]))?"
)


def _syllables(latin: str) -> list[str]:
    return _SYLLABLE.findall(latin)


def _closest(paragraphs: Sequence[str], wanted: set[str]) -> str:
    """The paragraph that shares the most words with the question; the first of equals."""
    filled = [paragraph.strip() for paragraph in paragraphs if paragraph.strip()]
    return max(filled, key=lambda paragraph: len(wanted & set(words_of(paragraph))), default="")
