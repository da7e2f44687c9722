"""Everything stored about oneself: what there is, as files, and what erasing it means."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from aiogram.filters.callback_data import CallbackData
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from actions.mydata import Erased, Export, Summary
from bot import texts
from bot.views import Page, button, keyboard

CELL_LIMIT = 32_000  # characters; Excel takes 32,767
WIDEST = 48


class Do(CallbackData, prefix="my"):
    """What to do with one's data: show, export, ask (whether to erase), erase."""

    what: str


def head() -> Page:
    return Page(
        texts.html("mydata.head"),
        keyboard(
            [button(texts.plain("mydata.export"), Do(what="export"))],
            [button(texts.plain("mydata.erase"), Do(what="ask"))],
        ),
    )


def confirm(summary: Summary) -> Page:
    """The second question, which tells what goes and what stays."""
    return Page(
        texts.html("mydata.confirm", gone=_gone(summary.counts)),
        keyboard(
            [button(texts.plain("mydata.back"), Do(what="show"))],
            [button(texts.plain("mydata.confirm_button"), Do(what="erase"))],
        ),
    )


def erased(result: Erased) -> Page:
    return Page(texts.html("mydata.erased", name=result.name, gone=_gone(result.counts)))


def file_name(export: Export) -> str:
    return texts.plain("mydata.file", day=export.at.date().isoformat())


def archive(export: Export) -> bytes:
    """A zip of a workbook to read and a JSON file for other programs."""
    inside = texts.plain("mydata.inside")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        document = {"name": export.name, "at": export.at, **export.subjects}
        archive.writestr(f"{inside}.json", json.dumps(document, ensure_ascii=False, indent=2, default=_plain))
        archive.writestr(f"{inside}.xlsx", _workbook(export.subjects))
    return data.getvalue()


def _workbook(subjects: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in subjects.items():
        if rows:
            _fill(book.create_sheet(texts.plain(f"mydata.subject.{name}")), rows)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _fill(sheet: Worksheet, rows: Sequence[Mapping[str, Any]]) -> None:
    for place, column in enumerate(rows[0], start=1):
        key = f"mydata.column.{column}"
        cell = sheet.cell(1, place, texts.plain(key) if texts.has(key) else column)
        cell.font = Font(bold=True)
        longest = max(len(str(_cell(row[column]))) for row in rows)
        sheet.column_dimensions[cell.column_letter].width = min(WIDEST, max(12, longest + 2))
    for number, row in enumerate(rows, start=2):
        for place, value in enumerate(row.values(), start=1):
            cell = sheet.cell(number, place, _cell(value))
            if isinstance(cell.value, str):
                cell.data_type = "s"  # what begins with "=" is what somebody wrote, not a formula
    sheet.freeze_panes = "A2"


def _cell(value: Any) -> Any:
    """The value as a cell can hold it; Excel knows no time zones, so local times stand as they are."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, bool | int | float | date):
        return "" if value is None else value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_plain)
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:CELL_LIMIT]


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _gone(counts: Mapping[str, int]) -> str:
    parts = [texts.plain(f"mydata.count.{name}", count=count) for name, count in counts.items() if count]
    return "、".join(parts) or texts.plain("mydata.nothing")
