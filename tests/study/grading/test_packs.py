"""What the packs themselves say is wrong: options that are not the answer, told as if they were typed."""

from pathlib import Path

import yaml

from storage import lexicon
from study.grading import Grader, Task, Verdict
from study.items import Kind, Point

CONTENT = Path(__file__).parents[3] / "content"


def test_options_that_are_not_the_answer_are_rarely_called_right() -> None:
    grader = Grader(lexicon.read(CONTENT))
    marks = []
    for file in sorted((CONTENT / "quizzes").glob("*.yaml")):
        for item in yaml.safe_load(file.read_text("utf-8"))["items"]:
            if item["kind"] != "single":
                continue
            options = list(map(str, item["options"]))
            right = options["ABCDEFGH".index(item["answer"])]
            task = Task(Kind.SHORT, str(item["question"]), (Point(right),))
            marks += [grader.grade(task, option).verdict for option in options if option != right]
    assert len(marks) > 500
    assert marks.count(Verdict.CORRECT) <= 0.03 * len(marks)
    assert marks.count(Verdict.PARTIAL) <= 0.1 * len(marks)
