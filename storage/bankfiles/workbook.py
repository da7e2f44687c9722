"""Workbooks (.xlsx): each cell as it shows, merged cells told, within bounds."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from storage.bankfiles import limits
from storage.bankfiles.refusing import Refused
from study.banks.sheets import Sheet, shown

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^<>]{0,80}?\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_PIECE = 1 << 20
_OVERLAP = 200  # bytes, more than a merge takes
_MOST_MERGES = 50_000


def sheets(name: str, data: bytes) -> list[Sheet]:
    """The visible sheets, each row with its cells as texts; raises Refused."""
    try:
        _check(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                return list(_visible(name, data, book))
            finally:
                book.close()
    except (
        *(
            zipfile.BadZipFile,
            zlib.error,
            InvalidFileException,
            DefusedXmlException,
            ParseError,
            UnicodeError,
        ),
        *(
            KeyError,
            ValueError,
            TypeError,
            IndexError,
            AttributeError,
            OSError,
            NotImplementedError,
            EOFError,
        ),
        *(OverflowError, SyntaxError),
    ) as error:
        # openpyxl answers a damaged workbook with whatever it stumbled over.
        raise Refused("damaged") from error


def _check(data: bytes) -> None:
    """A small file may unpack to gigabytes; zipfile holds a part to the size that it declares."""
    if data.count(b"PK\x01\x02") > limits.MOST_PARTS:
        raise Refused("too_much")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise Refused("old_excel")
        if sum(part.file_size for part in parts) > limits.LARGEST_UNPACKED:
            raise Refused("too_much")
        names = {part.filename for part in parts}
        if any("vbaproject" in part.lower() or "macrosheets" in part.lower() for part in names):
            raise Refused("macros")
        if "[Content_Types].xml" not in names:
            raise Refused("no_workbook")


def _visible(name: str, data: bytes, book: Any) -> Iterator[Sheet]:
    found = [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]
    found = [sheet for sheet in found if sheet.sheet_state == "visible"][: limits.MOST_SHEETS]
    left = limits.MOST_ROWS
    for sheet in found:
        rows = _rows(sheet, left)
        left -= sum(any(row) for row in rows)
        label = f"{name} · {sheet.title}" if len(found) > 1 else name
        yield Sheet(label, tuple(rows), _fills(data, sheet, len(rows)))


def _rows(sheet: ReadOnlyWorksheet, most: int) -> list[tuple[str, ...]]:
    # The size that a sheet declares is often wrong, and may be a whole million of lines.
    sheet.reset_dimensions()
    reader: Any = sheet
    rows: list[tuple[str, ...]] = []
    filled = blank = 0
    for cells in reader.iter_rows(max_col=limits.MOST_COLUMNS):
        row = [_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        blank = 0 if row else blank + 1
        if blank > limits.MOST_BLANK:
            break
        filled += bool(row)
        if filled > most:
            raise Refused("too_long", rows=limits.MOST_ROWS)
        rows.append(tuple(row))
    return rows


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return shown(value[: limits.LONGEST_CELL])
    # Looking the format up takes time, and words have none.
    return shown(value, str(cell.number_format or ""))


def _fills(data: bytes, sheet: ReadOnlyWorksheet, rows: int) -> dict[tuple[int, int], int]:
    """For each cell below the first of a vertical merge: the first one's row. Reading row by row tells none of it."""
    fills: dict[tuple[int, int], int] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path: str = getattr(sheet, "_worksheet_path")  # noqa: B009 - unknown to the type stubs
        for found in _merges(archive, path):
            left, top, _, bottom = range_boundaries(found.decode())
            if left is None or top is None or bottom is None or left > limits.MOST_COLUMNS:
                continue
            for row in range(top, min(bottom, rows)):
                fills[row, left - 1] = top - 1
    return fills


def _merges(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    with archive.open(path) as part:
        before, count = b"", 0
        while piece := part.read(_PIECE):
            window = before + piece
            for found in _MERGE.finditer(window):
                if found.end() > len(before):
                    yield found[1]
                    count += 1
                    if count >= _MOST_MERGES:
                        return
            before = window[-_OVERLAP:]
