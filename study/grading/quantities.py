"""Typed quantities: what a figure in a text means, so that values are compared and never strings.

Texts come here with numerals already as digits (`numerals.canonical`). A date may be partial; an amount has a scale
of `units`, may be a range, a bound (不少于3人) or a rate (每季度1次); shares (50%, 半数, 4/5, 五成) and ratios (30:2)
stand for themselves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from study.grading import units


class Sort(StrEnum):
    DATE = "date"
    AMOUNT = "amount"
    SHARE = "share"
    RATIO = "ratio"
    PERIOD = "period"


class Fit(IntEnum):
    """How an answer's figure stands to the one that was asked, worst first."""

    OTHER = 0
    """A figure of something else: it neither helps nor harms."""
    WRONG = 1
    COARSE = 2
    """Right as far as it goes, but less precise than asked."""
    DOUBTFUL = 3
    """Right in common speech, though not to the letter (30天 for 一个月)."""
    RIGHT = 4


@dataclass(frozen=True)
class Period:
    """The time that a rate counts in, in base units of its scale (months or seconds)."""

    scale: str
    size: float


@dataclass(frozen=True)
class Quantity:
    """One figure of a text. `low` and `high` are in the unit as written, `factor` brings them to the base of `scale`."""

    sort: Sort
    start: int
    end: int
    low: float = 0.0
    high: float = 0.0
    scale: str = ""
    factor: float = 1.0
    bound: str = ""
    per: Period | None = None
    date: tuple[int | None, int | None, int | None] = (None, None, None)
    until: tuple[int | None, int | None, int | None] = (None, None, None)
    ordinal: bool = False
    negated: bool = False
    unit: str = ""

    @property
    def is_range(self) -> bool:
        return self.low != self.high


_N = r"\d+(?:\.\d+)?(?:[万亿千百](?![分名]))?"
_UNIT = rf"(?:{units.PATTERN})(?![a-z²])"
_TO = r"(?:-+|~+|到|至)"
_PERIODS = {
    "年": ("months", 12.0),
    "年度": ("months", 12.0),
    "半年": ("months", 6.0),
    "季度": ("months", 3.0),
    "季": ("months", 3.0),
    "月": ("months", 1.0),
    "半个月": ("months", 0.5),
    "半月": ("months", 0.5),
    "周": ("seconds", 7 * 86400.0),
    "星期": ("seconds", 7 * 86400.0),
    "礼拜": ("seconds", 7 * 86400.0),
    "天": ("seconds", 86400.0),
    "日": ("seconds", 86400.0),
    "小时": ("seconds", 3600.0),
    "分钟": ("seconds", 60.0),
    "分": ("seconds", 60.0),
    "min": ("seconds", 60.0),
    "秒": ("seconds", 1.0),
}
_PERIOD = "|".join(sorted(_PERIODS, key=len, reverse=True))
_HALF_PERIODS = "年|个月|月|天|日|小时|个小时|个钟头|分钟|个学期|个世纪"

