"""A word to the administrators and the answer."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from actions.feedback import Opinion, Sent, Waiting
from bot import texts
from bot.views import Page, button, keyboard
from study.feedback import LIMIT


class Reply(CallbackData, prefix="fr"):
    """Answer this word."""

    feedback: int


class Look(CallbackData, prefix="fn"):
    """The next word without an answer after this one."""

    after: int


class Stop(CallbackData, prefix="fx"):
    """Never mind."""


def ask(waiting: int = 0) -> Page:
    """Invites to speak; for an administrator also with what waits for an answer."""
    rows = [[_stop()]]
    if waiting:
        rows.insert(0, [button(texts.plain("feedback.waiting", total=waiting), Look(after=0))])
    return Page(texts.html("feedback.ask", limit=LIMIT), keyboard(*rows))


def sent(result: Sent) -> Page:
    key = "feedback.sent" if result.administrators else "feedback.kept"
    return Page(texts.html(key, administrators=result.administrators))


def letter(opinion: Opinion) -> Page:
    """A word as an administrator gets it."""
    text = texts.html("feedback.letter", name=opinion.name, unit=opinion.unit, text=opinion.text)
    return Page(text, keyboard([_reply(opinion)]))


def waiting(result: Waiting) -> Page:
    opinion = result.opinion
    if opinion is None:
        return Page(texts.html("feedback.none_waiting"))
    following = [button(texts.plain("feedback.next"), Look(after=opinion.feedback_id))]
    page = letter(opinion)
    return Page(page.text, keyboard([_reply(opinion), *(following if result.total > 1 else [])]))


def ask_reply(opinion: Opinion) -> Page:
    text = texts.html("feedback.ask_reply", name=opinion.name, text=opinion.text, limit=LIMIT)
    return Page(text, keyboard([_stop()]))


def already(opinion: Opinion) -> str:
    """Who has answered what, as an alert."""
    name = opinion.replied_by or texts.plain("feedback.by_the_machine")
    return texts.plain("feedback.answered", name=name, reply=opinion.reply)


def replied(opinion: Opinion) -> Page:
    return Page(texts.html("feedback.replied", name=opinion.name))


def _reply(opinion: Opinion) -> InlineKeyboardButton:
    return button(texts.plain("feedback.reply"), Reply(feedback=opinion.feedback_id))


def _stop() -> InlineKeyboardButton:
    return button(texts.plain("feedback.cancel"), Stop())
