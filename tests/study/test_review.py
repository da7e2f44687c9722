"""When an item comes up again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from study import review
from study.grading import Verdict

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_mistake_comes_up_the_next_day() -> None:
    assert review.after(None, Verdict.WRONG, now=NOW).due_at - NOW == timedelta(days=1)


def test_what_is_known_waits_longer_each_time() -> None:
    state, now, waits = None, NOW, []
    for _ in range(4):
        recall = review.after(state, Verdict.CORRECT, now=now)
        waits.append(recall.due_at - now)
        state, now = recall.state, recall.due_at
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]


def test_forgetting_brings_it_back_soon() -> None:
    known = review.after(None, Verdict.CORRECT, now=NOW)
    known = review.after(known.state, Verdict.CORRECT, now=known.due_at)
    forgotten = review.after(known.state, Verdict.WRONG, now=known.due_at)
    assert forgotten.due_at - known.due_at <= timedelta(days=2)


@given(st.lists(st.tuples(st.sampled_from(list(Verdict)), st.integers(-2, 400)), max_size=30))
def test_any_history_has_a_date_within_half_a_year(history: list[tuple[Verdict, int]]) -> None:
    state, now = None, NOW
    for verdict, days in history:
        now += timedelta(days=days)  # clocks may differ between machines, so time may go back
        recall = review.after(state, verdict, now=now)
        state = recall.state
        assert recall.due_at.tzinfo is not None
        assert recall.due_at <= max(now, NOW) + timedelta(days=400 * 30 + review.LONGEST_DAYS)


def test_the_same_history_gives_the_same_date() -> None:
    first = review.after(None, Verdict.PARTIAL, now=NOW)
    assert first == review.after(None, Verdict.PARTIAL, now=NOW)
