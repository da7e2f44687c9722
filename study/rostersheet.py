"""What a roster file says: columns found by their headers, cells read in any usual shape, all faults in one go."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from study import names
from study.members import Level, MemberKind, Standing
from study.refusal import Refusal

T = TypeVar("T")
Cell = str | int | float | bool | date | datetime | time | timedelta | None

HEADER_WITHIN = 15  # rows; titles may stand above the header
NAME_LIMIT = 40
STAFF_NO_LIMIT = 32
UNIT_LIMIT = 60
QUOTED = 30  # characters of a wrong value that are repeated
FOUNDED = date(1921, 7, 1)
_EXCEL_EPOCH = date(1899, 12, 30)


class Unreadable(Refusal):
    """The file is no roster that can be read; `problem` says why."""

    def __init__(self, problem: str, **params: object) -> None:
        self.key = f"refusal.roster.{problem}"
        super().__init__(**params)


class Column(StrEnum):
    """What a column of a roster tells."""

    NAME = "name"
    STAFF_NO = "staff_no"
    COMMITTEE = "committee"
    GENERAL_BRANCH = "general_branch"
    BRANCH = "branch"
    GROUP = "group"
    KIND = "kind"
    JOINED_PARTY_ON = "joined_party_on"
    CAN_VOTE = "can_vote"
    STANDING = "standing"


# Headers as organisations write them. What is not here is an extra column, which is not read.
HEADERS: Mapping[Column, tuple[str, ...]] = {
    column: tuple(words.split())
    for column, words in {
        Column.NAME: "姓名 党员姓名 名字 name fullname",
        Column.STAFF_NO: "工号 职工号 编号 职工工号 职工编号 员工号 员工编号 人员编号 工作证号 胸牌号 "
        "staffno staffnumber staffid employeeno employeeid",
        Column.COMMITTEE: "党委 所属党委 所在党委 党委名称 committee partycommittee",
        Column.GENERAL_BRANCH: "党总支 总支 所在总支 所属总支 所在党总支 所属党总支 党总支名称 总支名称 党总支部 generalbranch",
        Column.BRANCH: "党支部 支部 所在支部 所属支部 所在党支部 所属党支部 支部名称 党支部名称 "
        "党组织 所在党组织 所属党组织 所在组织 组织 党组织名称 branch partybranch unit",
        Column.GROUP: "党小组 小组 所在党小组 所属党小组 所在小组 党小组名称 group partygroup",
        Column.KIND: "人员类别 党员类别 身份 党员身份 类别 党员类型 人员类型 党员性质 在职情况 党员状态 kind memberkind category",
        Column.JOINED_PARTY_ON: "入党时间 入党日期 入党年月 入党年月日 加入党组织日期 加入党组织时间 加入中国共产党时间 "
        "joinedpartyon joinedparty dateofjoining",
        Column.CAN_VOTE: "表决权 有无表决权 是否有表决权 有表决权 是否具有表决权 选举权 有无选举权 canvote righttovote vote",
        Column.STANDING: "党内状态 党籍状态 党员权利状态 standing",
    }.items()
}
_BY_HEADER = {header: column for column, headers in HEADERS.items() for header in headers}
_SENSITIVE = tuple(
    "身份证 证件号 证件编号 公民身份 身份号 idcard idnumber identitycard identitynumber".split()
)

UNIT_COLUMNS = {
    Column.COMMITTEE: Level.COMMITTEE,
    Column.GENERAL_BRANCH: Level.GENERAL_BRANCH,
    Column.BRANCH: Level.BRANCH,
    Column.GROUP: Level.GROUP,
}
# A general column such as 党组织 may name a unit of any level; the end of the name tells which.
_ENDINGS = (
    (re.compile("(总支|总支部|总支部委员会|总支委员会)$"), Level.GENERAL_BRANCH),
    (re.compile("小组$"), Level.GROUP),
    (re.compile("(支部|支部委员会)$"), Level.BRANCH),
    (re.compile("(党委|委员会)$"), Level.COMMITTEE),
)

# Of several columns the more special word wins: the order matters.
_KINDS = {
    MemberKind.PROBATIONARY: "预备 预备党员 中共预备党员 probationary",
    MemberKind.MOBILE: "流动 流动党员 流出 流入 流出党员 流入党员 mobile",
    MemberKind.RETIRED: "离退休 离休 退休 离退休党员 离休党员 退休党员 离退休人员 退休人员 退休职工 retired",
    MemberKind.FULL: "正式 正式党员 中共正式党员 中共党员 党员 在职 在职党员 在职人员 在岗 在岗党员 full",
}
# What takes a vote away; most rosters have no such column. Others, such as 停止党籍, are not for a program to read.
_STANDINGS = {
    Standing.REGULAR: "正常 在册 regular",
    Standing.WATCHED: "留党察看 watched",
    Standing.SUSPENDED: "暂停党员权利 暂停权利 党员权利暂停 suspended",
}
_BY_STANDING = {word: standing for standing, words in _STANDINGS.items() for word in words.split()}
_BY_KIND = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_STRONGEST = tuple(_KINDS)

_YES = frozenset("是 有 √ ✓ ✔ y yes true 1 对 具有 享有".split())
_NO = frozenset("否 无 没有 × ✗ ✘ x n no false 0 不具有 不享有 停止".split())
_FOOTERS = tuple("合计 总计 小计 共计 填表人 制表人 填报人 审核人 填表日期 备注 说明 注:".split())


@dataclass(frozen=True)
class Fault:
    """Something to mend at one place. `row` is the file's own row number (0: the file as a whole),
    `column` the header as the file has it; `value` never quotes what looks like an ID number."""

    row: int
    column: str
    problem: str
    value: str = ""
    other: str = ""


@dataclass(frozen=True)
class Note:
    """Something worth knowing that is no fault."""

    what: str
    columns: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class UnitName:
    level: Level
    name: str


@dataclass(frozen=True)
class Person:
    """One line of the roster. None means that the file does not say, so what is known stays."""

    row: int
    name: str
    units: tuple[UnitName, ...]
    staff_no: str | None = None
    kind: MemberKind | None = None
    joined_party_on: date | None = None
    can_vote: bool | None = None
    standing: Standing | None = None


@dataclass(frozen=True)
class Sheet:
    """Everything that one roster file says."""

    people: tuple[Person, ...]
    faults: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass
class _Header:
    row: int
    titles: dict[int, str]  # as in the file
    columns: dict[Column, list[int]] = field(default_factory=dict)
    ignored: list[int] = field(default_factory=list)
    sensitive: list[int] = field(default_factory=list)


def read(tables: Sequence[Sequence[Sequence[Cell]]], *, today: date) -> Sheet:
    """The people of the first table that has a roster's header; raises Unreadable when none has."""
    for table in tables:
        header = _find_header(table)
        if header is not None:
            return _read_table(table, header, today)
    raise Unreadable("no_header")


