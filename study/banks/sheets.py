"""A question bank as a table of texts, each cell as a person saw it on the screen."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Value = str | int | float | bool | date | datetime | time | timedelta | None

# What pages leave in cells that were copied or exported from them.
_TAG = re.compile(
    r"</?(?:p|br|div|span|b|strong|i|em|u|font|sub|sup|ul|ol|li|table|tbody|tr|td|img|a|h[1-6]|o:p|pre)\b[^<>]*/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr)\b[^<>]*/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,5});", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_SPACES = re.compile("[ \t\xa0\u2002-\u200a\u3000]+")
# Letters and digits in full width; punctuation stays, for it belongs to the text.
_NARROW = {
    code: code - 0xFEE0
    for span in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))
    for code in range(*span)
}


@dataclass(frozen=True)
class Sheet:
    """`rows` from the first row of the file on. `fills`: for a cell in a vertical merge, the row that it repeats."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    fills: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> str:
        """ "" outside the table."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def repeated(self, row: int, column: int) -> str:
        """The cell, or what the merge that it belongs to says at its top."""
        return self.cell(self.fills.get((row, column), row), column)


def shown(value: Value, format: str = "") -> str:
    """What a cell shows: 0.2 formatted as a percentage is 20%, 3.0 is 3, a date is a date; clean text."""
    match value:
        case None:
            return ""
        case str():
            return clean(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number(value, format)
        case datetime() | date():
            return _day(value, format)
    return str(value)


def clean(text: str) -> str:
    """The text without markup of web pages, unseen characters and needless blanks, letters and digits narrow."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
    if _TAG.search(text):
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if _ENTITY.search(text):
        text = html.unescape(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _UNSEEN.sub("", text).translate(_NARROW)
    lines = [_SPACES.sub(" ", line).strip() for line in text.split("\n")]
    return "\n".join(line for line in lines if line)


def reference(row: int, column: int) -> str:
    """Row and column, counted from 0, as spreadsheets name a cell: (0, 27) is AB1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _number(value: float, format: str) -> str:
    if "%" in format:
        return f"{value * 100:.10g}%"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _day(value: date | datetime, format: str) -> str:
    """As the format would show it: only some say the year."""
    plain = format.lower()
    month = f"{value.month}月{value.day}日" if "d" in plain else f"{value.month}月"
    if plain and "y" not in plain:
        return month
    return f"{value.year}年{month}" if "月" in plain or "m" in plain else value.isoformat()[:10]
