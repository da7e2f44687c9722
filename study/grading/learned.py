"""What was learned from marked answers, as values: a table of word vectors, and sums of decision trees."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

FEATURES = tuple(
    "covered least told_least strange strangest length whole score partial edge hits short list points "
    "loose clauses left missing left_share".split()
)
"""What is weighed, in the order in which the trees name it."""


@dataclass(frozen=True)
class Tree:
    """A decision tree: each node asks whether a feature is at most a threshold.

    A node is (feature, threshold, yes, no); an answer below zero is leaf number -answer - 1.
    """

    nodes: tuple[tuple[int, float, int, int], ...]
    leaves: tuple[float, ...]

    @property
    def depth(self) -> int:
        """How many questions are asked at most."""
        return self._below(0) if self.nodes else 0

    def _below(self, node: int) -> int:
        return 0 if node < 0 else 1 + max(map(self._below, self.nodes[node][2:]))


@dataclass(frozen=True)
class Scale:
    """A sum of trees: the log odds that something is so; it is taken for so from `least` on."""

    start: float
    trees: tuple[Tree, ...]
    least: float

    def holds(self, features: Sequence[float]) -> float:
        """By how much the log odds are above what is asked; negative if they fall short."""
        asked, thresholds, leaves, depth = self._level
        given = np.asarray(features)
        rows = np.arange(len(self.trees))
        at = np.zeros(len(self.trees), dtype=np.int64)
        for _ in range(depth):
            at = 2 * at + 1 + (given[asked[rows, at]] > thresholds[rows, at])
        ends = leaves[rows, at - (2**depth - 1)]
        return math.fsum((self.start, *ends.tolist())) - self.least

    @cached_property
    def _level(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], int]:
        """All trees at once, each grown to the same depth: features, thresholds and leaves, node by node."""
        depth = max((tree.depth for tree in self.trees), default=0)
        inner = max(1, 2**depth - 1)
        asked = np.zeros((len(self.trees), inner), dtype=np.int64)
        thresholds = np.zeros((len(self.trees), inner))
        leaves = np.zeros((len(self.trees), 2**depth))
        for row, tree in enumerate(self.trees):
            places = [(0, 0 if tree.nodes else -1)]
            for place, node in places:
                if place >= 2**depth - 1:
                    leaves[row, place - (2**depth - 1)] = tree.leaves[-node - 1]
                    continue
                # A leaf that is reached early stands below both answers.
                feature, threshold, yes, no = tree.nodes[node] if node >= 0 else (0, 0.0, node, node)
                asked[row, place], thresholds[row, place] = feature, threshold
                places += [(2 * place + 1, yes), (2 * place + 2, no)]
        return asked, thresholds, leaves, depth


@dataclass(frozen=True, eq=False)
class Learned:
    """Vectors of words, one a row of whole numbers; and when an answer says at least some, and when all, of what was asked."""

    words: tuple[str, ...]
    table: NDArray[np.int8]
    some: Scale
    all: Scale
