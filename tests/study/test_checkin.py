"""Codes that live half a minute, and links that nobody else can use."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.checkin import (
    STEP,
    BadLink,
    fits,
    is_genuine,
    may_guess,
    page_token,
    personal,
    read_personal,
    read_scanned,
    scanned,
    showing,
    typed,
)

SECRET, OTHER = b"s" * 32, b"t" * 32
# In the middle of a step.
NOW = datetime(2026, 3, 2, 11, 30, 15, tzinfo=UTC)
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def code(now: datetime, meeting: int = 7) -> str:
    return showing(SECRET, meeting, now=now).code


def test_a_code_holds_for_its_step_and_one_either_side() -> None:
    assert showing(SECRET, 7, now=NOW).until == datetime(2026, 3, 2, 11, 30, 30, tzinfo=UTC)
    for late in (-1, 0, 1):
        assert fits(SECRET, 7, code(NOW), now=NOW + late * STEP)
    for late in (-2, 2, 2 * 60 * 24):
        assert not fits(SECRET, 7, code(NOW), now=NOW + late * STEP)


def test_a_code_belongs_to_one_meeting() -> None:
    assert not fits(SECRET, 8, code(NOW), now=NOW)
    assert not fits(OTHER, 7, code(NOW), now=NOW)


@pytest.mark.parametrize("given_code", ["", "1", "abcdef", "１２３４５６", "1234567"])
def test_nonsense_does_not_fit(given_code: str) -> None:
    assert not fits(SECRET, 7, given_code, now=NOW)


@given(st.integers(0, 10**9), st.integers(0, 999_999))
def test_the_code_shown_fits_whenever_it_is_shown(seconds: int, microseconds: int) -> None:
    now = NOW + timedelta(seconds=seconds, microseconds=microseconds)
    shown = showing(SECRET, 7, now=now)
    assert len(shown.code) == 6 and shown.code.isdecimal()
    assert now < shown.until <= now + STEP
    assert fits(SECRET, 7, shown.code, now=shown.until + timedelta(seconds=29))


@given(st.integers(1, 10**15), st.integers(1, 10**15))
def test_a_personal_link_fits_telegram_and_speaks_of_one_person(meeting: int, member: int) -> None:
    payload = personal(SECRET, meeting, member)
    assert PAYLOAD.fullmatch(payload)
    assert read_personal(payload) == (meeting, member)
    assert is_genuine(SECRET, payload) and not is_genuine(OTHER, payload)
    assert not is_genuine(SECRET, payload.replace(f"_{member}_", f"_{member + 1}_", 1))


@given(st.text(max_size=70))
def test_any_other_link_is_refused_politely(text: str) -> None:
    for read in (read_personal, read_scanned):
        with suppress(BadLink):
            read(text)


def test_a_scanned_link_carries_the_code() -> None:
    payload = scanned(12, "012345")
    assert PAYLOAD.fullmatch(payload)
    assert read_scanned(payload) == (12, "012345")


def test_the_page_of_a_meeting_cannot_be_guessed() -> None:
    token = page_token(SECRET, 7)
    assert len(token) == 22 and token != page_token(SECRET, 8) != page_token(OTHER, 8)


def test_guessing_ends_after_five() -> None:
    assert [may_guess(wrong) for wrong in (0, 4, 5)] == [True, True, False]


@pytest.mark.parametrize("text", ["123456", " 123 456 ", "１２３４５６", "123-456"])
def test_a_code_is_understood_as_people_type_it(text: str) -> None:
    assert typed(text) == "123456"
