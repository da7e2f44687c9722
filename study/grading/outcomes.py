"""Grades that need no weighing."""

from study.grading.answer import Answer
from study.grading.verdict import Grade, Match, Reason, Task, Verdict


def wrong(task: Task, reason: Reason) -> Grade:
    """Nothing of what was asked."""
    return Grade(Verdict.WRONG, 0.0, missing=tuple(range(len(task.points))), reasons=(reason,))


def correct(given: Answer, reason: Reason) -> Grade:
    """All that was asked, in the answer as a whole."""
    span = given.span(0, len(given.plain)) if given.plain else (0, len(given.typed))
    return Grade(Verdict.CORRECT, 1.0, (Match(0, *span, 1.0),), reasons=(reason,))
