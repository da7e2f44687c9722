"""The lesson of the day: as a card, and page by page."""

from datetime import date

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup
from pydantic import field_validator

from actions.today import Reading, Today
from bot import texts
from bot.views import Page, button, keyboard
from bot.views.sources import cited
from study.items import Lesson


class Read(CallbackData, prefix="l"):
    """Open a page of a lesson."""

    lesson: str
    page: int


class Card(CallbackData, prefix="d"):
    """Back to today's card."""


class Cite(CallbackData, prefix="src"):
    """Where the lesson's facts stand."""

    lesson: str


class Look(CallbackData, prefix="lp"):
    """See the picture of a lesson."""

    lesson: str


class DayQuiz(CallbackData, prefix="dq"):
    """The quiz of a day, as an ISO date."""

    day: str

    @field_validator("day")
    @classmethod
    def _is_a_day(cls, day: str) -> str:
        date.fromisoformat(day)
        return day


def card(today: Today) -> Page:
    lesson = today.lesson
    lines = [
        texts.html("today.head", day=day_text(today.day)),
        texts.html("today.title", title=lesson.title),
        texts.html("today.theme", theme=today.theme, minutes=lesson.minutes)
        if today.theme
        else texts.html("today.minutes", minutes=lesson.minutes),
        Markup(""),
    ]
    if lesson.question:
        lines += [texts.html("today.question", question=lesson.question), Markup("")]
    lines += [texts.html("today.point", point=point) for point in lesson.key_points]
    return Page(
        Markup("\n").join(lines),
        keyboard(
            [button(texts.plain("today.read"), Read(lesson=lesson.id, page=0)), _quiz_button(today)],
            [button(texts.plain("today.source"), Cite(lesson=lesson.id))],
        ),
    )


def page(reading: Reading) -> Page:
    lesson, count = reading.lesson, len(reading.pages)
    lines = [texts.html("lesson.title", title=lesson.title), Markup("")]
    lines.append(texts.html("lesson.body", body=reading.pages[reading.page]))
    at_end = reading.page == count - 1
    if at_end and lesson.ward_link:
        lines += [Markup(""), texts.html("lesson.ward", link=lesson.ward_link)]
    if at_end:
        lines += [Markup(""), cited(lesson.source)]
    if reading.points:
        lines += [Markup(""), texts.html("lesson.points", points=reading.points)]
    turning = []
    if reading.page > 0:
        turning.append(button(texts.plain("lesson.back"), Read(lesson=lesson.id, page=reading.page - 1)))
    if count > 1:
        turning.append(button(f"{reading.page + 1} / {count}", Read(lesson=lesson.id, page=reading.page)))
    if not at_end:
        turning.append(button(texts.plain("lesson.on"), Read(lesson=lesson.id, page=reading.page + 1)))
    below = [button(texts.plain("lesson.card"), Card())]
    if lesson.picture:
        below.append(button(texts.plain("lesson.picture"), Look(lesson=lesson.id)))
    if reading.day:
        below.append(button(texts.plain("today.quiz"), DayQuiz(day=reading.day.isoformat())))
    return Page(Markup("\n").join(lines), keyboard(turning, below))


def picture_caption(lesson: Lesson) -> str:
    return texts.html("lesson.title", title=lesson.title)


def day_text(day: date) -> str:
    """ "3月2日 周一" """
    return texts.plain(
        "day", month=day.month, day=day.day, weekday=texts.plain(f"weekday.{day.isoweekday()}")
    )


def _quiz_button(today: Today) -> InlineKeyboardButton:
    if not today.questions:
        key = "today.quiz"
    else:
        key = "today.quiz_done" if today.answered == today.questions else "today.quiz_on"
    label = texts.plain(key, answered=today.answered, questions=today.questions)
    return button(label, DayQuiz(day=today.day.isoformat()))