def looks_like_id_number(cell: Cell) -> bool:
    """Whether the cell may be a citizen's ID number (18 characters, or the old 15, with a date inside)."""
    text = plain(cell)
    if match := re.fullmatch(r"\d{6}((?:18|19|20)\d{6})\d{3}[\dXx]", text):
        return _is_day(match[1])
    if match := re.fullmatch(r"\d{6}(\d{6})\d{3}", text):
        return _is_day("19" + match[1])
    return False


def plain(cell: Cell) -> str:
    """The cell as text: full-width forms folded, 1023.0 as "1023", ="007" as "007"."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    if match := re.fullmatch(r'="(.*)"', text):
        text = match[1].strip()
    return text


# --- the header -----------------------------------------------------------------------------------


def _find_header(table: Sequence[Sequence[Cell]]) -> _Header | None:
    for number, cells in enumerate(table[:HEADER_WITHIN]):
        titles = {place: plain(cell) for place, cell in enumerate(cells) if plain(cell)}
        if len(titles) > 1 and any(_key(title) in HEADERS[Column.NAME] for title in titles.values()):
            return _sort_columns(_Header(row=number, titles=titles), table)
    return None


def _key(title: str) -> str:
    """A header without what people decorate it with: spaces, marks, remarks in brackets."""
    bare = re.sub(r"[((【\[].*?[))】\]]", "", unicodedata.normalize("NFKC", title))
    return re.sub(r"[\s*::_\-/、.]+", "", bare).lower()


def _sort_columns(header: _Header, table: Sequence[Sequence[Cell]]) -> _Header:
    for place, title in header.titles.items():
        key = _key(title)
        if any(word in key for word in _SENSITIVE) or _holds_id_numbers(table[header.row + 1 :], place):
            header.sensitive.append(place)
        elif column := _BY_HEADER.get(key):
            header.columns.setdefault(column, []).append(place)
        else:
            header.ignored.append(place)
    return header


def _holds_id_numbers(rows: Sequence[Sequence[Cell]], place: int) -> bool:
    filled = [cells[place] for cells in rows if place < len(cells) and plain(cells[place])]
    return bool(filled) and 2 * sum(map(looks_like_id_number, filled)) >= len(filled)


# --- the lines ------------------------------------------------------------------------------------


def _read_table(table: Sequence[Sequence[Cell]], header: _Header, today: date) -> Sheet:
    faults = _header_faults(header)
    reader = _Reader(header, faults, today)
    people = []
    for number, cells in enumerate(table[header.row + 1 :], start=header.row + 2):
        if not _is_blank(cells, header) and (person := reader.person(number, cells)):
            people.append(person)
    if not people and not faults:
        raise Unreadable("nobody")
    return Sheet(tuple(people), tuple(faults), _notes(header, reader))


def _header_faults(header: _Header) -> list[Fault]:
    faults = [
        Fault(header.row + 1, header.titles[places[1]], "column_twice", other=header.titles[places[0]])
        for column, places in header.columns.items()
        if len(places) > 1 and column is not Column.KIND
    ]
    if not any(column in header.columns for column in (Column.BRANCH, Column.GENERAL_BRANCH, Column.GROUP)):
        faults.append(Fault(header.row + 1, "", "no_unit_column"))
    return faults


def _is_blank(cells: Sequence[Cell], header: _Header) -> bool:
    """Whether the line holds nobody: empty in every column that is read, or a line of totals below the list."""
    read = [place for places in header.columns.values() for place in places]
    filled = [plain(cells[place]) for place in read if place < len(cells) and plain(cells[place])]
    first = next((plain(cell) for cell in cells if plain(cell)), "")
    return not filled or (len(filled) <= 1 and first.startswith(_FOOTERS))


def _notes(header: _Header, reader: "_Reader") -> tuple[Note, ...]:
    notes = []
    if header.sensitive:
        notes.append(Note("id_numbers", tuple(header.titles[place] for place in header.sensitive)))
    if header.ignored:
        notes.append(Note("ignored", tuple(header.titles[place] for place in header.ignored)))
    if reader.months_only:
        notes.append(Note("months_only", count=reader.months_only))
    return tuple(notes)


class _Bad(Exception):
    """A cell that cannot be read; `problem` says why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class _Reader:
    """Reads line after line and gathers what is wrong."""

    def __init__(self, header: _Header, faults: list[Fault], today: date) -> None:
        self._today = today
        self._header = header
        self._faults = faults
        self.months_only = 0

    def person(self, row: int, cells: Sequence[Cell]) -> Person | None:
        """The person of this line, or None when something is wrong with it."""
        before = len(self._faults)
        name = self._first(row, cells, Column.NAME, _name)
        staff_no = self._first(row, cells, Column.STAFF_NO, _staff_no)
        kinds = self._all(row, cells, Column.KIND, _kind)
        joined = self._first(row, cells, Column.JOINED_PARTY_ON, read_day)
        can_vote = self._first(row, cells, Column.CAN_VOTE, _yes_or_no)
        standing = self._first(row, cells, Column.STANDING, _standing)
        units = self._units(row, cells)
        kind = next((kind for kind in _STRONGEST if kind in kinds), None)
        if not self._text(cells, Column.NAME):
            self._fault(row, Column.NAME, "no_name")
        if kind is MemberKind.PROBATIONARY and can_vote:
            self._fault(row, Column.CAN_VOTE, "probationary_vote")
        if joined and joined.day > self._today:
            self._fault(row, Column.JOINED_PARTY_ON, "day_to_come", joined.day.isoformat())
        if len(self._faults) > before or name is None:
            return None
        self.months_only += bool(joined and joined.month_only)
        day = joined.day if joined else None
        return Person(row, name, units, staff_no, kind, day, can_vote, standing)

    def _units(self, row: int, cells: Sequence[Cell]) -> tuple[UnitName, ...]:
        before = len(self._faults)
        units = []
        for column, level in UNIT_COLUMNS.items():
            name = self._first(row, cells, column, _unit_name)
            if name is not None:
                units.append(UnitName(_level(name, level) if column is Column.BRANCH else level, name))
        columns = [column for column in UNIT_COLUMNS if column in self._header.columns]
        placed = any(self._text(cells, column) for column in columns if column is not Column.COMMITTEE)
        if columns and not placed and len(self._faults) == before:
            self._fault(row, Column.BRANCH if Column.BRANCH in columns else columns[-1], "no_unit")
        order = list(Level)
        return tuple(sorted(units, key=lambda unit: order.index(unit.level)))

    def _first(self, row: int, cells: Sequence[Cell], column: Column, parse: Callable[[Cell], T]) -> T | None:
        found = self._all(row, cells, column, parse)
        return found[0] if found else None

    def _all(self, row: int, cells: Sequence[Cell], column: Column, parse: Callable[[Cell], T]) -> list[T]:
        values = []
        for place in self._header.columns.get(column, ()):
            cell = cells[place] if place < len(cells) else None
            if not plain(cell):
                continue
            try:
                values.append(_safe(cell, parse))
            except _Bad as bad:
                self._fault(row, column, bad.problem, plain(cell), place=place)
        return values

    def _text(self, cells: Sequence[Cell], column: Column) -> str:
        places = self._header.columns.get(column, ())
        return next((plain(cells[place]) for place in places if place < len(cells)), "")

    def _fault(
        self, row: int, column: Column, problem: str, value: str = "", *, place: int | None = None
    ) -> None:
        if place is None:
            place = self._header.columns.get(column, [-1])[0]
        shown = "" if problem == "id_number" else value[:QUOTED]
        self._faults.append(Fault(row, self._header.titles.get(place, ""), problem, shown))


