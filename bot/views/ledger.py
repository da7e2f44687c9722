"""The ledger to leaf through."""

from aiogram.filters.callback_data import CallbackData
from markupsafe import Markup

from actions import reach
from actions.recordbook import YEARS_BACK, Book, Entry, Shelf
from bot import texts
from bot.views import Page, button, keyboard, turning
from bot.views.recorddoors import Cadence, Record
from bot.views.recorddoors import Shelf as Turn


class Download(CallbackData, prefix="xx"):
    """The ledger of a year as a workbook."""

    unit: int
    year: int


class Units(CallbackData, prefix="xu"):
    """The units below, to look at theirs."""

    unit: int
    year: int
    page: int


def shelf(found: Shelf) -> Page:
    """Closed meetings of a year, the newest first."""
    total = found.leaf.total
    lines = [texts.html("ledger.head", unit=found.unit, year=found.year), Markup("")]
    lines.append(texts.html("ledger.total", total=total) if total else texts.html("ledger.none"))
    several = bool(found.below)
    rows = [[button(_label(entry, several), Record(meeting=entry.meeting_id))] for entry in found.entries]
    turn = turning.row(found.leaf, lambda page: Turn(unit=found.unit_id, year=found.year, page=page))
    near = range(found.this_year - YEARS_BACK, found.this_year + 1)
    years = [
        button(texts.plain("ledger.year", year=year), Turn(unit=found.unit_id, year=year, page=0))
        for year in (found.year - 1, found.year + 1)
        if year in near
    ]
    take = [
        button(texts.plain("ledger.download", year=found.year), Download(unit=found.unit_id, year=found.year))
    ]
    where = []
    if found.above is not None:
        where.append(button(texts.plain("ledger.above"), Turn(unit=found.above, year=found.year, page=0)))
    if found.below:
        where.append(button(texts.plain("ledger.units"), Units(unit=found.unit_id, year=found.year, page=0)))
    cadence = [button(texts.plain("ledger.cadence"), Cadence(unit=found.unit_id, page=0))]
    return Page(
        Markup("\n").join(lines), keyboard(*rows, turn, take if total else [], [*years, *cadence], where)
    )


def units(found: Shelf, page: int) -> Page:
    """The units below."""
    leaf = reach.leaf(len(found.below), page)
    shown = reach.cut(found.below, leaf)
    rows = [[button(name, Turn(unit=unit_id, year=found.year, page=0))] for unit_id, name in shown]
    turn = turning.row(leaf, lambda page: Units(unit=found.unit_id, year=found.year, page=page))
    back = button(texts.plain("minutes.to_ledger"), Turn(unit=found.unit_id, year=found.year, page=0))
    return Page(texts.html("ledger.units_head"), keyboard(*rows, turn, [back]))


def caption(book: Book) -> str:
    return texts.html("ledger.caption", unit=book.unit, year=book.year, total=len(book.entries))


def file_name(book: Book) -> str:
    return texts.plain("ledger.file", unit=book.unit, year=book.year)


def _label(entry: Entry, several: bool) -> str:
    return texts.plain(
        "ledger.entry_of" if several else "ledger.entry",
        lock="🔒 " if entry.is_locked else "",
        month=entry.starts_at.month,
        day=entry.starts_at.day,
        kind=entry.kind.name,
        unit=entry.unit,
        came=entry.count.came,
        expected=entry.count.expected,
    )
