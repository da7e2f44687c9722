"""What the grader reads as a figure: a number, share, duration, frequency or date."""

from study.grading import normalise, numerals, quantities


def figures(text: str) -> int:
    """How many figures the text has."""
    folded = normalise.fold(text)
    return len(quantities.parse(numerals.canonical(folded.text, folded.origin)[0]))


def is_quantity(text: str) -> bool:
    """Whether the text has a figure at all."""
    return figures(text) > 0