_AMOUNT = rf"""(?P<amount>(?P<ordinal>第)?(?P<n>{_N})(?P<about>多|余|来)?(?P<ge>个)?(?P<gh>半(?!数|以))?(?P<nu>{_UNIT})?(?P<nhalf>半(?!数|以))?)"""
_TOKEN = re.compile(
    rf"""
    (?P<fulldate>(?P<fy>\d{{4}}|\d{{2}})(?:年的?|[-./])(?P<fm>\d{{1,2}})(?:月份?的?|[-./])
        (?P<fd>\d{{1,2}})(?:日|号|(?![\d.]*{_UNIT}|\d|\.\d)))
  | (?P<packed>(?<!\d)(?:19|20)\d{{6}}(?!\d))
  | (?P<named>(?<!\d)(?P<ny>\d{{4}}|\d{{2}})年的?(?P<nd>\d{{2,4}})(?=\D|$)(?!月|日|号|年|{_UNIT}))
  | (?P<yearmonth>(?P<ymy>\d{{4}}|\d{{2}})(?:年的?(?P<ymm>\d{{1,2}})月份?(?!\d)|[-./](?P<ymn>0?[1-9]|1[0-2])(?![\d.]|[-./]\d)(?:月份?)?))
  | (?P<year>(?<!\d)(?:1[5-9]|20)\d{{2}}(?:年(?!制|代|以上|以下|以内)|(?=\D|$)(?!\.\d|个?{_UNIT}|[%~-])))
  | (?P<decade>(?<!\d)\d{{2}}世纪(?:\d0年代)?)
  | (?P<monthday>(?<!\d)(?P<mdm>\d{{1,2}})月份?的?(?P<mdd>\d{{1,2}})(?:日|号|(?!\d|\.|个|{_UNIT})))
  | (?P<month>(?<![\d.])(?:1[0-2]|0?[1-9])月份?(?!\d))
  | (?P<permille>(?:(?P<of>百|千|万)分之|(?P<parts>{_N})分之)(?P<ofn>{_N})(?:{_TO}(?:(?:百|千|万)分之)?(?P<ofm>{_N}))?)
  | (?P<percent>(?P<pl>{_N})(?:[%‰])?(?:{_TO}(?P<ph>{_N}))?(?P<psign>%|‰|个百分点))
  | (?P<fraction>(?<![\d.])(?P<fa>\d{{1,3}})/(?P<fb>\d{{1,3}})(?![\d/年月]))
  | (?P<tenths>(?P<tn>\d+(?:\.\d)?)成(?P<th>半)?(?![员立为绩果功就熟都长分本人效])以?)
  | (?P<more>超?过半数|超?过半|多半|大半|1大半)
  | (?P<half>1半|半数|对半|1/2)(?!年|月|个|天|小时|世纪)
  | (?P<ratio>(?P<ra>\d+(?:\.\d+)?)(?:次|个)?(?::|比)(?P<rb>\d+(?:\.\d+)?)(?!\d))
  | (?P<halfunit>半(?P<hu>{_HALF_PERIODS}))
  | (?P<range>(?P<ordr>第)?(?P<l>{_N})(?:个?(?P<lu>{_UNIT}))?{_TO}(?P<h>{_N})(?P<hj>个)?(?P<hu2>{_UNIT})?(?P<rhalf>半)?)
  | {_AMOUNT}
    """,
    re.VERBOSE,
)

_GE = r"不(?:得|能|可|应|应当|应该|会|要|可以)?(?:少于|低于|小于|短于|少过|不足|下于)|至少|最少|最低|最短|起码|少说|>=|≥|大于等于|大于或等于|年满|满|达到|达"
_LE = r"不(?:得|能|可|应|应当|应该|会|要|可以|准)?(?:多于|高于|超过|大于|长于|多过|超)|至多|最多|顶多|最高|最长|最晚|最迟|<=|≤|小于等于|小于或等于|封顶"
_GT = r"超过|多于|大于|高于|长于|超出|>|超|过"
_LT = r"少于|低于|小于|短于|不足|不满|未满|<|不到|未达到?|没到|少过"
_BEFORE = re.compile(
    rf"(?:(?P<ge>{_GE})|(?P<le>{_LE})|(?P<lt>{_LT})|(?P<gt>{_GT}))"
    r"(?:是|为|要|得|应该?|有|需要?|必须|保证|也|了|召开|开|开展|参加|学习?|每年|每月|每季度|每周|1年|人数的?|的){0,3}$"
)
BOUND_WORDS = re.compile(rf"{_GE}|{_LE}|{_LT}|超过|多于|大于|高于|以上|以下|以内|之内|及")
"""Words of comparison around a figure."""

_AFTER = re.compile(
    r"(?:及|或|和|与|含)?(?:(?P<ge>以上|以后|之后|起步|往上|之上|朝上|打底|开外)|(?P<le>以下|以内|之内|往下|之下|封顶|内(?!容|部|科|心|涵)))"
)
_NOT = re.compile(
    r"(?:不是|并非|并不是|而非|而不是|绝非|不叫|不在|可不是|又不是|别|不该是|不应该?是)(?:每隔?(?:\d+个?)?(?:半年|年度?|半个?月|月|季度?|周|星期|天|日|小时|分钟?)|在|是|要|说|第)?$"
)
_NOT_AFTER = re.compile(
    r"(?:这个|那个)?(?:的?说法|答案)?(?:是|都)?(?:不对|错误?|不正确|不准确)的?(?:$|[，,。；;！!\s])"
)
_CORRECTED = re.compile(r"不对|错了|说错|更正|记错|打错|口误|写错|不不|哦不|啊不|噢不|应该是|改成")


def _unit(text: str | None) -> tuple[str, float]:
    """Scale and factor of a unit as written (个月, 半小时); no unit has the scale ''."""
    if not text:
        return "", 1.0
    return units.UNITS[text]


def _number(text: str) -> float:
    size = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}.get(text[-1])
    return float(text[:-1]) * size if size else float(text)


def _year(text: str) -> int:
    return int(text)


