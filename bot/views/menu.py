"""The main menu, help and the welcome: everything has a button, nobody has to remember a command."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions.settings import Choices, Home
from bot import texts
from bot.views import Page, button, keyboard
from bot.views.ask import Ask
from bot.views.points import Search
from bot.views.quiz import Review, Topics
from bot.views.today import Card
from study.calendar import clock_text
from study.members import Permission

FIRST_HOURS = (420, 450, 480, 750, 1080, 1200)  # what most people choose


class Go(CallbackData, prefix="go"):
    """Open a part of the bot, as its command does."""

    to: str


class FirstHour(CallbackData, prefix="fh"):
    """The hour of the daily message, chosen from the welcome."""

    minute: int


def menu(home: Home) -> Page:
    rows = [
        [button(texts.plain("menu.today"), Card()), button(texts.plain("menu.quiz"), Topics())],
        [button(texts.plain("menu.review"), Review()), button(texts.plain("menu.ask"), Ask())],
        [_go("news"), _go("leave"), _go("me")],
        [_go("settings"), _go("feedback"), _go("mydata")],
    ]
    allowed = home.permissions
    if Permission.INVITE in allowed:
        rows.append([_go("invite"), _go("stats"), button(texts.plain("menu.points"), Search())])
    if Permission.KEEP_MEETINGS in allowed:
        rows.append([_go("attendance"), _go("ledger"), _go("cadence")])
    rows.append(
        [
            _go(to)
            for to, permission in (
                ("broadcast", Permission.SEND_NOTICES),
                ("appeals", Permission.DECIDE_APPEALS),
                ("bind", Permission.SET_UNIT),
            )
            if permission in allowed
        ]
    )
    if Permission.MANAGE_ROSTER in allowed:
        rows.append([_go("roster"), _go("roles"), _go("audit")])
    if Permission.MANAGE_PACKS in allowed:
        rows.append([_go("packs")])
    return Page(texts.html("menu.head", name=home.name, unit=home.unit), keyboard(*rows))


def help_(home: Home) -> Page:
    parts = [texts.html("help.head"), texts.html("help.members")]
    if Permission.INVITE in home.permissions:
        parts.append(texts.html("help.secretaries"))
    if Permission.MANAGE_ROSTER in home.permissions:
        parts.append(texts.html("help.administrators"))
    parts.append(texts.html("help.foot"))
    return Page(Markup("\n\n").join(parts), menu(home).keyboard)


def welcome(home: Home, choices: Choices) -> Page:
    """For somebody who has just come in: what this is, and the one choice worth making now."""
    hours = [minute for minute in FIRST_HOURS if minute in choices.hours] or list(choices.hours[:6])
    buttons = [
        button(
            texts.plain(
                "start.hour_chosen" if minute == choices.study_minute else "start.hour",
                hour=clock_text(minute),
            ),
            FirstHour(minute=minute),
        )
        for minute in hours
    ]
    return Page(
        texts.html("start.welcome", name=home.name, unit=home.unit),
        keyboard(
            buttons[:3],
            buttons[3:],
            [
                button(texts.plain("start.today"), Card()),
                button(texts.plain("start.settings"), Go(to="settings")),
            ],
        ),
    )


def welcome_back(home: Home) -> Page:
    """For somebody who opens a link of their own though they are in already."""
    return Page(texts.html("start.welcome_back", name=home.name, unit=home.unit), menu(home).keyboard)


def _go(to: str) -> InlineKeyboardButton:
    return button(texts.plain(f"menu.{to}"), Go(to=to))
