"""One plain form for whatever is typed, with the way back to it."""

import pytest

from study.grading import normalise
from study.grading.words import plain


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("政治標準", "政治标准"),
        ("ＡＥＤ　１２０", "aed120"),
        ("《论持久战》。", "论持久战"),
        ("政治🎉标准！！", "政治标准"),
        ("①富强②民主", "富强民主"),
        ("3会1课", "三会一课"),
        ("二十大", "20大"),
        ("10条", "十条"),
        ("政\u200b治\ufeff标准", "政治标准"),
        ("\ud800政治", "政治"),
    ],
)
def test_width_script_and_marks_are_gone(typed: str, expected: str) -> None:
    assert plain(typed) == expected


def test_each_character_knows_where_it_came_from() -> None:
    folded = normalise.fold("《㎎》執政")
    assert folded.text[1:3] == "mg"
    assert folded.span(1, 3) == (1, 2)
    assert folded.span(4, 6) == (3, 5)
    assert folded.span(2, 2) == (0, 0)


def test_long_texts_are_cut() -> None:
    assert len(normalise.fold("党" * 5000).text) == normalise.LIMIT
