"""What was learned from marked answers, as values: a table of word vectors, and sums of decision trees."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

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

    def value(self, features: Sequence[float]) -> float:
        at = 0 if self.nodes else -1
        while at >= 0:
            feature, threshold, yes, no = self.nodes[at]
            at = yes if features[feature] <= threshold else no
        return self.leaves[-at - 1]


@dataclass(frozen=True)
class Scale:
    """A sum of trees: the log odds that something is so; it is taken for so from `least` on."""

    start: float
    trees: tuple[Tree, ...]
    least: float

    def holds(self, features: Sequence[float]) -> float:
        """By how much the log odds are above what is asked; negative if they fall short."""
        return math.fsum((self.start, *(tree.value(features) for tree in self.trees))) - self.least


@dataclass(frozen=True, eq=False)
class Learned:
    """Vectors of words, one a row of whole numbers; and when an answer says at least some, and when all, of what was asked."""

    words: tuple[str, ...]
    table: NDArray[np.int8]
    some: Scale
    all: Scale
