"""How often /ask finds the lesson that answers a question, beside plain keyword search over the same questions.

The questions and the lessons that answer them stand in tests/content/asked.yaml; `half` is "check", which nothing was
tuned on, or "dev". A question that nothing taught answers is answered falsely when any lesson is shown.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from bench._tools import machine, percentile
from storage import lexicon, packfiles
from study import hearing, packs
from study.asking import HITS, Index
from study.curriculum import Curriculum

HOUSE = Path(__file__).resolve().parent.parent
CONTENT = HOUSE / "content"
ASKED = HOUSE / "tests" / "content" / "asked.yaml"


@dataclass(frozen=True)
class Asked:
    """A question and the lessons any of which answers it; none when nothing taught does."""

    words: str
    lessons: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """Shares of the answerable questions whose lesson came first or among the first three, and of the others that
    were answered all the same."""

    hit_at_1: float
    hit_at_3: float
    false_answers: float


def curriculum() -> Curriculum:
    """What is taught from the first day."""
    files = packfiles.read(CONTENT)
    pack = packs.read(files.documents, pictures=files.formats, faults=files.faults).pack
    assert pack, "the starter pack has faults: python -m bot content check"
    return Curriculum.of([pack])


def asked(half: str) -> tuple[Asked, ...]:
    rows = yaml.safe_load(ASKED.read_text("utf-8"))[half]
    return tuple(Asked(row["ask"], frozenset(row["lessons"])) for row in rows)


def judge(find: Callable[[str], Sequence[str]], questions: Sequence[Asked]) -> Figures:
    """`find` gives the ids of lessons, best first."""
    answerable = [(one.lessons, list(find(one.words))) for one in questions if one.lessons]
    others = [find(one.words) for one in questions if not one.lessons]
    return Figures(
        hit_at_1=sum(bool(right & {*found[:1]}) for right, found in answerable) / len(answerable),
        hit_at_3=sum(bool(right & {*found[:3]}) for right, found in answerable) / len(answerable),
        false_answers=sum(bool(found) for found in others) / len(others),
    )


def plain_search(taught: Curriculum) -> Callable[[str], Sequence[str]]:
    """Keyword search as it is built in an afternoon: the words of the question, counted where they stand."""
    texts = {
        lesson.id: "\n".join(
            (
                *(lesson.title, lesson.question or "", *lesson.key_points, lesson.body),
                *(item.question + item.explanation for item in taught.items_by_lesson.get(lesson.id, ())),
            )
        )
        for lesson in taught.lessons.values()
    }

    def find(question: str) -> Sequence[str]:
        words = set(hearing.words(question.lower()))
        counts = {id_: sum(text.count(word) for word in words) for id_, text in texts.items()}
        return [id_ for id_ in sorted(counts, key=lambda id_: -counts[id_]) if counts[id_]][:HITS]

    return find


def run(*, half: str = "check") -> dict[str, Any]:
    taught, questions = curriculum(), asked(half)
    start = time.perf_counter()
    index = Index(taught, lexicon.read(CONTENT).synonyms)
    built = time.perf_counter() - start
    spent = []

    def find(question: str) -> Sequence[str]:
        begun = time.perf_counter()
        found = [hit.lesson.id for hit in index.ask(question)]
        spent.append((time.perf_counter() - begun) * 1000)
        return found

    ours, plain = judge(find, questions), judge(plain_search(taught), questions)
    return {
        "half": half,
        "lessons": len(taught.lessons),
        "answerable": sum(bool(one.lessons) for one in questions),
        "unanswerable": sum(not one.lessons for one in questions),
        **{name: round(value, 3) for name, value in vars(ours).items()},
        **{f"plain_{name}": round(value, 3) for name, value in vars(plain).items()},
        "index_ms": round(built * 1000),
        "question_ms": round(median(spent), 2),
        "question_p99_ms": round(percentile(spent, 0.99), 2),
        **machine(),
    }
