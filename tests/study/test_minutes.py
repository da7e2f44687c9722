"""What may be written into a record, and what a correction changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study import minutes
from study.minutes import LONGEST, Change, NothingWritten, Part, TooLong

TEXT = st.lists(st.sampled_from(["一、学习", "二、讨论", "三、表决", "四、散会", ""]), max_size=8).map(
    "\n".join
)


def test_words_are_kept_line_by_line_without_blanks() -> None:
    assert minutes.checked("  一、学习 \n\n 二、讨论\n") == "一、学习\n二、讨论"


@pytest.mark.parametrize("words", ["", "  ", "\n\n"])
def test_nothing_is_no_record(words: str) -> None:
    with pytest.raises(NothingWritten):
        minutes.checked(words)


def test_a_record_has_an_end() -> None:
    assert len(minutes.checked("长" * LONGEST)) == LONGEST
    with pytest.raises(TooLong):
        minutes.checked("长" * (LONGEST + 1))


def test_a_correction_tells_which_lines_went_and_came() -> None:
    change = minutes.changes(Part.DECISIONS, "同意\n报党委", "同意\n报党总支\n散会")
    assert change == Change(Part.DECISIONS, gone=("报党委",), come=("报党总支", "散会"))


@given(TEXT, TEXT)
def test_changes_are_told_exactly_when_words_differ(before: str, after: str) -> None:
    change = minutes.changes(Part.TOPICS, before, after)
    assert (change is None) == (minutes.points(before) == minutes.points(after))
    if change:
        assert set(change.gone) <= set(minutes.points(before))
        assert set(change.come) <= set(minutes.points(after))
