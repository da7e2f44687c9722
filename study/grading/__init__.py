"""Marks answers given in a person's own words, and says why.

The face of this room: `Grader(lexicon).grade(task, answer)` takes a `Task` and gives a `Grade`. What happens in
between is the business of its modules.
"""

from study.grading.grader import Grader
from study.grading.lexicon import Lexicon
from study.grading.verdict import Grade, Match, Reason, Task, Verdict

__all__ = ["Grade", "Grader", "Lexicon", "Match", "Reason", "Task", "Verdict"]
