"""When an item comes up again."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from fsrs import Card, Rating
from hypothesis import given
from hypothesis import strategies as st

from study import review
from study.grading import Verdict
from study.review import Due, Recall, Schedule

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAILY = Schedule()


def days(recall: Recall, now: datetime = NOW) -> int:
    return (recall.due_at - now).days


def learnt(rounds: int, *, schedule: Schedule = DAILY, key: str = "") -> tuple[Recall, datetime]:
    """The memory after so many right answers, each on its day, and the moment of the last one."""
    recall, now = schedule.after(None, Verdict.CORRECT, now=NOW, key=key), NOW
    for _ in range(rounds - 1):
        now = recall.due_at
        recall = schedule.after(recall.state, Verdict.CORRECT, now=now, key=key)
    return recall, now


def test_a_mistake_comes_up_the_next_day() -> None:
    assert DAILY.after(None, Verdict.WRONG, now=NOW).due_at - NOW == timedelta(days=1)


def test_what_is_known_waits_longer_each_time() -> None:
    waits = [days(*learnt(rounds)) for rounds in range(1, 5)]
    assert waits == sorted(waits)
    assert waits[-1] > 30 > waits[0]


def test_forgetting_brings_it_back_soon() -> None:
    known, _ = learnt(2)
    forgotten = DAILY.after(known.state, Verdict.WRONG, now=known.due_at)
    assert forgotten.due_at - known.due_at <= timedelta(days=2)


def test_worse_answers_come_up_sooner() -> None:
    known, _ = learnt(3)
    waits = [
        days(DAILY.after(known.state, verdict, now=known.due_at), known.due_at)
        for verdict in (Verdict.WRONG, Verdict.PARTIAL, Verdict.CORRECT)
    ]
    assert waits == sorted(set(waits))


def test_who_wants_to_remember_more_is_asked_more_often() -> None:
    waits = [days(*learnt(4, schedule=Schedule(retention))) for retention in (0.97, 0.9, 0.8, 0.7)]
    assert waits == sorted(waits) and waits[0] < waits[-1]


@pytest.mark.parametrize("retention", [0.0, 0.69, 0.98, 1.0, float("nan")])
def test_a_target_out_of_reason_is_refused(retention: float) -> None:
    with pytest.raises(ValueError, match="between"):
        Schedule(retention)


def test_a_very_long_pause_brings_a_right_answer_back_sooner() -> None:
    known, _ = learnt(3)
    at_once = DAILY.after(known.state, Verdict.CORRECT, now=known.due_at)
    searched = DAILY.after(known.state, Verdict.CORRECT, now=known.due_at, hesitated=True)
    assert searched.due_at < at_once.due_at
    assert review.hesitated(shown_at=NOW, now=NOW + review.LONG_PAUSE)
    assert not review.hesitated(shown_at=NOW, now=NOW + timedelta(minutes=2))


def test_a_pause_before_a_wrong_answer_changes_nothing() -> None:
    known, _ = learnt(3)
    for verdict in (Verdict.WRONG, Verdict.PARTIAL):
        assert DAILY.after(known.state, verdict, now=NOW, hesitated=True) == DAILY.after(
            known.state, verdict, now=NOW
        )


def test_reading_the_answer_off_the_screen_moves_no_date() -> None:
    for first in Verdict:
        shown = DAILY.after(None, first, now=NOW, key="1:a")
        again = DAILY.after(shown.state, Verdict.CORRECT, now=NOW + timedelta(hours=1), key="1:a")
        assert again == shown
        later = DAILY.after(shown.state, Verdict.CORRECT, now=NOW + review.JUST_SHOWN, key="1:a")
        assert later.due_at > shown.due_at


def test_forgetting_within_the_hour_counts() -> None:
    known, now = learnt(3)
    assert DAILY.after(known.state, Verdict.WRONG, now=now + timedelta(hours=1)).due_at < known.due_at


def test_what_was_learnt_on_one_day_comes_back_on_several() -> None:
    dates = [learnt(3, key=review.key(1, f"item-{number}"))[0].due_at.date() for number in range(60)]
    most = max(dates.count(date) for date in dates)
    assert len(set(dates)) >= 5 and most <= 20


@given(st.integers(1, 180), st.text(max_size=20))
def test_dates_spread_by_a_tenth_at_most_and_never_by_lot(wait: int, key: str) -> None:
    spread = review._spread(wait, key)
    assert abs(spread - wait) <= wait * review.SPREAD
    assert 1 <= spread <= review.LONGEST_DAYS
    assert spread == review._spread(wait, key)


@given(st.lists(st.tuples(st.sampled_from(list(Verdict)), st.integers(-2, 400)), max_size=30), st.booleans())
def test_any_history_has_a_date_within_half_a_year(
    history: list[tuple[Verdict, int]], hesitated: bool
) -> None:
    state, now = None, NOW
    for verdict, more in history:
        now += timedelta(days=more)  # clocks may differ between machines, so time may go back
        recall = DAILY.after(state, verdict, now=now, hesitated=hesitated)
        state = recall.state
        assert recall.due_at.tzinfo is not None
        seen = review.last_seen(state)
        assert seen is not None
        assert timedelta(days=1) <= recall.due_at - seen <= timedelta(days=review.LONGEST_DAYS)


def test_the_same_history_gives_the_same_date() -> None:
    first = DAILY.after(None, Verdict.PARTIAL, now=NOW)
    assert first == DAILY.after(None, Verdict.PARTIAL, now=NOW)


def test_the_latest_mistake_comes_first_then_what_holds_longest() -> None:
    mistake, older = Due("m", NOW, 0.2, True), Due("o", NOW - timedelta(days=3), 0.3, True)
    weak, strong = Due("w", NOW, 3.0, False), Due("s", NOW - timedelta(days=9), 40.0, False)
    for order in permutations((mistake, older, weak, strong)):
        assert review.in_order(order) == (mistake, strong, weak, older)
    assert review.in_order(()) == ()


def test_strength_and_mistakes_are_read_from_what_was_kept() -> None:
    recall, _ = learnt(2)
    one = Due.of("a", recall, Verdict.PARTIAL)
    assert one.mistaken and one.strength > 5


@given(st.timedeltas(timedelta(0), timedelta(days=5_000)), st.sampled_from(Verdict), st.booleans())
def test_a_first_meeting_is_reckoned_as_fsrs_does(
    later: timedelta, verdict: Verdict, hesitated: bool
) -> None:
    now = NOW + later
    recall = DAILY.after(None, verdict, now=now, key="7:item", hesitated=hesitated)
    card = Card(card_id=1, due=now)
    rating = Rating.Hard if hesitated and verdict is Verdict.CORRECT else review._RATINGS[verdict]
    card, _ = review._scheduler(DAILY.retention).review_card(card, rating, review_datetime=now)
    wait = review._spread((card.due - now).days, "7:item")
    assert recall.due_at == now + timedelta(days=wait)
    card.due = recall.due_at
    assert recall.state == card.to_dict()
