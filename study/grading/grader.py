"""The face of grading."""

from rapidfuzz import fuzz

from study.grading import normalise
from study.grading.lexicon import Lexicon
from study.grading.verdict import Grade, Match, Reason, Task, Verdict


class Grader:
    """Marks answers. Deterministic; never raises on any answer."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def grade(self, task: Task, answer: str) -> Grade:
        """The mark for `answer`, with its reasons."""
        folded = normalise.fold(answer)
        plain = normalise.squeeze(folded.text)
        if not plain:
            return Grade(
                Verdict.WRONG, 0.0, missing=tuple(range(len(task.points))), reasons=(Reason("empty"),)
            )
        matched, missing = [], []
        for index, point in enumerate(task.points):
            score = 0.0
            for wording in (point.text, *point.aliases):
                wanted = normalise.squeeze(normalise.fold(wording).text)
                if not wanted:
                    continue
                ratio = (
                    fuzz.ratio(wanted, plain) if len(task.points) == 1 else fuzz.partial_ratio(wanted, plain)
                )
                score = max(score, 1.0 if wanted == plain else ratio / 100)
            if score >= 0.8:
                matched.append(Match(index, 0, len(answer), score))
            else:
                missing.append(index)
        hits, total = len(matched), len(task.points)
        reason = Reason("hits", {"hits": str(hits), "total": str(total)})
        if hits == total:
            return Grade(Verdict.CORRECT, 1.0, tuple(matched), (), (), (reason,))
        verdict = Verdict.PARTIAL if hits * 3 >= total else Verdict.WRONG
        return Grade(verdict, hits / total if total else 0.0, tuple(matched), tuple(missing), (), (reason,))
