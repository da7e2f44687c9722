"""Points: caps, exemptions, grants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.members import MemberKind
from study.points import (
    MAX_GRANT,
    Action,
    ActionRule,
    BadGrant,
    Cap,
    OverCap,
    PointRules,
    Tally,
    award,
    check_grant,
)

RULES = PointRules(
    actions={Action.CORRECT: ActionRule(2, daily=5, yearly=20), Action.GRANT: ActionRule(0, yearly=30)},
    exempt=frozenset({MemberKind.RETIRED}),
)


@pytest.mark.parametrize(
    ("tally", "amount", "capped"),
    [
        (Tally(0, 0), 2, None),
        (Tally(3, 3), 2, None),
        (Tally(4, 4), 1, Cap.DAILY),
        (Tally(5, 5), 0, Cap.DAILY),
        (Tally(0, 19), 1, Cap.YEARLY),
        (Tally(0, 20), 0, Cap.YEARLY),
        (Tally(4, 20), 0, Cap.YEARLY),
        (Tally(9, 99), 0, Cap.YEARLY),
    ],
)
def test_an_action_brings_its_worth_within_the_caps(tally: Tally, amount: int, capped: Cap | None) -> None:
    given_now = award(RULES, Action.CORRECT, kind=MemberKind.FULL, tally=tally)
    assert (given_now.amount, given_now.capped) == (amount, capped)


def test_exempt_kinds_are_told_so() -> None:
    given_now = award(RULES, Action.CORRECT, kind=MemberKind.RETIRED, tally=Tally())
    assert (given_now.amount, given_now.capped) == (0, Cap.EXEMPT)


def test_an_action_without_a_rule_brings_nothing() -> None:
    assert award(RULES, Action.LESSON, kind=MemberKind.FULL, tally=Tally()).amount == 0


@given(st.lists(st.integers(0, 3), max_size=400))
def test_no_history_passes_a_cap(gaps: list[int]) -> None:
    day, day_sum, season = 0, 0, 0
    for gap in gaps:
        if gap:
            day, day_sum = day + gap, 0
        got = award(RULES, Action.CORRECT, kind=MemberKind.FULL, tally=Tally(day_sum, season)).amount
        assert got >= 0
        day_sum, season = day_sum + got, season + got
        assert day_sum <= 5
        assert season <= 20


@pytest.mark.parametrize("amount", [0, -3, MAX_GRANT + 1])
def test_a_grant_out_of_bounds_is_refused(amount: int) -> None:
    with pytest.raises(BadGrant):
        check_grant(RULES, amount=amount, reason="义诊", granted=0)


@pytest.mark.parametrize("reason", ["", "   ", "长" * 201])
def test_a_grant_wants_a_reason_of_some_length(reason: str) -> None:
    with pytest.raises(BadGrant):
        check_grant(RULES, amount=1, reason=reason, granted=0)


def test_a_grant_past_the_years_cap_says_what_is_left() -> None:
    check_grant(RULES, amount=10, reason="义诊", granted=20)
    with pytest.raises(OverCap) as refusal:
        check_grant(RULES, amount=11, reason="义诊", granted=20)
    assert refusal.value.params == {"left": 10, "cap": 30}


def test_without_a_cap_grants_are_free() -> None:
    check_grant(PointRules(), amount=10, reason="义诊", granted=10_000)