def _until(match: re.Match[str], text: str) -> tuple[tuple[int | None, int | None, int | None], int]:
    """The end of a range of dates that begins where `match` ends."""
    tail = _DATE_TAIL.match(text, match.end())
    if not tail:
        return (None, None, None), match.end()
    month = int(tail["m"]) if tail["m"] else None
    day = int(tail["d"]) if tail["d"] else None
    return (int(tail["y"]) if tail["y"] else None, month, day), tail.end()


_DATE_TAIL = re.compile(
    rf"{_TO}(?:(?P<y>\d{{4}})年)?(?:(?P<m>\d{{1,2}})月)?(?:(?P<d>\d{{1,2}})(?:日|号))?(?<=[年月日号])"
)


def _tokens(text: str, dates: frozenset[int], shares: bool) -> Iterator[Quantity]:
    """Figures in order. `dates`: how many parts a date that is expected has; `shares`: a share is expected."""
    at = 0
    while at < len(text):
        match = _TOKEN.search(text, at)
        if not match:
            return
        found = _read(match, text, dates, shares)
        at = max(match.end(), match.start() + 1)
        if found is not None:
            at = max(at, found.end)
            yield found


def _day(
    year: str | None, month: str | None, day: str | None
) -> tuple[int | None, int | None, int | None] | None:
    parts = tuple(int(part) if part else None for part in (year, month, day))
    if parts[1] is not None and not 1 <= parts[1] <= 12:
        return None
    if parts[2] is not None and not 1 <= parts[2] <= 31:
        return None
    return parts[0], parts[1], parts[2]


def _dated(
    match: re.Match[str], text: str, date: tuple[int | None, int | None, int | None] | None
) -> Quantity | None:
    if date is None:
        return None
    until, end = _until(match, text)
    return Quantity(Sort.DATE, match.start(), end, date=date, until=until)


def _read(match: re.Match[str], text: str, dates: frozenset[int], shares: bool) -> Quantity | None:
    start, end = match.span()
    kind = match.lastgroup
    group = match.groupdict()
    if group["fulldate"]:
        return _dated(match, text, _day(group["fy"], group["fm"], group["fd"]))
    if group["packed"]:
        packed = group["packed"]
        return _dated(match, text, _day(packed[:4], packed[4:6], packed[6:]))
    if group["named"]:
        day_of_year = _packed_day(group["nd"])
        if day_of_year is None or not dates:
            return _amount(match, text, dates)
        return _dated(match, text, _day(group["ny"], str(day_of_year[1]), str(day_of_year[2])))
    if group["yearmonth"]:
        year, month = group["ymy"], group["ymm"] or group["ymn"]
        if not (group["ymm"] or len(year) == 4 or 2 in dates):
            return _amount(match, text)
        if group["ymm"] is None and len(year) == 2:
            return _dated(match, text, _day(None, year, month))
        return _dated(match, text, _day(year, month, None))
    if group["year"]:
        return _dated(match, text, _day(group["year"].rstrip("年"), None, None))
    if group["monthday"]:
        return _dated(match, text, _day(None, group["mdm"], group["mdd"]))
    if group["month"]:
        return _dated(match, text, _day(None, group["month"].rstrip("月份"), None))
    if group["decade"]:
        return Quantity(
            Sort.AMOUNT, start, end, low=_digits(match[0]), high=_digits(match[0]), scale="decade"
        )
    if group["permille"]:
        base = {"百": 100.0, "千": 1000.0, "万": 10_000.0}.get(group["of"] or "") or _number(group["parts"])
        low = _number(group["ofn"])
        high = _number(group["ofm"]) if group["ofm"] else low
        if not base:
            return None
        return Quantity(Sort.SHARE, start, end, low=low / base, high=high / base)
    if group["percent"]:
        base = 1000.0 if group["psign"] == "‰" else 100.0
        low = _number(group["pl"])
        high = _number(group["ph"]) if group["ph"] else low
        return Quantity(Sort.SHARE, start, end, low=low / base, high=high / base)
    if group["fraction"]:
        top, bottom = int(group["fa"]), int(group["fb"])
        if dates and not shares:
            date = _day(None, group["fa"], group["fb"])
            return Quantity(Sort.DATE, start, end, date=date) if date else None
        if not bottom:
            return None
        return Quantity(Sort.SHARE, start, end, low=top / bottom, high=top / bottom)
    if group["tenths"]:
        low = (float(group["tn"]) + (0.5 if group["th"] else 0)) / 10
        return Quantity(Sort.SHARE, start, end, low=low, high=low)
    if group["more"]:
        return Quantity(Sort.SHARE, start, end, low=0.5, high=0.5, bound=">")
    if group["half"]:
        return Quantity(Sort.SHARE, start, end, low=0.5, high=0.5)
    if group["ratio"]:
        return Quantity(Sort.RATIO, start, end, low=float(group["ra"]), high=float(group["rb"]))
    if group["halfunit"]:
        scale, factor = _unit(group["hu"].removeprefix("个"))
        return Quantity(Sort.AMOUNT, start, end, low=0.5, high=0.5, scale=scale, factor=factor)
    if group["range"]:
        return _span(match, dates)
    return _amount(match, text, dates) if kind else None


