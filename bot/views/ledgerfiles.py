"""Workbooks to print for an inspector: the ledger of a year, a sheet a kind, and the roll of a meeting (签到表)."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from actions.minutes import Record
from actions.recordbook import Book, Entry, Line, Vote
from bot import texts
from bot.views import changes, typesetting
from bot.views.changes import Printed
from study.calendar import clock_text
from study.hours import QUARTERS
from study.meetings import Kind

Value = str | int | float

FONT, HEAD_FONT = "宋体", "黑体"  # what Chinese offices print with; other programs put their own in place
LINE = Side(style="thin", color="FF999999")
SHADE = PatternFill("solid", fgColor="FFF2F2F2")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # how a formula may begin, in one program or another
LONGEST_NAME = 31  # characters of a sheet's name
UNNAMEABLE = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
SHARE = "0%"
# Points of a line of words and around it. Programs do not agree on growing rows by themselves, so it is worked out here.
LINE_POINTS, ROW_POINTS, TALLEST = 14.0, 6.0, 405.0
MOST_LINES = int((TALLEST - ROW_POINTS) / LINE_POINTS)


@dataclass(frozen=True)
class Column:
    """A column: its heading's key, its width in characters, and whether it is read from the left (words) or centred."""

    key: str
    width: float
    words: bool = False


SUMMARY = (
    *(Column("number", 6), Column("unit", 22, words=True), Column("kind", 16), Column("rule", 12)),
    *(Column("meetings", 10), Column("locked", 9), Column("hours", 9), Column("expected_sum", 10)),
    *(Column("came_sum", 10), Column("leave_sum", 10), Column("absent_sum", 10), Column("share", 9)),
    Column("made_up_sum", 10),
)
UNIT = Column("unit", 14, words=True)
LEDGER = (
    *(Column("number", 5), Column("time", 11.5), Column("place", 10, words=True)),
    *(Column("subject", 16, words=True), Column("host", 8), Column("recorder", 8)),
    *(Column("expected", 5.5), Column("came", 5.5), Column("leave", 5.5), Column("absent", 5.5)),
    *(Column("share", 7), Column("made_up", 6), Column("votes", 24, words=True)),
    *(Column("topics", 26, words=True), Column("decisions", 26, words=True)),
)
ROLL = (
    *(Column("number", 6), Column("name", 12), Column("member_kind", 12), Column("duty", 11)),
    *(Column("right", 9), Column("mark", 9), Column("means", 12), Column("marked_at", 17)),
    *(Column("ground", 16, words=True), Column("made_up", 12), Column("note", 24, words=True)),
)

CORRECTIONS = (
    *(Column("number", 6), Column("corrected_at", 17), Column("corrected_by", 12)),
    *(Column("correction", 64, words=True), Column("why", 34, words=True)),
)


def year(book: Book) -> bytes:
    """The ledger: a summary, a sheet a kind, and for a single unit the roll of each meeting. Takes a tenth of a
    second a hundred meetings."""
    workbook = Workbook()
    sheets = _Sheets(workbook)
    title = texts.plain("ledger.title.summary", unit=book.unit, year=book.year)
    made = _made(book, book.entries)
    sheets.add(texts.plain("ledger.sheet.summary"), SUMMARY, list(_summary(book)), title=title, line=made)
    for kind, entries in _by_kind(book.entries, book.kinds):
        columns = (LEDGER[0], UNIT, *LEDGER[1:]) if book.several else LEDGER
        rows = [_row(number, entry, book.several) for number, entry in enumerate(entries, start=1)]
        title = texts.plain("ledger.title.kind", unit=book.unit, year=book.year, kind=kind.name)
        sheets.add(kind.name, columns, rows, title=title, line=_made(book, entries))
    for number, (entry, lines) in enumerate(zip(book.entries, book.rolls, strict=False), start=1):
        name = texts.plain(
            "ledger.sheet.roll", number=number, date=f"{entry.starts_at:%m%d}", kind=entry.kind.name
        )
        _add_roll(sheets, entry, lines, name=name)
    return _saved(workbook)


def meeting(record: Record) -> bytes:
    """The roll of one meeting, its line of the ledger, and what was corrected after the close if anything was."""
    workbook = Workbook()
    sheets = _Sheets(workbook)
    entry = record.sheet.entry
    _add_roll(sheets, entry, record.lines, name=texts.plain("minutes.sheet").split()[-1])
    title = texts.plain("ledger.title.kind", unit=entry.unit, year=entry.starts_at.year, kind=entry.kind.name)
    sheets.add(entry.kind.name, LEDGER, [_row(1, entry, False)], title=title, line="")
    if corrected := changes.printed(record):
        corrections = [_correction(number, one) for number, one in enumerate(corrected, start=1)]
        name, title = texts.plain("ledger.sheet.corrections"), texts.plain("ledger.title.corrections")
        sheets.add(name, CORRECTIONS, corrections, title=title, line=f"{entry.title}　　{entry.unit}")
    return _saved(workbook)


