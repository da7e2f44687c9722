"""Rows of answers in, marks out; and, where a row says what a fair person marked, how far the grader agrees."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from study.grading import words
from study.grading.grader import Grader
from study.grading.verdict import Grade, Task
from study.items import Kind, Point

LABELS = ("wrong", "partial", "correct")
BASELINE_CUTS = (0.8, 0.5)
"""The usual cut-offs of plain fuzzy matching: correct from the first, partial from the second."""


class RowError(ValueError):
    """A row that is no question with an answer; says which field is wrong."""


@dataclass(frozen=True)
class Row:
    """One answer to mark; `label` and `phenomenon` are what a person said about it, if any."""

    id: str
    task: Task
    answer: str
    label: str | None = None
    phenomenon: str = ""


def _texts(value: object, field: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise RowError(f"{field}: a string or a list of strings is needed")


def _points(reference: object, aliases: object) -> tuple[Point, ...]:
    if isinstance(reference, str):
        return (Point(reference, _texts(aliases, "aliases")),)
    texts = _texts(reference, "reference")
    if not texts:
        raise RowError("reference: a string or a list of points is needed")
    if aliases is None:
        return tuple(map(Point, texts))
    if not isinstance(aliases, list):
        raise RowError("aliases: null, a list of strings, or one list a point is needed")
    if all(isinstance(one, str) for one in aliases) and len(aliases) != len(texts):
        raise RowError("aliases: for a list of points, one list a point is needed")
    if len(aliases) != len(texts):
        raise RowError(f"aliases: {len(texts)} lists are needed, one a point, not {len(aliases)}")
    return tuple(Point(text, _texts(one, "aliases")) for text, one in zip(texts, aliases, strict=True))


def row(data: Mapping[str, object]) -> Row:
    """Reads one row {id, kind, question, reference, aliases, answer} with optional label and phenomenon.

    Raises RowError.
    """
    if not isinstance(data, Mapping):
        raise RowError("a row is a JSON object")
    try:
        kind = Kind(str(data.get("kind")))
    except ValueError:
        raise RowError(f"kind: {data.get('kind')!r} is none of fill, short, list, number") from None
    answer = data.get("answer")
    if not isinstance(answer, str):
        raise RowError("answer: a string is needed")
    label = data.get("label")
    if label is not None and label not in LABELS:
        raise RowError(f"label: {label!r} is none of correct, partial, wrong")
    task = Task(kind, str(data.get("question") or ""), _points(data.get("reference"), data.get("aliases")))
    return Row(
        id=str(data.get("id", "")),
        task=task,
        answer=answer,
        label=None if label is None else str(label),
        phenomenon=str(data.get("phenomenon") or ""),
    )


def marked(one: Row, grade: Grade) -> dict[str, object]:
    """The mark of a row as plain data: {id, verdict, score, matched, missing, extras, reasons}."""
    points = one.task.points
    return {
        "id": one.id,
        "verdict": str(grade.verdict),
        "score": grade.score,
        "matched": [
            {
                "point": points[match.point].text,
                "start": match.start,
                "end": match.end,
                "text": one.answer[match.start : match.end],
            }
            for match in grade.matched
        ],
        "missing": [points[index].text for index in grade.missing],
        "extras": list(grade.extras),
        "reasons": [{"key": reason.key, **reason.params} for reason in grade.reasons],
    }


@dataclass(frozen=True)
class Agreement:
    """How marks agree with labels. Rates are shares of 1; `accepted` counts wrong answers called correct,
    `rejected` right answers called wrong."""

    size: int
    accuracy: float
    macro_f1: float
    kappa: float
    accepted: float
    rejected: float


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Agreement of (label, mark) pairs; kappa is Cohen's with quadratic weights."""
    size = len(pairs)
    if not size:
        return Agreement(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    counts = Counter(pairs)
    scores = []
    for label in LABELS:
        both = counts[label, label]
        said = sum(n for (_, mark), n in counts.items() if mark == label)
        true = sum(n for (wanted, _), n in counts.items() if wanted == label)
        if said + true:
            scores.append(2 * both / (said + true))
    level = {label: index for index, label in enumerate(LABELS)}
    labels, marks = Counter(label for label, _ in pairs), Counter(mark for _, mark in pairs)
    seen = sum(n * (level[a] - level[b]) ** 2 for (a, b), n in counts.items())
    chance = sum(labels[a] * marks[b] * (level[a] - level[b]) ** 2 for a in LABELS for b in LABELS) / size
    wrong = sum(n for (label, _), n in counts.items() if label == "wrong")
    right = sum(n for (label, _), n in counts.items() if label == "correct")
    return Agreement(
        size=size,
        accuracy=sum(counts[label, label] for label in LABELS) / size,
        macro_f1=sum(scores) / len(scores),
        kappa=1 - seen / chance if chance else 1.0,
        accepted=counts["wrong", "correct"] / wrong if wrong else 0.0,
        rejected=counts["correct", "wrong"] / right if right else 0.0,
    )


def baseline(one: Row) -> str:
    """The mark of plain fuzzy matching: normalised `rapidfuzz.fuzz.ratio` at the usual cut-offs."""
    reference = words.plain("".join(point.text for point in one.task.points))
    ratio = fuzz.ratio(reference, words.plain(one.answer)) / 100
    return "correct" if ratio >= BASELINE_CUTS[0] else "partial" if ratio >= BASELINE_CUTS[1] else "wrong"


@dataclass(frozen=True)
class Report:
    """Agreement over all labelled rows, for each phenomenon, and of plain fuzzy matching on the same rows."""

    grader: Agreement
    baseline: Agreement
    phenomena: tuple[tuple[str, Agreement], ...]


def report(rows: Iterable[tuple[Row, Grade]]) -> Report:
    """Compares marks with labels; rows without a label do not count."""
    labelled = [(one, str(grade.verdict)) for one, grade in rows if one.label is not None]
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one, mark in labelled:
        groups[one.phenomenon or "-"].append((str(one.label), mark))
    return Report(
        grader=agreement([(str(one.label), mark) for one, mark in labelled]),
        baseline=agreement([(str(one.label), baseline(one)) for one, _ in labelled]),
        phenomena=tuple((name, agreement(pairs)) for name, pairs in sorted(groups.items())),
    )


def table(result: Report) -> str:
    """A report as lines of text."""
    lines = [f"{'':<24}{'rows':>6}{'accuracy':>10}{'macro-F1':>10}{'QWK':>8}{'accepted':>10}{'rejected':>10}"]
    for name, one in (("grader", result.grader), ("rapidfuzz ratio", result.baseline)):
        lines.append(
            f"{name:<24}{one.size:>6}{one.accuracy:>10.3f}{one.macro_f1:>10.3f}{one.kappa:>8.3f}"
            f"{one.accepted:>10.3f}{one.rejected:>10.3f}"
        )
    lines.append("(accepted: wrong answers called correct; rejected: right answers called wrong)")
    lines.append("")
    lines.append(f"{'phenomenon':<24}{'rows':>6}{'accuracy':>10}")
    lines.extend(f"{name:<24}{one.size:>6}{one.accuracy:>10.3f}" for name, one in result.phenomena)
    return "\n".join(lines)


def mark_all(grader: Grader, rows: Iterable[Row]) -> list[tuple[Row, Grade]]:
    """Marks rows in order."""
    return [(one, grader.grade(one.task, one.answer)) for one in rows]
