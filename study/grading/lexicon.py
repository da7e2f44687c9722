"""What the grader knows about words, as a value: it is read elsewhere, and a pack may add to it."""

from dataclasses import dataclass, field

from study.grading.learned import Learned


@dataclass(frozen=True)
class Lexicon:
    """Reviewed words.

    `synonyms`: groups of words that are worth the same in an answer, whichever the reference uses.
    `antonyms`: pairs; the second word in an answer turns a point with the first into its opposite, and back.
    `lookalikes`: strings whose first character the eye confuses with each of the others (己已, 持特).
    """

    synonyms: tuple[tuple[str, ...], ...] = ()
    antonyms: tuple[tuple[str, str], ...] = ()
    lookalikes: tuple[str, ...] = ()
    learned: Learned | None = field(default=None, compare=False)
    """How near words are that no group names, and what follows from it; nothing is weighed without it."""

    @classmethod
    def empty(cls) -> "Lexicon":
        """Knows no words: numbers, lists and spelling still work."""
        return cls()

    def extended(self, other: "Lexicon") -> "Lexicon":
        """Both together, as when a pack brings its own words."""
        return Lexicon(
            synonyms=self.synonyms + other.synonyms,
            antonyms=self.antonyms + other.antonyms,
            lookalikes=self.lookalikes + other.lookalikes,
            learned=self.learned or other.learned,
        )
