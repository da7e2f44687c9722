"""Banks that are plain text: decoded whatever their encoding, and divided into cells."""

import csv
import io

from storage.bankfiles import limits
from storage.bankfiles.refusing import Refused
from study.banks import headers
from study.banks.sheets import Sheet, shown

_SEPARATORS = ",\t;，；|"


def decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB18030 (which holds GBK and GB2312); raises Refused."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused("no_text")


def table(name: str, text: str) -> Sheet:
    """A text with separators as a table; raises Refused."""
    first = "\n".join(text[:50_000].splitlines()[: headers.WITHIN])
    tried = {mark: headers.find(_divided(name, first, mark)) for mark in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda mark: _understood(tried[mark]))
    return _divided(name, text, best)


def _understood(header: headers.Header | None) -> int:
    """How many columns of a header make sense."""
    return len(header.columns) + len(header.options) if header else 0


def _divided(name: str, text: str, separator: str) -> Sheet:
    rows: list[tuple[str, ...]] = []
    filled = 0
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            row = tuple(shown(cell[: limits.LONGEST_CELL]) for cell in cells[: limits.MOST_COLUMNS])
            filled += any(row)
            if filled > limits.MOST_ROWS or len(rows) > limits.MOST_ROWS + 10 * limits.MOST_BLANK:
                raise Refused("too_long", rows=limits.MOST_ROWS)
            rows.append(row)
    except csv.Error as error:
        raise Refused("damaged") from error
    return Sheet(name, tuple(rows))
