"""What a vote takes to pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.votes import BadMotion, Result, Rule, Sums, checked_text, needed, quorum, result


@pytest.mark.parametrize(
    ("rule", "electorate", "wanted"),
    [
        (Rule.MAJORITY, 22, 11),
        (Rule.MAJORITY, 23, 12),
        (Rule.MAJORITY, 1, 1),
        (Rule.ADMISSION, 22, 12),
        (Rule.ADMISSION, 23, 12),
        (Rule.ELECTION, 20, 16),
        (Rule.ELECTION, 21, 17),
        (Rule.ELECTION, 25, 20),
    ],
)
def test_how_many_have_to_be_there(rule: Rule, electorate: int, wanted: int) -> None:
    assert quorum(rule, electorate) == wanted


@pytest.mark.parametrize(("rule", "wanted"), [(Rule.MAJORITY, 12), (Rule.ADMISSION, 12), (Rule.ELECTION, 10)])
def test_how_many_ayes_pass(rule: Rule, wanted: int) -> None:
    assert needed(rule, electorate=22, present=18) == wanted


def test_half_is_not_more_than_half() -> None:
    assert not result(Rule.MAJORITY, electorate=22, present=22, sums=Sums(11, 11)).passed
    assert result(Rule.MAJORITY, electorate=22, present=22, sums=Sums(12, 10)).passed


def test_leave_does_not_make_it_easier() -> None:
    # 9 of 20 with a vote are on leave: the 11 who came are a quorum, and all of them have to agree.
    assert not result(Rule.MAJORITY, electorate=20, present=11, sums=Sums(10, 0, 1)).passed
    assert result(Rule.MAJORITY, electorate=20, present=11, sums=Sums(11)).passed


def test_without_a_quorum_nothing_passes() -> None:
    found = result(Rule.ELECTION, electorate=20, present=15, sums=Sums(15))
    assert not found.quorate and not found.passed


def test_nobody_with_a_vote_passes_nothing() -> None:
    found = result(Rule.MAJORITY, electorate=0, present=0, sums=Sums())
    assert not found.quorate and not found.passed


@given(st.sampled_from(Rule), st.integers(0, 900), st.data())
def test_a_vote_passes_only_with_most_of_those_who_count(
    rule: Rule, electorate: int, data: st.DataObject
) -> None:
    present = data.draw(st.integers(0, electorate))
    ayes = data.draw(st.integers(0, present))
    found = result(rule, electorate=electorate, present=present, sums=Sums(ayes))
    if found.passed:
        assert found.quorate and 2 * present >= electorate
        assert 2 * ayes > (present if rule is Rule.ELECTION else electorate)
    else:
        assert not found.quorate or ayes < found.needed


def test_a_result_survives_the_database() -> None:
    found = result(Rule.MAJORITY, electorate=5, present=4, sums=Sums(3))
    assert Result.from_json(vars(found)) == found


@pytest.mark.parametrize("text", ["", "  ", "议" * 501])
def test_a_motion_says_something_and_not_too_much(text: str) -> None:
    with pytest.raises(BadMotion):
        checked_text(text)
