"""Opens question banks of any format, safely, and gives what they say.

What a file is shows in its first bytes rather than in its name; memory and time stay within limits whatever it holds.
"""

from collections.abc import Callable
from pathlib import PurePosixPath

from storage.bankfiles import maps, moodle, workbook
from storage.bankfiles.refusing import Refused
from storage.bankfiles.textfile import decoded, table
from study.banks import Bank, gift, tables
from study.packs import Fault

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".json", ".gift", ".xml", ".txt"})
LARGEST = 20_000_000  # bytes

Progress = Callable[[int], None]

_XLSX = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # also workbooks with a password


def is_bank(name: str) -> bool:
    """Whether the name is that of a question bank rather than a pack."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def read(name: str, data: bytes, *, progress: Progress = lambda rows: None) -> Bank:
    """What the bank says; a file that cannot be read is one fault. `progress` is told of rows as they are done."""
    label = PurePosixPath(name).name
    try:
        return _read(label, data, progress)
    except Refused as error:
        return Bank(faults=(Fault(label, error.line, "", f"bank.file.{error.problem}", error.params),))


def _read(name: str, data: bytes, progress: Progress) -> Bank:
    if len(data) > LARGEST:
        raise Refused("too_large", megabytes=LARGEST // 1_000_000)
    if data.startswith(_OLD_EXCEL):
        raise Refused("old_excel")
    if data.startswith(_XLSX):
        return tables.read(workbook.sheets(name, data), progress=progress)
    text = decoded(data)
    start = text.lstrip()[:200].lower()
    suffix = PurePosixPath(name).suffix.lower()
    if start.startswith(("<?xml", "<quiz")):
        return moodle.read(name, text)
    if start.startswith(("<html", "<!doctype html", "<table", "<meta")):
        raise Refused("web_page")
    if suffix == ".json" or (suffix != ".csv" and start.startswith(("{", "["))):
        return tables.read([maps.sheet(name, text)], progress=progress)
    if suffix in {".gift", ".txt"} and gift.looks_like(text):
        return gift.read(name, text)
    return tables.read([table(name, text)], progress=progress)
