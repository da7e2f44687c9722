"""How near words are in meaning: a table of small vectors of whole numbers, so that every machine counts the same."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from study.grading import words

Row = NDArray[np.float64]
"""One vector, or one a row. The numbers are whole, so their sums and products are exact in any order."""


class Vectors:
    """A vector for each word that the table knows; other words are put together from those that it does."""

    def __init__(self, known: Sequence[str], table: NDArray[np.int8]) -> None:
        self._places = {word: place for place, word in enumerate(known)}
        self._table = table
        self.of = lru_cache(maxsize=16384)(self._of)

    @property
    def size(self) -> int:
        return int(self._table.shape[1])

    def _of(self, word: str) -> Row:
        place = self._places.get(word)
        if place is not None:
            return np.asarray(self._table[place], dtype=np.float64)
        if len(word) > 3:
            return sum((self.of(half) for half in words.halves(word)), self.nothing())
        return sum((self.of(char) for char in word if char != word), self.nothing())

    def nothing(self) -> Row:
        return np.zeros(self.size)

    def rows(self, found: Iterable[str]) -> Row:
        """A row for each word; one of zeros if there are none."""
        rows = [self.of(word) for word in found]
        return np.array(rows) if rows else np.zeros((1, self.size))


def nearness(ones: Row, others: Row) -> Row:
    """The cosine of each row of `ones` with each of `others`, from -1 to 1; 0 where a row is all zeros."""
    lengths = np.outer(np.sqrt((ones * ones).sum(axis=1)), np.sqrt((others * others).sum(axis=1)))
    products = ones @ others.T
    near: Row = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    return near