def _safe(cell: Cell, parse: Callable[[Cell], T]) -> T:
    if looks_like_id_number(cell):
        raise _Bad("id_number")
    return parse(cell)


def _name(cell: Cell) -> str:
    name = names.tidy(plain(cell))
    if not isinstance(cell, str) or not re.fullmatch(r"[^\W\d_][^\d_@#<>|]*", name):
        raise _Bad("name")
    if len(name) > NAME_LIMIT:
        raise _Bad("too_long")
    return name


def _staff_no(cell: Cell) -> str:
    number = re.sub(r"\s+", "", plain(cell))
    if isinstance(cell, date | time | bool | timedelta) or not re.fullmatch(r"[\w./-]+", number):
        raise _Bad("staff_no")
    if len(number) > STAFF_NO_LIMIT:
        raise _Bad("too_long")
    return number


def _kind(cell: Cell) -> MemberKind:
    kind = _BY_KIND.get(re.sub(r"\s+", "", plain(cell)).lower())
    if kind is None:
        raise _Bad("kind")
    return kind


def _standing(cell: Cell) -> Standing:
    standing = _BY_STANDING.get(re.sub(r"\s+", "", plain(cell)).lower())
    if standing is None:
        raise _Bad("standing")
    return standing


def _yes_or_no(cell: Cell) -> bool:
    word = plain(cell).lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise _Bad("yes_or_no")