# --- what the rows say ----------------------------------------------------------------------------


def _made(book: Book, entries: Sequence[Entry]) -> str:
    on = book.made_on
    return texts.plain("ledger.made", year=on.year, month=on.month, day=on.day, total=len(entries))


def _by_kind(entries: Iterable[Entry], order: Sequence[str]) -> list[tuple[Kind, list[Entry]]]:
    """In this order; kinds that are not in it come last."""
    found: dict[str, tuple[Kind, list[Entry]]] = {}
    for entry in entries:
        found.setdefault(entry.kind.name, (entry.kind, []))[1].append(entry)
    places = {name: place for place, name in enumerate(order)}
    return sorted(found.values(), key=lambda group: places.get(group[0].name, len(places)))


def _summary(book: Book) -> Iterator[list[Value]]:
    groups = [
        (unit, kind, entries)
        for unit, group in groupby(book.entries, key=lambda entry: entry.unit)
        for kind, entries in _by_kind(group, book.kinds)
    ]
    for number, (unit, kind, entries) in enumerate(groups, start=1):
        rule = texts.plain(f"ledger.every.{kind.every.value if kind.every else 'none'}")
        yield [number, unit, kind.name, rule, *_sums(entries)]
    if len(groups) > 1:
        yield [texts.plain("ledger.total_row"), "", "", "", *_sums(book.entries)]


def _sums(entries: Sequence[Entry]) -> list[Value]:
    expected = sum(entry.count.expected for entry in entries)
    came = sum(entry.count.came for entry in entries)
    return [
        len(entries),
        sum(entry.is_locked for entry in entries),
        sum(entry.quarters for entry in entries) / QUARTERS,
        expected,
        came,
        sum(entry.count.leave for entry in entries),
        sum(entry.count.absent for entry in entries),
        _share(came, expected),
        sum(entry.made_up for entry in entries),
    ]


def _share(came: int, expected: int) -> Value:
    return came / expected if expected else ""


def _row(number: int, entry: Entry, several: bool) -> list[Value]:
    count = entry.count
    return [
        number,
        *([entry.unit] if several else []),
        when(entry),
        place(entry),
        entry.title,
        entry.host or "",
        entry.recorder or "",
        count.expected,
        count.came,
        count.leave,
        count.absent,
        _share(count.came, count.expected),
        texts.plain("ledger.made_up_of", done=entry.made_up, offered=entry.offered) if entry.offered else "",
        "\n".join(map(vote, entry.votes)),
        entry.topics or entry.agenda,
        entry.decisions,
    ]


def when(entry: Entry) -> str:
    at = entry.starts_at
    clock = clock_text(at.hour * 60 + at.minute)
    return texts.plain("ledger.when", year=at.year, month=at.month, day=at.day, clock=clock)


def place(entry: Entry) -> str:
    """Where, and whether one could be there from afar."""
    if entry.place and entry.online:
        return texts.plain("minutes.print.both", place=entry.place)
    return entry.place or (texts.plain("minutes.print.online") if entry.online else "")


def vote(one: Vote) -> str:
    return texts.plain(
        "ledger.vote",
        text=one.text,
        ayes=one.sums.ayes,
        noes=one.sums.noes,
        abstentions=one.sums.abstentions,
        passed=texts.plain("minutes.print.passed" if one.result.passed else "minutes.print.not_passed"),
    )


def _add_roll(sheets: "_Sheets", entry: Entry, lines: Sequence[Line], *, name: str) -> None:
    line = texts.plain(
        "ledger.roll_line",
        title=entry.title,
        unit=entry.unit,
        when=when(entry),
        place=place(entry),
        expected=entry.count.expected,
        came=entry.count.came,
        leave=entry.count.leave,
        absent=entry.count.absent,
    )
    rows = [_person(number, one) for number, one in enumerate(lines, start=1)]
    sheets.add(name, ROLL, rows, title=texts.plain("ledger.title.roll", kind=entry.kind.name), line=line)


def _person(number: int, line: Line) -> list[Value]:
    return [
        number,
        line.name,
        texts.plain(f"roster.kind.{line.kind.value}"),
        texts.plain(f"ledger.duty.{line.duty.value}"),
        texts.plain("ledger.yes" if line.votes else "ledger.no"),
        texts.plain(f"ledger.mark.{line.mark.value}") if line.mark else "",
        texts.plain(f"ledger.means.{line.means.value}") if line.means else "",
        f"{line.marked_at:%m-%d %H:%M}" if line.marked_at else "",
        ground(line.leave) if line.leave else "",
        f"{line.made_up_on:%m-%d}" if line.made_up_on else "",
        line.note or "",
    ]


