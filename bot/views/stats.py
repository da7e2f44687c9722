"""How a unit does, naming nobody."""

from aiogram.filters.callback_data import CallbackData
from markupsafe import Markup

from actions.stats import FEWEST, Stats
from bot import texts
from bot.views import Page, button, keyboard

UNITS_A_ROW = 2


class Unit(CallbackData, prefix="su"):
    """The totals of another unit."""

    unit: int


class SetRanking(CallbackData, prefix="sr"):
    """Switch the ranking of a unit."""

    unit: int
    on: bool


def totals(stats: Stats) -> Page:
    share = f"{stats.right_week / stats.answers_week:.0%}" if stats.answers_week else "–"
    lines = [
        texts.html("stats.head", unit=stats.unit),
        Markup(""),
        texts.html("stats.people", members=stats.members, joined=stats.joined),
    ]
    if stats.hidden:
        lines.append(texts.html("stats.hidden", fewest=FEWEST))
    else:
        lines += [
            texts.html("stats.studied", studied=stats.studied_week),
            texts.html("stats.answers", answers=stats.answers_week, share=share),
            texts.html("stats.points", points=stats.points_week),
        ]
    if stats.weak:
        weak = "、".join(f"{one.topic}（{one.right_share:.0%}）" for one in stats.weak)
        lines += [Markup(""), texts.html("stats.weak", topics=weak)]
    lines += [Markup(""), texts.html("stats.foot")]
    units = [button(name, Unit(unit=id_)) for id_, name in stats.below]
    rows = [units[start : start + UNITS_A_ROW] for start in range(0, len(units), UNITS_A_ROW)]
    last = []
    if stats.above is not None:
        last.append(button(texts.plain("stats.above"), Unit(unit=stats.above)))
    if stats.may_set:
        key = "stats.ranking_on" if stats.ranking_on else "stats.ranking_off"
        last.append(button(texts.plain(key), SetRanking(unit=stats.unit_id, on=not stats.ranking_on)))
    return Page(Markup("\n").join(lines), keyboard(*rows, last))