def _unit_name(cell: Cell) -> str:
    name = re.sub(r"\s+", "", plain(cell))
    if not isinstance(cell, str) or name.isdecimal() or name.startswith("#"):
        raise _Bad("unit")
    if len(name) > UNIT_LIMIT:
        raise _Bad("too_long")
    return name


def _level(name: str, usual: Level) -> Level:
    return next((level for ending, level in _ENDINGS if ending.search(name)), usual)


# --- days -----------------------------------------------------------------------------------------

_HAN_DIGITS = {
    mark: digit
    for digits in ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖")
    for digit, mark in enumerate(digits)
}
_HAN_DIGITS["○"] = 0
_DAY_SHAPES = (
    re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号]?)?"),
    re.compile(r"(?P<year>\d{4})[-/.,](?P<month>\d{1,2})(?:[-/.,](?P<day>\d{1,2}))?[.]?"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})?"),
)


@dataclass(frozen=True)
class Day:
    """A day as it was written; with `month_only` the first of that month stands for it."""

    day: date
    month_only: bool = False


def read_day(cell: Cell) -> Day:
    """A day in any shape people use: a date, Excel's own number, 2001.7.1, 2001年7月, 二〇〇一年七月一日."""
    if isinstance(cell, datetime):
        return _in_range(Day(cell.date()))
    if isinstance(cell, date):
        return _in_range(Day(cell))
    text = re.sub(r"\s+", "", plain(cell))
    text = re.sub(r"[T]?\d{1,2}:\d{2}(:\d{2})?$", "", text) if ":" in text else text
    if isinstance(cell, float) and re.fullmatch(r"\d{4}\.1", text):
        raise _Bad("day_ambiguous")  # a number cell shows 2001.10 as 2001.1
    if text.isdecimal() and len(text) == 5:
        return _in_range(Day(_EXCEL_EPOCH + timedelta(days=int(text))))
    text = _without_han(text)
    for shape in _DAY_SHAPES:
        if match := shape.fullmatch(text):
            return _in_range(_day(match["year"], match["month"], match["day"]))
    raise _Bad("day")


