"""What follows a try to send, and when the daily message is due."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study import daily
from study.calendar import in_quiet_hours, minute_of
from study.delivery import FAILED_TRIES, LONGEST_PAUSE, UNKNOWN_TRIES, Outcome, State, decide, pause

NOW = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # Monday 08:00 in Shanghai


@pytest.mark.parametrize("outcome", [Outcome.UNREACHABLE, Outcome.REFUSED, Outcome.EXPIRED, Outcome.NOTHING])
def test_what_cannot_be_sent_is_never_tried_again(outcome: Outcome) -> None:
    assert decide(outcome, attempts=0, now=NOW).state is State.DEAD


def test_delivered_is_sent() -> None:
    assert decide(Outcome.DELIVERED, attempts=2, now=NOW).state is State.SENT


def test_being_told_to_wait_is_no_attempt() -> None:
    step = decide(Outcome.BUSY, attempts=4, now=NOW, wait=7)
    assert (step.state, step.attempts, step.not_before) == (State.QUEUED, 4, NOW + timedelta(seconds=7))


def test_a_chat_that_moved_is_written_to_at_once() -> None:
    step = decide(Outcome.MIGRATED, attempts=4, now=NOW)
    assert (step.state, step.attempts, step.not_before) == (State.QUEUED, 4, NOW)


@pytest.mark.parametrize(
    ("outcome", "tries"), [(Outcome.UNKNOWN, UNKNOWN_TRIES), (Outcome.FAILED, FAILED_TRIES)]
)
def test_vain_tries_end(outcome: Outcome, tries: int) -> None:
    assert decide(outcome, attempts=tries - 2, now=NOW).state is State.QUEUED
    assert decide(outcome, attempts=tries - 1, now=NOW).state is State.DEAD


def test_a_failed_message_is_tried_for_about_a_day() -> None:
    whole = sum((pause(tries) for tries in range(1, FAILED_TRIES)), timedelta())
    assert timedelta(hours=20) < whole < timedelta(hours=30)


@given(st.integers(1, 10_000))
def test_pauses_grow_to_a_limit(tries: int) -> None:
    assert pause(tries) <= pause(tries + 1) <= LONGEST_PAUSE


def round_at(hour: int, minute: int = 0, *, quiet: tuple[int, int] = (22 * 60, 7 * 60)) -> daily.Round | None:
    now = datetime(2026, 3, 1, 16, 0, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
    return daily.round_now(now, "Asia/Shanghai", quiet_from=quiet[0], quiet_until=quiet[1])


def test_no_round_in_quiet_hours() -> None:
    assert [hour for hour in range(24) if round_at(hour) is None] == [0, 1, 2, 3, 4, 5, 6, 22, 23]


def test_a_round_knows_its_local_day_and_ends_with_the_evening() -> None:
    morning = round_at(7, 30)
    assert morning is not None
    assert (morning.day, morning.minute, morning.weekday) == (date(2026, 3, 2), 450, "1")
    assert morning.expires_at == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai


def test_an_evening_hour_that_is_quiet_is_served_in_the_morning() -> None:
    morning = round_at(7)
    assert morning is not None and morning.or_from == 22 * 60


def test_quiet_hours_at_noon_and_none_at_all() -> None:
    before, after = round_at(11, quiet=(720, 840)), round_at(15, quiet=(720, 840))
    assert before is not None and after is not None
    assert before.expires_at == datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    assert after.expires_at == datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    never_quiet = round_at(3, quiet=(600, 600))
    assert never_quiet is not None
    assert never_quiet.expires_at == datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    assert never_quiet.or_from > 24 * 60 - 1


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/Santiago", "Pacific/Kiritimati"]),
    st.integers(0, 1439),
    st.integers(0, 1439),
)
def test_what_is_queued_in_a_round_can_be_sent_at_that_moment(
    now: datetime, zone: str, quiet_from: int, quiet_until: int
) -> None:
    made = daily.round_now(now, zone, quiet_from=quiet_from, quiet_until=quiet_until)
    quiet = in_quiet_hours(minute_of(now, zone), quiet_from=quiet_from, quiet_until=quiet_until)
    assert (made is None) == quiet
    if made:
        assert now < made.expires_at <= now + timedelta(hours=26)


def test_keys_name_member_and_day() -> None:
    assert daily.key(12, date(2026, 3, 2)) == "daily:12:2026-03-02"
