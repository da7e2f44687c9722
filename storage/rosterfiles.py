"""Roster files as tables of cells: xlsx, and csv in any usual encoding and with any usual separator."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from study.rostersheet import Cell, Unreadable

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 80 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = 20_000
MAX_BLANK = 2_000  # formatted but empty lines are passed over up to this many in a row
MAX_COLUMNS = 100
MAX_CELL = 2_000  # characters
MAX_TABLES = 20

_XLSX = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # also encrypted workbooks
_SEPARATORS = ",\t;，；"

Table = list[list[Cell]]


def tables(data: bytes) -> list[Table]:
    """The sheets of the file, each a list of lines; raises study.rostersheet.Unreadable.

    What the file is shows in its first bytes, whatever its name.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable("too_big", megabytes=MAX_BYTES // 1024 // 1024)
    if data.startswith(_OLD_EXCEL):
        raise Unreadable("old_excel")
    if data.startswith(_XLSX):
        return _xlsx(data)
    return [_csv(data)]


# --- xlsx -----------------------------------------------------------------------------------------


def _xlsx(data: bytes) -> list[Table]:
    try:
        _refuse_bombs(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                sheets = [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]
                return [_sheet(sheet) for sheet in sheets[:MAX_TABLES] if sheet.sheet_state == "visible"]
            finally:
                book.close()
    except (
        *(zipfile.BadZipFile, InvalidFileException, DefusedXmlException, ParseError, UnicodeError),
        *(KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, NotImplementedError),
    ) as error:
        # openpyxl answers a damaged workbook with whatever it stumbled over.
        raise Unreadable("damaged") from error


def _refuse_bombs(data: bytes) -> None:
    """A small file may unpack to gigabytes; zipfile holds a part to the size that it declares."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable("old_excel")
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise Unreadable("too_much")


def _sheet(sheet: ReadOnlyWorksheet) -> Table:
    # The size that a sheet declares is often wrong, and may be a whole million of lines.
    sheet.reset_dimensions()
    rows: Any = sheet
    return _bounded(rows.iter_rows(values_only=True, max_col=MAX_COLUMNS))


# --- csv ------------------------------------------------------------------------------------------


def _csv(data: bytes) -> Table:
    text = _decode(data)
    try:
        return _bounded(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)))
    except csv.Error as error:
        raise Unreadable("damaged") from error


def _decode(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB18030 (which holds GBK and GB2312)."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable("damaged")


def _separator(text: str) -> str:
    """The separator that divides the first lines into most columns."""
    first = text.lstrip("\ufeff").splitlines()[:5]
    return max(_SEPARATORS, key=lambda mark: max((line.count(mark) for line in first), default=0))


# --- both -----------------------------------------------------------------------------------------


def _bounded(rows: Iterable[Sequence[Cell]]) -> Table:
    table: Table = []
    blank = 0
    for row in rows:
        cells = [_short(cell) for cell in row[:MAX_COLUMNS]]
        while cells and cells[-1] in (None, ""):
            cells.pop()
        blank = 0 if cells else blank + 1
        if blank > MAX_BLANK:
            break
        table.append(cells)
        if len(table) - blank > MAX_ROWS:
            raise Unreadable("too_long", rows=MAX_ROWS)
    return table


def _short(cell: Cell) -> Cell:
    return cell[:MAX_CELL] if isinstance(cell, str) else cell
