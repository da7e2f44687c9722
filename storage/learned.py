"""Reads what the grader has learned: a table of word vectors and the trees that weigh."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from study.grading.learned import FEATURES, Learned, Scale, Tree

VECTORS = "vectors.npz"
TREES = "likeness.json"


class LearnedError(ValueError):
    """A file that cannot be used; the message names it."""


def read(folder: Path) -> Learned | None:
    """What the folder's two files hold; None if either is missing. Raises LearnedError."""
    if not (folder / VECTORS).is_file() or not (folder / TREES).is_file():
        return None
    words, table = read_vectors(folder / VECTORS)
    try:
        data = json.loads((folder / TREES).read_text("utf-8"))
        return Learned(words, table, some=_scale(data["some"]), all=_scale(data["all"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LearnedError(f"{folder / TREES}: cannot be used: {error}") from error


def read_vectors(path: Path) -> tuple[tuple[str, ...], NDArray[np.int8]]:
    """The words and the table in `path`. Raises LearnedError."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            words, table = tuple(str(kept["words"]).split("\n")), kept["table"].astype(np.int8)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise LearnedError(f"{path}: cannot be used: {error}") from error
    if table.ndim != 2 or len(table) != len(words):
        raise LearnedError(f"{path}: one row a word is needed")
    return words, table


def _scale(data: dict[str, Any]) -> Scale:
    places = {name: place for place, name in enumerate(FEATURES)}
    trees = tuple(
        Tree(
            nodes=tuple((places[name], float(at), int(yes), int(no)) for name, at, yes, no in tree["nodes"]),
            leaves=tuple(map(float, tree["leaves"])),
        )
        for tree in data["trees"]
    )
    return Scale(start=float(data["start"]), trees=trees, least=float(data["least"]))