def _correction(number: int, one: Printed) -> list[Value]:
    return [number, f"{one.at:%Y-%m-%d %H:%M}", one.by, one.told, one.note]


def ground(reason: str) -> str:
    """The reason of a leave: one of those to tap, or the member's own few words."""
    key = f"leave.ground.{reason}"
    return texts.plain(key) if texts.has(key) else reason


# --- how the sheets look --------------------------------------------------------------------------

FRAME = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)


def _style(
    name: str, *, size: int = 10, head: bool = False, words: bool = False, framed: bool = True
) -> NamedStyle:
    return NamedStyle(
        name,
        font=Font(name=HEAD_FONT if head else FONT, size=size, bold=head and framed),
        fill=SHADE if head and framed else PatternFill(),
        border=FRAME if framed else Border(),
        alignment=Alignment(
            horizontal="left" if words else "center", vertical="center", wrap_text=framed or not head
        ),
    )


class _Sheets:
    """The sheets of a workbook, each with a name of its own."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._names: Counter[str] = Counter()
        workbook.remove(workbook.worksheets[0])
        # Named styles: put together once, where styles set cell by cell take most of the time.
        share = _style("ledger share")
        share.number_format = SHARE
        for style in (
            _style("ledger title", size=16, head=True, framed=False),
            _style("ledger line", framed=False),
            _style("ledger head", head=True),
            _style("ledger words", words=True),
            _style("ledger figure"),
            share,
        ):
            workbook.add_named_style(style)

    def add(
        self,
        name: str,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Value]],
        *,
        title: str,
        line: str,
    ) -> None:
        """A table under a title, ready to print: A4 across, as wide as the page, its heading on every page."""
        sheet = self._workbook.create_sheet(self._free(name))
        for place, column in enumerate(columns, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = column.width
        for number, (text, style, height) in enumerate(((title, "title", 32), (line, "line", 20)), start=1):
            sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(columns))
            _put(sheet, number, 1, text, style)
            sheet.row_dimensions[number].height = height
        head = [texts.plain(f"ledger.column.{column.key}") for column in columns]
        for number, row in enumerate([head, *rows], start=3):
            lines = 1
            for place, (column, value) in enumerate(zip(columns, row, strict=True), start=1):
                if number == 3:
                    style = "head"
                elif column.key == "share":
                    style = "share"
                else:
                    style = "words" if column.words else "figure"
                told, taken = _fitting(value, column)
                lines = max(lines, taken)
                _put(sheet, number, place, told, style)
            sheet.row_dimensions[number].height = lines * LINE_POINTS + ROW_POINTS
        sheet.freeze_panes = "C4"
        _set_up_page(sheet)

    def _free(self, name: str) -> str:
        """The name as a sheet may have it, with a number when there is another one like it."""
        plain = ILLEGAL_CHARACTERS_RE.sub("", name).translate(UNNAMEABLE).strip()[:LONGEST_NAME] or "-"
        self._names[plain.casefold()] += 1
        again = self._names[plain.casefold()]
        return plain if again == 1 else self._free(f"{plain[: LONGEST_NAME - 4]} {again}")


def _fitting(value: Value, column: Column) -> tuple[Value, int]:
    """What a row has room for, and how many lines it takes; of longer words the beginning, and that the rest stands
    in the record."""
    if not isinstance(value, str):
        return value, 1
    lines = [line for line, _ in typesetting.lines(value, column.width - 1, _width)]
    if len(lines) <= MOST_LINES:
        return value, len(lines)
    return "\n".join([*lines[: MOST_LINES - 2], texts.plain("ledger.rest")]), MOST_LINES


def _width(text: str) -> float:
    """In characters of a column's width: a Chinese sign takes two."""
    return float(sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text))


def _put(sheet: Worksheet, row: int, column: int, value: Value, style: str) -> None:
    cell = sheet.cell(row, column)
    cell.style = f"ledger {style}"
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"  # words that begin with "=" are no formula
    if value.startswith(DANGEROUS):
        # … nor do they become one when somebody edits the cell or saves the sheet as CSV.
        cell.quotePrefix = True


def _set_up_page(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:3"
    assert sheet.oddFooter is not None
    sheet.oddFooter.center.text = texts.plain("ledger.page")
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.8, 0.4


def _saved(workbook: Workbook) -> bytes:
    data = BytesIO()
    workbook.save(data)
    return data.getvalue()
