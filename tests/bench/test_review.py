"""The simulated year runs, and spaced review keeps its promises in it."""

import pytest

from bench import review


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    return review.run(members=2, lessons=48)


def test_a_year_is_the_same_every_time(figures: dict[str, float]) -> None:
    assert review.run(members=2, lessons=48) == figures


@pytest.mark.parametrize("pattern", review.PATTERNS)
def test_no_day_is_longer_than_three_minutes_of_questions(figures: dict[str, float], pattern: str) -> None:
    assert figures[f"{pattern}_spaced_asked_max"] <= 5
    assert figures[f"{pattern}_spaced_waiting_max"] <= 100


@pytest.mark.parametrize("pattern", ["daily", "month_of_leave"])
def test_more_is_known_at_the_end_than_by_repeating_mistakes(figures: dict[str, float], pattern: str) -> None:
    assert figures[f"{pattern}_spaced_items_known"] > 1.5 * figures[f"{pattern}_plain_items_known"]


def test_what_was_never_met_is_not_known() -> None:
    assert review.Memory(review.Random(1)).chance("x", 3) == 0.0
