"""A member's own choices, all in one message."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions.settings import Choices
from bot import texts
from bot.views import Page, button, keyboard
from study.calendar import clock_text
from study.preferences import WEEKDAYS

HOURS_A_ROW = 5


class Open(CallbackData, prefix="so"):
    """A part of the settings: main, hours or days."""

    part: str


class SetHour(CallbackData, prefix="sh"):
    minute: int


class SetDay(CallbackData, prefix="sd"):
    """Says what shall be, not "the other way", so that a double tap is harmless. So do those below."""

    weekday: int
    quiet: bool


class SetMuted(CallbackData, prefix="sm"):
    muted: bool


class SetLocale(CallbackData, prefix="sl"):
    locale: str


class TakePart(CallbackData, prefix="sk"):
    """Take part in the branch's ranking, or not."""

    yes: bool


def main(choices: Choices) -> Page:
    lines = [texts.html("settings.head"), Markup("")]
    if choices.muted:
        lines.append(texts.html("settings.muted"))
    else:
        lines.append(texts.html("settings.hour", hour=clock_text(choices.study_minute)))
        lines.append(_days_line(choices.quiet_days))
    if not choices.ranking_on:
        lines.append(texts.html("settings.ranking_off"))
    else:
        lines.append(texts.html("settings.ranking_in" if choices.in_ranking else "settings.ranking_out"))
    muting = "settings.unmute" if choices.muted else "settings.mute"
    ranking = "settings.leave_ranking" if choices.in_ranking else "settings.join_ranking"
    return Page(
        Markup("\n").join(lines),
        keyboard(
            [
                button(texts.plain("settings.change_hour"), Open(part="hours")),
                button(texts.plain("settings.change_days"), Open(part="days")),
            ],
            [
                button(texts.plain(muting), SetMuted(muted=not choices.muted)),
                button(texts.plain(ranking), TakePart(yes=not choices.in_ranking)),
            ],
            [_locale(locale, choices.locale) for locale in texts.LOCALES],
        ),
    )


def hours(choices: Choices, *, quiet_from: int, quiet_until: int) -> Page:
    buttons = [
        button(_chosen(clock_text(minute), minute == choices.study_minute), SetHour(minute=minute))
        for minute in choices.hours
    ]
    rows = [buttons[start : start + HOURS_A_ROW] for start in range(0, len(buttons), HOURS_A_ROW)]
    text = texts.html("settings.hours", start=clock_text(quiet_from), end=clock_text(quiet_until))
    return Page(text, keyboard(*rows, [_back()]))


def days(choices: Choices) -> Page:
    buttons = []
    for weekday in WEEKDAYS:
        quiet = weekday in choices.quiet_days
        label = texts.plain(f"weekday.{weekday}")
        text = texts.plain("settings.quiet_day", day=label) if quiet else label
        buttons.append(button(text, SetDay(weekday=int(weekday), quiet=not quiet)))
    return Page(texts.html("settings.week"), keyboard(buttons[:4], buttons[4:], [_back()]))


def _days_line(quiet_days: str) -> Markup:
    if not quiet_days:
        return texts.html("settings.no_days")
    return texts.html("settings.days", days=" ".join(texts.plain(f"weekday.{day}") for day in quiet_days))


def _locale(locale: str, chosen: str) -> InlineKeyboardButton:
    label = texts.plain(f"settings.locale.{locale}")
    return button(_chosen(label, locale == chosen), SetLocale(locale=locale))


def _chosen(label: str, is_it: bool) -> str:
    return texts.plain("settings.chosen", label=label) if is_it else label


def _back() -> InlineKeyboardButton:
    return button(texts.plain("settings.back"), Open(part="main"))
