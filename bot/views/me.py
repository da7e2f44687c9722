"""A member's own record in words, and the ranking where there is one."""

from aiogram.filters.callback_data import CallbackData
from markupsafe import Markup

from actions.records import Record
from actions.stats import Ranking
from bot import texts
from bot.views import Page, button, keyboard
from bot.views.points import Mine
from bot.views.quiz import Review
from bot.views.recorddoors import Hours


class ShowRanking(CallbackData, prefix="rk"):
    """The ranking of one's own branch."""


def record(result: Record) -> Page:
    """The caption below the picture."""
    share = f"{result.right / result.answers:.0%}" if result.answers else "–"
    lines = [texts.html("me.head", name=result.name, unit=result.unit)]
    if result.exempt:
        lines.append(texts.html("me.exempt"))
    else:
        month = result.months.get(result.month, 0)
        lines.append(texts.html("me.points", season=result.season, points=result.points, month=month))
    lines.append(texts.html("me.answers", answers=result.answers, share=share))
    if result.mistakes:
        lines.append(texts.html("me.waiting", mistakes=result.mistakes))
    buttons = [button(texts.plain("me.ledger"), Mine(page=0))]
    if result.due or result.mistakes:
        buttons.append(button(texts.plain("review.start"), Review()))
    buttons.append(button(texts.plain("me.hours"), Hours(year=0, page=0)))
    if result.ranking:
        buttons.append(button(texts.plain("me.ranking"), ShowRanking()))
    return Page(Markup("\n").join(lines), keyboard(buttons))


def ranking(result: Ranking) -> Page:
    lines = [texts.html("ranking.head", unit=result.unit, season=result.season), Markup("")]
    lines += [
        texts.html(
            "ranking.own" if place == result.own_place else "ranking.row",
            place=place,
            name=name,
            points=points,
        )
        for place, name, points in result.rows
    ]
    lines += [Markup(""), texts.html("ranking.foot")]
    return Page(Markup("\n").join(lines))
