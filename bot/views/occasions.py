"""Reminders of the year's calendar: proposed as drafts, used or left."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from markupsafe import Markup

from actions.occasions import Calendar as Year
from actions.occasions import Proposal
from bot import texts
from bot.views import Page, button, keyboard, turning
from study.feasts import Kind
from study.notices import State

ICONS = {Kind.CONDUCT: "🪷", Kind.LESSON: "📗"}


class Calendar(CallbackData, prefix="oc"):
    """A page of the year to come."""

    page: int


class Entry(CallbackData, prefix="oe"):
    """The next occasion of an entry of the calendar."""

    key: str


class Open(CallbackData, prefix="oo"):
    """One proposal of several."""

    occasion: int


class Use(CallbackData, prefix="ou"):
    """Make a draft of it."""

    occasion: int


class Dismiss(CallbackData, prefix="ox"):
    """Not this year."""

    occasion: int


def proposed(found: Sequence[Proposal]) -> Page:
    """The letter: one draft to look at, or several to choose from."""
    if len(found) == 1:
        return look(found[0])
    rows = [[button(_title(one), Open(occasion=one.occasion_id))] for one in found]
    return Page(texts.html("occasions.several", count=len(found)), keyboard(*rows))


def look(one: Proposal) -> Page:
    """A draft as it is proposed, and what became of it."""
    lines = [
        texts.html(
            "occasions.head",
            icon=ICONS[one.feast.kind],
            title=one.feast.title,
            month=one.day.month,
            day=one.day.day,
            left=texts.plain("occasions.left" if one.left else "occasions.today", days=one.left),
        ),
        texts.html("occasions.draft", text=one.feast.text),
        texts.html("occasions.source", source=one.feast.source),
    ]
    buttons = []
    if one.notice_id is not None and one.state is not State.DRAFT:
        lines += [Markup(""), texts.html("occasions.used", unit=one.unit)]
    else:
        if one.above is not None:
            lines += [Markup(""), texts.html("occasions.above", unit=one.above)]
        lines += [
            Markup(""),
            texts.html("occasions.dismissed" if one.dismissed else "occasions.ask", unit=one.unit),
        ]
        buttons = [button(texts.plain("occasions.use"), Use(occasion=one.occasion_id))]
        if not one.dismissed:
            buttons.append(button(texts.plain("occasions.dismiss"), Dismiss(occasion=one.occasion_id)))
    return Page(
        Markup("\n").join(lines), keyboard(buttons, [button(texts.plain("occasions.year"), Calendar(page=0))])
    )


def year(found: Year) -> Page:
    """All that is to come, by day; each opens its draft."""
    if not found.coming:
        return Page(texts.html("occasions.none"))
    rows = [
        [
            button(
                texts.plain(
                    "occasions.line",
                    icon=ICONS[one.feast.kind],
                    title=one.feast.title,
                    month=one.day.month,
                    day=one.day.day,
                ),
                Entry(key=one.feast.key),
            )
        ]
        for one in found.coming
    ]
    turn = turning.row(found.leaf, lambda page: Calendar(page=page))
    return Page(texts.html("occasions.all", unit=found.unit), keyboard(*rows, turn))


def _title(one: Proposal) -> str:
    return texts.plain(
        "occasions.line",
        icon=ICONS[one.feast.kind],
        title=one.feast.title,
        month=one.day.month,
        day=one.day.day,
    )
