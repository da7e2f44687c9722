"""The cadence board: what is held, planned, due, or has no record, with the article that asks for it."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions.cadence import Board, Line, UnitLines
from actions.quietword import Word
from bot import texts
from bot.views import Page, button, keyboard, turning
from bot.views.recorddoors import Cadence, Shelf
from study import cadence as rules
from study.cadence import Cell, Every, Standing

MOST_UNITS = 60  # in the table of one message
A_LINE = {Every.MONTH: 6, Every.QUARTER: 4, Every.YEAR: 1}  # periods on a line of a telephone


def board(found: Board) -> Page:
    """A unit's own meetings line by line, and the units below with what is open there."""
    lines = [
        texts.html(
            "cadence.head",
            unit=found.unit,
            year=found.today.year,
            month=found.today.month,
            day=found.today.day,
        )
    ]
    for line in found.lines:
        lines += [Markup(""), *_line(line, found)]
    if found.every:
        lines += [Markup(""), *_table(found.every)]
    if not found.lines and not found.below:
        lines += [Markup(""), texts.html("cadence.none")]
    lines += [Markup("")]
    if found.lines:
        lines.append(texts.html("cadence.legend"))
    lines.append(texts.html("cadence.note"))
    rows = [[_unit(one)] for one in found.below]
    turn = turning.row(found.leaf, lambda page: Cadence(unit=found.unit_id, page=page))
    where = []
    if found.above is not None:
        where.append(button(texts.plain("ledger.above"), Cadence(unit=found.above, page=0)))
    where.append(
        button(texts.plain("cadence.ledger"), Shelf(unit=found.unit_id, year=found.today.year, page=0))
    )
    return Page(Markup("\n").join(lines), keyboard(*rows, turn, where))


def _table(units: Sequence[UnitLines]) -> list[Markup]:
    """All units at a glance: a line each, a square for each kind as its period stands now."""
    kinds = {line.kind.key: line.kind.name for one in units for line in one.lines}
    lines = [texts.html("cadence.table", kinds="、".join(kinds.values()))]
    for one in units[:MOST_UNITS]:
        now = {line.kind.key: line.now.value for line in one.lines}
        squares = "".join(texts.plain(f"cadence.square.{now.get(key, 'none')}") for key in kinds)
        key = "cadence.row_missing" if one.missing else "cadence.row"
        lines.append(texts.html(key, squares=squares, unit=one.unit, missing=one.missing))
    if len(units) > MOST_UNITS:
        lines.append(texts.html("cadence.row_more", more=len(units) - MOST_UNITS))
    return [*lines, texts.html("cadence.squares")]


def _line(line: Line, found: Board) -> list[Markup]:
    kind = line.kind
    assert kind.every is not None
    every = texts.plain(f"ledger.every.{kind.every.value}")
    key = "cadence.kind" if kind.every_source else "cadence.kind_local"
    told = [texts.html(key, kind=kind.name, every=every, source=kind.every_source)]
    step = A_LINE[kind.every]
    for start in range(0, len(line.cells), step):
        told.append(Markup("　").join(_cell(cell) for cell in line.cells[start : start + step]))
    if line.now is Standing.DUE:
        last = line.cells[-1].period.last
        left = rules.days_left(line.cells[-1].period, today=found.today)
        told.append(texts.html("cadence.until", month=last.month, day=last.day, days=left))
    return told


def _cell(cell: Cell) -> Markup:
    period = texts.plain(f"cadence.period.{cell.period.every.value}", number=cell.period.number)
    count = str(cell.meetings) if cell.meetings > 1 else ""
    return texts.html(
        "cadence.cell", period=period, sign=texts.plain(f"cadence.{cell.standing.value}"), count=count
    )


def _unit(one: UnitLines) -> InlineKeyboardButton:
    """A unit with how much is due now and how much has no record."""
    told = [
        texts.plain(f"cadence.count.{key}", number=number)
        for key, number in (("due", one.due), ("missing", one.missing))
        if number
    ]
    label = texts.plain("cadence.unit", unit=one.unit, told=" ".join(told) or texts.plain("cadence.held"))
    return button(label, Cadence(unit=one.unit_id, page=0))


def word(said: Word) -> str:
    """The quiet word to a secretary: who, and when. Nothing else."""
    days = "、".join(texts.plain("quiet.day", month=day.month, day=day.day) for day in said.days)
    return texts.html("quiet.word", name=said.name, days=days)
