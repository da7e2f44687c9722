"""A member's own choices."""

import pytest

from actions import settings
from actions.app import App
from study.members import NotJoined, Permission
from study.preferences import HourIsQuiet, NotAClockTime
from tests.conftest import Hospital

NURSE = 1001


async def test_the_hour_is_set_by_button_or_typed(app: App, hospital: Hospital) -> None:
    assert (await settings.set_hour(app, NURSE, minute=12 * 60 + 30)).study_minute == 750
    for typed, minute in (
        ("7:40", 460),
        ("７：４０", 460),
        ("0740", 460),
        ("8点", 480),
        ("8点半", 510),
        ("9时15", 555),
    ):
        assert (await settings.set_hour_typed(app, NURSE, text=typed)).study_minute == minute
    assert (await settings.of(app, NURSE)).study_minute == 555


async def test_an_hour_within_the_quiet_hours_is_refused(app: App, hospital: Hospital) -> None:
    for minute in (22 * 60, 3 * 60, 6 * 60 + 59):
        with pytest.raises(HourIsQuiet):
            await settings.set_hour(app, NURSE, minute=minute)
    assert (await settings.of(app, NURSE)).study_minute == 450


async def test_what_is_no_time_is_refused(app: App, hospital: Hospital) -> None:
    with pytest.raises(NotAClockTime):
        await settings.set_hour_typed(app, NURSE, text="早上")


async def test_the_hours_offered_lie_outside_the_quiet_hours(app: App, hospital: Hospital) -> None:
    hours = (await settings.of(app, NURSE)).hours
    assert (hours[0], hours[-1], len(hours)) == (420, 1260, 29)


async def test_quiet_days_are_kept_in_the_order_of_the_week(app: App, hospital: Hospital) -> None:
    await settings.set_quiet_day(app, NURSE, weekday=7, quiet=True)
    for _ in range(2):  # a double tap
        assert (await settings.set_quiet_day(app, NURSE, weekday=6, quiet=True)).quiet_days == "67"
    assert (await settings.set_quiet_day(app, NURSE, weekday=7, quiet=False)).quiet_days == "6"


async def test_mute_language_and_ranking(app: App, hospital: Hospital) -> None:
    await settings.set_muted(app, NURSE, muted=True)
    await settings.set_locale(app, NURSE, locale="en")
    choices = await settings.set_in_ranking(app, NURSE, taking_part=False)
    assert (choices.muted, choices.locale, choices.in_ranking, choices.ranking_on) == (
        True,
        "en",
        False,
        False,
    )
    assert await settings.locale_of(app, NURSE) == "en"
    assert await settings.locale_of(app, 999) == "zh"


async def test_home_says_who_somebody_is_and_what_they_may(app: App, hospital: Hospital) -> None:
    home = await settings.home(app, NURSE)
    assert (home.name, home.unit, home.permissions) == ("林小满", "内科第一党支部", frozenset())
    assert Permission.INVITE in (await settings.home(app, 1003)).permissions
    with pytest.raises(NotJoined):
        await settings.home(app, 999)