def _digits(text: str) -> float:
    return float("".join(char for char in text if char.isdigit()) or 0)


def _span(match: re.Match[str], dates: frozenset[int]) -> Quantity | None:
    group = match.groupdict()
    if 2 in dates and not group["hu2"] and not group["lu"] and "-" in match[0]:
        date = _day(None, group["l"], group["h"]) if group["l"].isdigit() and group["h"].isdigit() else None
        return Quantity(Sort.DATE, match.start(), match.end(), date=date) if date else None
    low, high = _number(group["l"]), _number(group["h"])
    scale, factor = _unit(group["hu2"])
    if group["lu"] and group["hu2"]:
        other, other_factor = _unit(group["lu"])
        if other == scale:
            low *= other_factor / factor
    elif group["lu"]:
        scale, factor = _unit(group["lu"])
    return Quantity(
        Sort.AMOUNT,
        match.start(),
        match.end(),
        low=min(low, high),
        high=max(low, high),
        scale=scale,
        factor=factor,
        ordinal=bool(group["ordr"]),
    )


def _amount(match: re.Match[str], text: str, dates: frozenset[int] = frozenset()) -> Quantity | None:
    group = match.groupdict()
    if group["n"] is None:
        # A date's pattern took figures that are no date here: read the first of them as they stand.
        again = _AMOUNT_ALONE.match(text, match.start())
        return _amount(again, text, dates) if again else None
    if 2 in dates and "." in group["n"] and not group["nu"]:
        month, _, day = group["n"].partition(".")
        date = _day(None, month, day) if day.isdigit() else None
        if date is not None and int(month) and int(day):
            return Quantity(Sort.DATE, match.start(), match.end(), date=date)
    if 2 in dates and not group["nu"] and not group["ge"] and (day_of_year := _packed_day(group["n"])):
        return Quantity(Sort.DATE, match.start(), match.start() + len(group["n"]), date=day_of_year)
    if dates and group["nu"] == "年" and len(group["n"]) == 2 and group["n"].isdigit() and not group["ge"]:
        return Quantity(Sort.DATE, match.start(), match.end(), date=(int(group["n"]), None, None))
    low = high = _number(group["n"])
    scale, factor = _unit(group["nu"])
    if group["nhalf"] or group["gh"]:
        low = high = low + 0.5
    if scale == "" and group["about"]:
        high = low
    return Quantity(
        Sort.AMOUNT,
        match.start(),
        match.end(),
        low=low,
        high=high,
        scale=scale,
        factor=factor,
        ordinal=bool(group["ordinal"]),
        unit=group["nu"] or ("个" if group["ge"] else ""),
    )


