"""What the grader knows about words, as a value: it is read elsewhere, and a pack may add to it."""

from dataclasses import dataclass


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
        )
