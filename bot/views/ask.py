"""What the lessons say to a question."""

from aiogram.filters.callback_data import CallbackData
from markupsafe import Markup

from actions.asking import Answer
from bot import texts
from bot.views import Page, button, keyboard
from bot.views.sources import cited
from bot.views.today import Card, Read

PASSAGE = 400


class Ask(CallbackData, prefix="ask"):
    """Begin to ask something."""


class Try(CallbackData, prefix="ti"):
    """Answer one item that goes with what was asked."""

    item: str


def prompt() -> Page:
    return Page(texts.html("ask.prompt"))


def answer(result: Answer) -> Page:
    """The passage with its lesson and source, and where to read on; or an honest word that nothing fits."""
    if not result.hits:
        return Page(texts.html("ask.nothing"), keyboard([button(texts.plain("menu.today"), Card())]))
    best, *others = result.hits
    passage = best.passage if len(best.passage) <= PASSAGE else best.passage[:PASSAGE] + "…"
    lines = [
        texts.html("ask.lesson", title=best.lesson.title),
        Markup(""),
        texts.html("ask.passage", passage=passage),
        Markup(""),
        cited(best.lesson.source),
    ]
    first = [button(texts.plain("ask.read"), Read(lesson=best.lesson.id, page=0))]
    if best.item:
        first.append(button(texts.plain("ask.try"), Try(item=best.item.id)))
    more = [
        [button(texts.plain("ask.more", title=hit.lesson.title), Read(lesson=hit.lesson.id, page=0))]
        for hit in others
    ]
    return Page(Markup("\n").join(lines), keyboard(first, *more))
