"""A question bank to fill in, as a workbook: one example of each kind, and a sheet that explains the columns."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot import texts

COLUMNS = (
    *("kind", "question", "a", "b", "c", "d", "answer", "explanation"),
    *("difficulty", "document", "article", "tags", "id"),
)
WIDTHS = (10, 44, 20, 20, 20, 20, 18, 36, 8, 26, 12, 14, 10)
EXAMPLES = 7
ROWS = 2_000  # that get the choice of kinds


def workbook() -> bytes:
    """The template in the language of the texts; read back, its examples are seven sound questions."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = texts.plain("bank.template.sheet")
    sheet.append([texts.plain(f"bank.template.column.{name}") for name in COLUMNS])
    for number in range(1, EXAMPLES + 1):
        cells = texts.plain(f"bank.template.example.{number}").split("|")
        sheet.append([cell or None for cell in cells])
    _dress(sheet)
    _explain(book.create_sheet(texts.plain("bank.template.help_sheet")))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _dress(sheet: Worksheet) -> None:
    for place, width in enumerate(WIDTHS, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = width
        head = sheet[f"{letter}1"]
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="FDE9D9")
        # As text, so that 1-2 stays an option and does not become a day.
        sheet.column_dimensions[letter].number_format = "@"
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.number_format = "@"
    sheet.freeze_panes = "C2"
    choice = texts.plain("bank.template.kinds").replace("、", ",")  # as Excel parts them
    kinds = DataValidation(type="list", formula1=f'"{choice}"', allow_blank=True)
    sheet.add_data_validation(kinds)
    kinds.add(f"A2:A{ROWS}")


def _explain(sheet: Worksheet) -> None:
    sheet.column_dimensions["A"].width = 100
    for line in texts.plain("bank.template.help").split("\n"):
        sheet.append([line])
    for [cell] in sheet.iter_rows(max_col=1):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
