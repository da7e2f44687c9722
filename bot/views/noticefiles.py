"""A workbook of a notice: who got it, and who has confirmed."""

from datetime import datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from actions.reports import Sheet
from bot import texts
from bot.views.notices import called
from study.calendar import local
from study.notices import Fate

COLUMNS = ("name", "unit", "fate", "settled_at", "seen_at")
WIDTHS = (12, 26, 24, 18, 18)


def sheet(found: Sheet) -> bytes:
    """One line a copy; times on the local clock of the notice's unit."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = texts.plain("notices.sheet.title")
    page.append([texts.plain(f"notices.column.{name}") for name in COLUMNS])
    zone = found.report.zone
    for copy in found.copies:
        arrived = copy.settled_at if copy.fate in (Fate.SENT, Fate.WITHDRAWN) else None
        page.append(
            [
                called(copy),
                copy.unit,
                texts.plain(f"notices.fate.{copy.fate}"),
                _time(arrived, zone),
                _time(copy.seen_at, zone),
            ]
        )
    for row in page.iter_rows(min_row=2):
        for cell in row:
            cell.data_type = "s"  # a name that begins with "=" is no formula
    for place, width in enumerate(WIDTHS, start=1):
        page.cell(1, place).font = Font(bold=True)
        page.column_dimensions[get_column_letter(place)].width = width
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def _time(at: datetime | None, zone: str) -> str:
    return f"{local(at, zone):%Y-%m-%d %H:%M}" if at else ""