def _day(year: str, month: str, day: str | None) -> Day:
    try:
        return Day(date(int(year), int(month), int(day or 1)), month_only=day is None)
    except ValueError as error:
        raise _Bad("day") from error


def _in_range(day: Day) -> Day:
    if day.day < FOUNDED:
        raise _Bad("day_too_early")
    return day


def _is_day(digits: str) -> bool:
    try:
        datetime.strptime(digits, "%Y%m%d")  # noqa: DTZ007 - only asks whether there is such a day
    except ValueError:
        return False
    return True


def _without_han(text: str) -> str:
    """二〇〇一年十二月二十五日 -> 2001年12月25日."""
    match = re.fullmatch(
        r"([〇○零一二三四五六七八九]{4})年(?:([一二三四五六七八九十]{1,3})月)?(?:([一二三四五六七八九十廿卅]{1,3})[日号])?",
        text,
    )
    if match is None or match[2] is None:
        return text
    year = "".join(str(_HAN_DIGITS[mark]) for mark in match[1])
    day = f"{_small(match[3])}日" if match[3] else ""
    return f"{year}年{_small(match[2])}月{day}"


def _small(han: str) -> int:
    """A number up to 39: 七, 十二, 二十, 廿五."""
    han = han.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = han.partition("十")
    if not ten:
        return _HAN_DIGITS[han] if len(han) == 1 else 0
    return 10 * (_HAN_DIGITS[tens] if tens else 1) + (_HAN_DIGITS[ones] if ones else 0)


# --- keeping a sheet until it is confirmed --------------------------------------------------------


def pack(people: Sequence[Person]) -> list[list[Any]]:
    """The people as plain lists, for a dialogue's memory."""
    return [
        [
            *(one.row, one.name, [[unit.level.value, unit.name] for unit in one.units], one.staff_no),
            *(one.kind, one.joined_party_on.isoformat() if one.joined_party_on else None, one.can_vote),
            one.standing,
        ]
        for one in people
    ]


def unpack(packed: Sequence[Sequence[Any]]) -> tuple[Person, ...]:
    """The people that `pack` made plain."""
    return tuple(
        Person(
            row,
            name,
            tuple(UnitName(Level(level), unit) for level, unit in units),
            staff_no,
            MemberKind(kind) if kind else None,
            date.fromisoformat(joined) if joined else None,
            can_vote,
            Standing(standing) if standing else None,
        )
        for row, name, units, staff_no, kind, joined, can_vote, standing in packed
    )
