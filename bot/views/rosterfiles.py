"""Workbooks about the roster: a template to fill in, and the list as it stands."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from actions.roster import Line
from bot import texts
from study.rostersheet import Column

# Fictional people, one of each kind, as a file may have them.
EXAMPLES = (
    ("林小满", "A1001", "内科党总支", "内科第一党支部", "第一党小组", "正式", "2001-07-01", "是"),
    ("白若谷", "A1002", "内科党总支", "内科第一党支部", "第二党小组", "预备", "2025-11-08", "否"),
    ("陆青禾", "A1003", "外科党总支", "手术室党支部", "", "流动", "2012年6月28日", "是"),
    ("严知秋", "A1004", "离退休党总支", "离退休第一党支部", "", "离退休", "1978.7.1", "是"),
)
COLUMNS = (
    *(Column.NAME, Column.STAFF_NO, Column.GENERAL_BRANCH, Column.BRANCH),
    *(Column.GROUP, Column.KIND, Column.JOINED_PARTY_ON, Column.CAN_VOTE),
)


def template() -> bytes:
    """An example that can be imported as it is."""
    return _workbook([texts.plain(f"roster.column.{column}") for column in COLUMNS], EXAMPLES)


def listing(lines: Sequence[Line]) -> bytes:
    """Everybody on the roster, with whether they have joined."""
    head = ("name", "staff_no", "branch", "kind", "can_vote", "joined")
    return _workbook([texts.plain(f"roster.column.{name}") for name in head], [cells(line) for line in lines])


def cells(line: Line) -> tuple[str, ...]:
    """One person as a line of a table."""
    return (
        *(line.name, line.staff_no or "", line.unit, texts.plain(f"roster.kind.{line.kind}")),
        *(_yes_or_no(line.can_vote), _yes_or_no(line.joined)),
    )


def _yes_or_no(value: bool) -> str:
    return texts.plain("roster.yes" if value else "roster.no")


def _workbook(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = texts.plain("roster.template.sheet")
    _fill(sheet, [head, *rows])
    for place in range(1, len(head) + 1):
        sheet.cell(1, place).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 20 if place in (3, 4) else 14
    sheet.freeze_panes = "A2"
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def _fill(sheet: Worksheet, rows: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(number, place, value)
            cell.data_type = "s"  # a name that begins with "=" is no formula
            cell.number_format = "@"  # so that 00123 stays 00123 when it is edited