def _packed_day(digits: str) -> tuple[int | None, int | None, int | None] | None:
    """Month and day written as one figure: 八一, 512, 0819."""
    if not digits.isdigit() or not 2 <= len(digits) <= 4:
        return None
    # 一二·九 is the ninth of December, as everybody knows; 一·二八 is in January.
    cut = 2 if len(digits) == 4 or digits == "129" else 1
    month, day = int(digits[:cut]), int(digits[cut:])
    return (None, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


_AMOUNT_ALONE = re.compile(_AMOUNT)
_SEPARATED = re.compile(r"[，,。；;！!？?\n]")
_PERIOD_WORD = re.compile(
    rf"(?:每隔?|逐|按|平均每)(?P<n>\d+(?:\.\d+)?)?个?(?P<p>{_PERIOD})(?!会)|(?P<q>(?<![\d半个上下本当])(?:季度|年|月|周))(?=\d+(?:次|回))"
)
_PER_AFTER = re.compile(rf"\s*(?:/|每)(?P<n>1)?个?(?P<p>{_PERIOD})(?![a-z])")


def _with_bounds(text: str, found: Quantity) -> Quantity:
    before = text[max(0, found.start - 18) : found.start]
    before = _SEPARATED.split(before)[-1].rstrip(' "(:')
    bound = found.bound
    match = _BEFORE.search(before)
    if match:
        bound = {"ge": ">=", "le": "<=", "gt": ">", "lt": "<"}[match.lastgroup or "ge"]
    after = _AFTER.match(text, found.end)
    if after and not bound:
        bound = ">=" if after["ge"] else "<="
    negated = bool(_NOT.search(before)) or bool(_NOT_AFTER.match(text, found.end))
    if found.sort is Sort.AMOUNT and found.scale in ("degrees", "fahrenheit", "") and _below(text, found):
        found = replace(found, low=-found.high, high=-found.low)
    return replace(found, bound=bound, negated=negated) if bound != found.bound or negated else found


_BELOW = re.compile(r"负$|(?:^|[到至~])-$")


def _below(text: str, found: Quantity) -> bool:
    """Whether a figure is one below zero (负20度, -20℃)."""
    return bool(_BELOW.search(text[: found.start]))


def _periods(text: str) -> list[Quantity]:
    """Periods that a text names without a count: 每季度, 逐月."""
    found = []
    for match in _PERIOD_WORD.finditer(text):
        scale, size = _PERIODS[match["p"] or match["q"]]
        count = float(match["n"]) if match["n"] else 1.0
        found.append(
            Quantity(Sort.PERIOD, match.start(), match.end(), low=1, high=1, per=Period(scale, size * count))
        )
    return found


_GAP = 12


_TO_ONLY = re.compile(rf"{_TO}[负-]?")


def _one_range(one: Quantity, other: Quantity) -> bool:
    """Whether two amounts are the ends of a range (一刻钟到半小时)."""
    return (
        one.sort is other.sort is Sort.AMOUNT
        and one.scale == other.scale
        and not one.is_range
        and not other.is_range
        and one.per is None
    )


_BOTH = re.compile(rf"[，,、\s]*(?:但|且|并且|而且|又|同时|也|和|并)?(?:{_GE}|{_LE}|{_LT}|{_GT})?[是为要到]?")


def _between_bounds(one: Quantity, other: Quantity, between: str) -> Quantity | None:
    """The range that two comparators make, in either order (至少5厘米，不超过6厘米)."""
    if {one.bound[:1], other.bound[:1]} != {"<", ">"} or one.is_range or other.is_range:
        return None
    if not (one.sort is other.sort and one.sort in (Sort.AMOUNT, Sort.SHARE)):
        return None
    same = one.scale == other.scale or "" in (one.scale, other.scale)
    if not same or not (
        _BOTH.fullmatch(between) or (len(between) <= _GAP and not _SEPARATED.search(between))
    ):
        return None
    unit = other if other.scale else one
    factors = [figure.factor if figure.scale else unit.factor for figure in (one, other)]
    ends = sorted(
        figure.low * factor / unit.factor for figure, factor in zip((one, other), factors, strict=True)
    )
    upper = one if one.bound[:1] == "<" else other
    if upper.low * factors[upper is other] / unit.factor < ends[1]:
        return None
    return replace(
        unit, start=one.start, end=other.end, low=ends[0], high=ends[1], bound="", negated=one.negated
    )


def _one_date(one: Quantity, other: Quantity) -> Quantity | None:
    """Two figures that are parts of one date (五月的最后一天，31号; 1921年，7月1日)."""
    if one.sort is not Sort.DATE:
        return None
    year, month, day = one.date
    if other.sort is Sort.DATE and month is None and other.date[0] is None:
        return replace(one, end=other.end, date=(year, other.date[1], other.date[2]), until=other.until)
    if other.unit in ("日", "号") and month is not None and day is None and 1 <= other.low <= 31:
        return replace(one, end=other.end, date=(year, month, int(other.low)))
    return None


def _joined(text: str, found: list[Quantity]) -> list[Quantity]:
    """Neighbours of one scale added up (1年6个月), periods and counts made rates (一年4次)."""
    result: list[Quantity] = []
    for quantity in found:
        last = result[-1] if result else None
        if last is None:
            result.append(quantity)
            continue
        between = text[last.end : quantity.start]
        near = len(between) <= _GAP and not _SEPARATED.search(between) and "、" not in between
        if last.sort is Sort.DATE and quantity.unit == "天" and between.endswith(("后", "第")):
            continue
        whole = (
            _one_date(last, quantity)
            if len(between) <= _GAP and not re.search(r"[。；;、或]", between)
            else None
        )
        if whole is not None:
            result[-1] = whole
        elif bounded := _between_bounds(last, quantity, between):
            result[-1] = bounded
        elif _TO_ONLY.fullmatch(between) and _one_range(last, quantity):
            low, high = last.low * last.factor / quantity.factor, quantity.low
            result[-1] = replace(
                quantity, start=last.start, low=min(low, high), high=max(low, high), negated=last.negated
            )
        elif (
            between in ("", "零", "又", "加", " ")
            and last.sort is quantity.sort is Sort.AMOUNT
            and last.scale == quantity.scale
            and last.scale in ("months", "seconds", "metres", "yuan", "grams")
            and last.factor > quantity.factor
        ):
            total = last.low * last.factor + quantity.low * quantity.factor
            result[-1] = replace(
                last,
                end=quantity.end,
                low=total / last.factor,
                high=total / last.factor,
                bound=last.bound or quantity.bound,
            )
        elif near and last.sort is Sort.PERIOD and quantity.sort is Sort.AMOUNT and quantity.per is None:
            result[-1] = replace(quantity, start=last.start, per=last.per)
        elif (
            near
            and last.sort is Sort.AMOUNT
            and last.per is None
            and last.scale in ("months", "seconds")
            and quantity.sort is Sort.AMOUNT
            and quantity.per is None
            and quantity.scale in ("times", "lessons")
        ):
            period = Period(last.scale, last.low * last.factor)
            result[-1] = replace(quantity, start=last.start, per=period)
        else:
            result.append(quantity)
    return result


def parse(text: str, *, dates: frozenset[int] = frozenset(), shares: bool = False) -> tuple[Quantity, ...]:
    """All figures of `text` in order.

    `dates` holds the numbers of parts of the dates that are expected (2 for month and day): then 5.12 and 5/12 are
    dates. `shares` says that a share is expected: then 5/12 is a fraction.
    """
    # A figure such as 1点5倍 is a decimal; 3点50 is left alone.
    text = _POINT.sub(r"\1.\2", text)
    periods = _periods(text)
    taken = [(period.start, period.end) for period in periods]
    found: list[Quantity] = list(periods)
    for quantity in _tokens(text, dates, shares):
        if any(start <= quantity.start < end for start, end in taken):
            continue
        quantity = _with_bounds(text, quantity)
        after = _PER_AFTER.match(text, quantity.end) if quantity.sort is Sort.AMOUNT else None
        if after:
            scale, size = _PERIODS[after["p"]]
            quantity = replace(quantity, end=after.end(), per=Period(scale, size))
        found.append(quantity)
    # 60次每分钟: the period belongs to the figure before it.
    ends = [(one.start, one.end) for one in found if one.sort is not Sort.PERIOD]
    found = [
        one
        for one in found
        if one.sort is not Sort.PERIOD or not any(start < one.start < end for start, end in ends)
    ]
    found.sort(key=lambda quantity: (quantity.start, quantity.end))
    return tuple(_corrected(text, _joined(text, found)))


_POINT = re.compile(r"(\d)点(\d{1,2})(?=倍|米|厘米|公分|毫米|万|亿|%|度|个百分|公斤|千克|升|元|kg|cm)")


def _corrected(text: str, found: list[Quantity]) -> list[Quantity]:
    """Without the figures that the writer takes back (3次，不对，是4次)."""
    kept = []
    for index, quantity in enumerate(found):
        following = found[index + 1].start if index + 1 < len(found) else None
        if following is not None and _CORRECTED.search(text, quantity.end, following):
            continue
        kept.append(quantity)
    return kept


def date_parts(quantity: Quantity) -> int:
    return sum(part is not None for part in quantity.date)


def question_bound(question: str) -> str:
    """The comparator around what is asked (不少于多少, 几个月以上), or ''."""
    asked = _ASKED.search(question)
    if not asked:
        return ""
    before = _BEFORE.search(question[: asked.start()]) or _BEFORE_ASKED.search(question[: asked.start()])
    if before:
        return {"ge": ">=", "le": "<=", "gt": ">", "lt": "<"}[before.lastgroup or "ge"]
    after = _AFTER.match(question, asked.end())
    if after:
        return ">=" if after["ge"] else "<="
    return ""


_BEFORE_ASKED = re.compile(
    rf"(?:(?P<ge>{_GE})|(?P<le>{_LE})|(?P<lt>{_LT})|(?P<gt>超过|多于|大于|高于))[^，,。；;]{{0,12}}$"
)
_ASKED = re.compile(rf"(?:几|多少|_+|多大|多长时间|多久|百分之几|几分之几|\(\s*\))个?(?:{units.PATTERN}|%)?")


def question_period(question: str) -> Period | None:
    """The period that the question itself sets (每年至少几次), if any."""
    periods = _periods(question)
    return periods[0].per if periods else None


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(abs(one), abs(other))


def _year_fits(wanted: int, given: int) -> bool:
    return wanted == given or (given < 100 and wanted % 100 == given)


def _fit_date(wanted: Quantity, given: Quantity, known: Quantity | None) -> Fit:
    missing = 0
    shared = 0
    for index in range(3):
        want, got = wanted.date[index], given.date[index]
        if want is None:
            continue
        if got is None:
            if known is None or known.date[index] != want:
                missing += 1
            continue
        shared += 1
        if not (_year_fits(want, got) if index == 0 else want == got):
            return Fit.WRONG
    if not shared:
        return Fit.OTHER
    if any(part is not None for part in wanted.until) and wanted.until != given.until and not missing:
        return Fit.COARSE if all(part is None for part in given.until) else Fit.WRONG
    return Fit.COARSE if missing else Fit.RIGHT


def _fit_values(wanted: Quantity, given: Quantity, factor_wanted: float, factor_given: float) -> Fit:
    low, high = wanted.low * factor_wanted, wanted.high * factor_wanted
    got_low, got_high = given.low * factor_given, given.high * factor_given
    if _same(low, got_low) and _same(high, got_high):
        return Fit.RIGHT
    if wanted.is_range and not given.is_range and (low <= got_low <= high or _same(high, got_low)):
        return Fit.COARSE
    return Fit.WRONG


def _best_values(wanted: Quantity, given: Quantity) -> Fit:
    """Compares amounts, whatever their units."""
    if not units.comparable(wanted.scale, given.scale):
        return Fit.OTHER
    if wanted.ordinal and not wanted.scale and given.scale in _MEASURED:
        return Fit.OTHER
    if wanted.scale == given.scale:
        return _fit_values(wanted, given, wanted.factor, given.factor)
    scales = {wanted.scale, given.scale}
    if not _counted_so(wanted, given) or not _counted_so(given, wanted):
        return Fit.OTHER
    if scales == {"things", "people"} and "个" not in (wanted.unit, given.unit):
        return Fit.OTHER
    if "" in scales or "things" in scales or scales <= _COUNTED:
        return _fit_values(wanted, given, 1, 1)
    if scales == {"seconds", "months"}:
        for days in (30, 365 / 12, 360 / 12):
            one, other = _in_base(wanted, "months", days * 86400), _in_base(given, "months", days * 86400)
            if _fit_values(wanted, given, one, other) is Fit.RIGHT:
                return Fit.DOUBTFUL
        return Fit.WRONG
    if scales == {"score", "seconds"}:
        fit = _fit_values(wanted, given, _in_base(wanted, "score", 60), _in_base(given, "score", 60))
        return fit if fit is Fit.RIGHT else Fit.OTHER
    if scales == {"ages", "months"}:
        return _fit_values(wanted, given, _in_base(wanted, "ages", 12), _in_base(given, "ages", 12))
    # Working days and calendar days with the same figure: near, but not the same thing.
    one, other = _in_base(wanted, "workdays", 86400), _in_base(given, "workdays", 86400)
    return Fit.COARSE if _same(wanted.low * one, given.low * other) else Fit.WRONG


def _counted_so(one: Quantity, other: Quantity) -> bool:
    """Whether 个, if `one` has it, may stand before the unit of `other`: 6个 for 6个月, but not for 6年."""
    if one.unit != "个" or other.scale not in _MEASURED:
        return True
    return other.unit in ("月", "小时", "钟头", "星期", "礼拜", "季度", "工作日", "月份")


_MEASURED = frozenset({"seconds", "months", "metres", "grams", "litres", "degrees", "pascal", "yuan", "ages"})
_COUNTED = frozenset({"times", "people", "terms", "votes", "lessons", "breaths"})


def _in_base(quantity: Quantity, scale: str, size: float) -> float:
    """The factor of a quantity, where one of its `scale` counts `size` of the other's base units."""
    return quantity.factor * size if quantity.scale == scale else quantity.factor


def _as_rate(quantity: Quantity) -> Quantity:
    return replace(quantity, sort=Sort.AMOUNT, scale="times", low=1, high=1)


def _interval(rate: Quantity) -> Quantity | None:
    """The time between two occurrences at a rate."""
    if rate.per is None or rate.is_range or not rate.low or rate.scale not in ("times", "terms", ""):
        return None
    size = rate.per.size / rate.low
    return replace(rate, sort=Sort.AMOUNT, scale=rate.per.scale, factor=1.0, low=size, high=size, per=None)


def _fit_amount(wanted: Quantity, given: Quantity, period: Period | None) -> Fit:
    expected = wanted.per or period
    if given.per is not None and wanted.per is None and wanted.scale in ("months", "seconds"):
        # Asked for the interval (每几个月一次), told the rate (每季度1次) or the period alone (每季度).
        interval = _interval(given)
        if interval is not None:
            return _best_values(wanted, interval)
    if given.sort is Sort.PERIOD:
        if wanted.per is None:
            return Fit.OTHER
        given = _as_rate(given)
    if given.per is None or expected is None:
        if wanted.per is not None and given.per is None and given.scale in ("months", "seconds"):
            # Rate asked, interval given: 一季度一次 = 三个月.
            rate = replace(
                given,
                scale="times",
                low=1,
                high=1,
                factor=1,
                per=Period(given.scale, given.low * given.factor),
            )
            return _fit_amount(wanted, rate, period)
        fit = _best_values(wanted, given)
        if fit >= Fit.DOUBTFUL and wanted.per is not None and given.per is None and period is None:
            return Fit.COARSE
        return fit
    if not units.comparable(wanted.scale, given.scale):
        return Fit.OTHER
    sizes = [expected.size, given.per.size]
    if not all(sizes):
        return Fit.WRONG
    doubtful = expected.scale != given.per.scale
    if doubtful:
        sizes = [
            size * (30 * 86400 if scale == "months" else 1)
            for size, scale in zip(sizes, (expected.scale, given.per.scale), strict=True)
        ]
    scaled = wanted.scale == given.scale
    fit = _fit_values(
        wanted, given, (wanted.factor if scaled else 1) / sizes[0], (given.factor if scaled else 1) / sizes[1]
    )
    return Fit.DOUBTFUL if doubtful and fit is Fit.RIGHT else fit


def fit(
    wanted: Quantity, given: Quantity, *, period: Period | None = None, known: Quantity | None = None
) -> Fit:
    """How `given` stands to `wanted`.

    `period` and `known` are what the question itself says: the period a count is meant for, the known parts of a date.
    """
    if wanted.sort is Sort.DATE:
        if given.sort is Sort.DATE:
            return _fit_date(wanted, given, known)
        if given.sort is Sort.AMOUNT and not given.is_range:
            return _fit_date_number(wanted, given, known)
        return Fit.OTHER
    if wanted.sort is Sort.SHARE:
        if given.sort is Sort.SHARE:
            return _fit_values(wanted, given, 1, 1)
        if given.sort is Sort.AMOUNT and given.scale in ("", "score"):
            fits = (_fit_values(wanted, given, scale, 1) for scale in (1, 100))
            return Fit.RIGHT if Fit.RIGHT in fits else Fit.WRONG
        return Fit.OTHER
    if wanted.sort is Sort.RATIO:
        if given.sort is not Sort.RATIO:
            return Fit.OTHER
        return Fit.RIGHT if (wanted.low, wanted.high) == (given.low, given.high) else Fit.WRONG
    if given.sort is Sort.SHARE and wanted.sort is Sort.AMOUNT:
        return _fit_values(wanted, given, 1, 1) if wanted.scale == "" else Fit.OTHER
    if given.sort is Sort.DATE:
        return _fit_number_date(wanted, given)
    if given.sort is Sort.RATIO:
        return Fit.OTHER
    if wanted.sort is Sort.PERIOD:
        wanted = _as_rate(wanted)
    return _fit_amount(wanted, given, period)


def _fit_date_number(wanted: Quantity, given: Quantity, known: Quantity | None) -> Fit:
    """A bare figure, or one with 年 or 日, read as the part of a date that is asked."""
    if given.low > 9999:
        return Fit.WRONG
    if given.scale == "":
        index = next(
            (i for i in range(3) if wanted.date[i] is not None and (known is None or known.date[i] is None)),
            0,
        )
    elif given.scale == "months" and given.factor == 12:
        index = 0
    elif given.unit in ("日", "号"):
        index = 2
    else:
        return Fit.OTHER
    date: list[int | None] = [None, None, None]
    date[index] = int(given.low)
    return _fit_date(wanted, replace(given, sort=Sort.DATE, date=(date[0], date[1], date[2])), known)


def _fit_number_date(wanted: Quantity, given: Quantity) -> Fit:
    """A date where an amount was asked: 7月 for seven months is no amount, a bare year is a figure."""
    year, month, day = given.date
    if wanted.sort is Sort.AMOUNT and year is not None and month is None:
        return Fit.RIGHT if _same(wanted.low, year) and wanted.scale == "" else Fit.OTHER
    if wanted.scale == "months" and year is None and day is None and month is not None:
        return Fit.DOUBTFUL if _same(wanted.low * wanted.factor, month) else Fit.WRONG
    return Fit.OTHER
