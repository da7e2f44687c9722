"""Numerals of every form to values: 32, ３２, 三十二, 叁拾贰, 一九二一, 1.2万, 一百二, 两千零一十八."""

import re
from collections.abc import Callable
from functools import lru_cache

DIGITS = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    **{char: value for value, char in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "俩": 2,
    "仨": 3,
    "幺": 1,
    "弍": 2,
    "弎": 3,
    "○": 0,
}
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS = {"廿": 20, "卅": 30}
_GROUPS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}

_DIGIT = "".join(DIGITS)
_CHINESE = _DIGIT + "".join(_PLACES) + "".join(_TENS) + "".join(_GROUPS)
NUMERAL = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+(?:\.\d+)?)[百千万亿]*|[{_CHINESE}]+(?:点[{_DIGIT}]+)?"
"""A regular expression for one numeral, without groups."""

_CHINESE_ONLY = re.compile(rf"[{_CHINESE}]+(?:点[{_DIGIT}]+)?\Z")
_ARABIC = re.compile(r"([\d,]+(?:\.\d+)?)([百千万亿]*)\Z")
_LONGEST = 24


def _below_group(text: str) -> int | None:
    """The value of a numeral without 万 and 亿, such as 一千零二十 or 一百二."""
    total, pending, last_place = 0, None, 0
    gap = False
    for char in text:
        if char in DIGITS:
            if pending not in (None, 0):
                return None
            pending = DIGITS[char]
            gap = gap or pending == 0
        elif char in _TENS:
            if pending not in (None, 0):
                return None
            total, pending, last_place, gap = total + _TENS[char], None, 10, False
        else:
            place = _PLACES.get(char, 0)
            if not place or (last_place and place >= last_place):
                return None
            if pending in (None, 0):
                if place != 10:
                    return None
                pending = 1
            total, pending, last_place, gap = total + pending * place, None, place, False
    if pending:
        # 一百二 is 120, 一百零二 is 102.
        total += pending * (last_place // 10 if last_place > 10 and not gap else 1)
    return total


def _chinese(text: str) -> float | None:
    whole, _, decimals = text.partition("点")
    if all(char in DIGITS for char in whole):
        value: float | None = float("".join(str(DIGITS[char]) for char in whole)) if whole else None
    else:
        value = _grouped(whole)
    if value is None or not decimals:
        return value
    return value + float("0." + "".join(str(DIGITS[char]) for char in decimals))


def _grouped(text: str) -> float | None:
    """The value of a numeral that may have 亿 and 万."""
    total = 0.0
    for sign, size in (("亿", 100_000_000), ("万", 10_000)):
        head, found, tail = text.replace("萬", "万").partition(sign)
        if not found:
            continue
        if len(head) > 1 and all(char in DIGITS for char in head):
            # 九八九九万, digit by digit.
            front: float | None = _chinese(head)
        else:
            front = _below_group(head) if "万" not in head else _grouped(head)
        if not front:
            return None
        total += front * size
        if len(tail) == 1 and tail in DIGITS:
            return total + DIGITS[tail] * size / 10
        text = tail
    if not text:
        return total
    rest = _below_group(text)
    return None if rest is None else total + rest


@lru_cache(maxsize=8192)
def value(text: str) -> float | None:
    """What a numeral is worth, or None if the characters make no number (万一, 千百)."""
    if not text or len(text) > _LONGEST:
        return None
    arabic = _ARABIC.match(text)
    if arabic:
        try:
            number = float(arabic[1].replace(",", ""))
        except ValueError:
            return None
        for place in arabic[2]:
            number *= _PLACES.get(place) or _GROUPS[place]
        return number
    if _CHINESE_ONLY.match(text):
        return _chinese(text)
    return None


def plain(number: float) -> str:
    """A value as people write it: 32, 0.5."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def canonical(text: str, origin: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """`text` with every Chinese numeral as digits, and the origin of each character of it.

    Positional ones keep their zeros (二〇〇八 is 2008); what makes no number stays as it is. Made for figures: words
    that merely contain a numeral (统一) are torn apart.
    """
    text, origin = _replaced(_NAMED_DAY, text, origin, lambda word: _NAMED_DAYS[word])
    text, origin = _replaced(_ZERO, text, origin, lambda word: "负" if word.endswith("下") else "")
    text, origin = _replaced(_EVERY, text, origin, lambda word: "每" + word[0])
    text, origin = _replaced(_ABOUT_ONE, text, origin, lambda _: "一个")
    text, origin = _replaced(_DEED, text, origin, lambda word: word[0] + "一次")
    text, origin = _replaced(_OUNCES, text, origin, lambda word: f"{50 * DIGITS[word[0]]}克")
    text, origin = _replaced(_NEIGHBOURS, text, origin, lambda word: f"{DIGITS[word[0]]}-{DIGITS[word[1]]}")
    text, origin = _replaced(_CHINESE_RUN, text, origin, _as_digits)
    return _replaced(_REPUBLIC, text, origin, lambda word: f"{1911 + int(word[2:-1])}年")


def worded(text: str, origin: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """`text` with numerals in one form that leaves words whole: 三会一课 for 3会1课, 20大 for 二十大; 之前 is 前."""
    text, origin = _replaced(_BEFORE, text, origin, lambda word: word[1])
    return _replaced(_LONG_RUN, text, origin, _as_word)


_BEFORE = re.compile(r"[之以][前后]")
# 一般 and 统一 are words, not figures.
_CHINESE_RUN = re.compile(
    rf"(?<![统唯专单逐])(?!一[般定起些致律切样直旦向贯边同面再经味线针心共体道](?!次))(?!八股|八路|三农|四肢|五官|百姓|千万别|万一)[{_CHINESE}]+(?:点[{_DIGIT}]+(?:[万亿]|(?=[倍米厘公毫%度个千升元到至~，,。；;和与及跟]|-|以[上下内]|之间|$)))?"
)
_REPUBLIC = re.compile(r"民国\d{1,2}年")
_NAMED_DAYS = {
    "元旦": "1月1日",
    "元月": "1月",
    "劳动节": "5月1日",
    "儿童节": "6月1日",
    "建党节": "7月1日",
    "建军节": "8月1日",
    "教师节": "9月10日",
    "国庆节": "10月1日",
    "国庆": "10月1日",
}
# 2021年元旦 is a day; the name of a day without a year may be what is asked for.
_NAMED_DAY = re.compile(rf"(?<=年)(?:{'|'.join(_NAMED_DAYS)})|(?<=年的)(?:{'|'.join(_NAMED_DAYS)})")
_ZERO = re.compile(rf"(?:零|(?<!\d)0)[上下](?=[\d{_CHINESE}])")
"""Degrees below zero, or above it."""
# 月月都开 is every month, 三年一换 once in three years.
_ABOUT_ONE = re.compile(r"个把(?=月|星期|礼拜|小时|钟头)")
_EVERY = re.compile(r"(年年|月月|周周|天天|日日)(?!向上)")
_DEED = re.compile(r"(?:[年月周天日季]|(?<=季)度)一(?=[换选审评考检测查报交开议签聚会碰])")
# 七八个 is seven or eight of them.
_NEIGHBOURS = re.compile(
    rf"(?<![\d{_CHINESE}第])(?:一[二两]|[一二两]三|三四|四五|五六|六七|七八|八九)(?=[个天次岁人名厘公毫斤克米位口遍周秒杯度层步条]|小时|分钟)"
)
# 一两 by itself is a weight, 一两个 one or two.
_OUNCES = re.compile(
    rf"(?<![\d{_CHINESE}第点])[一二三四五六七八九]两(?=$|[^\w]|[盐油糖肉酒米面水的吧左以多半])"
)
_LONG_RUN = re.compile(rf"[{_CHINESE}]{{2,}}|(?<![\d.])(?:\d|10)(?![\d.%:/])")
_CHARACTERS = dict(zip("0123456789", "零一二三四五六七八九", strict=True)) | {"10": "十"}


def _as_digits(word: str) -> str | None:
    if all(char in DIGITS for char in word):
        return "".join(str(DIGITS[char]) for char in word)
    number = value(word) if word[-1] not in "万亿" or "点" not in word else _with_decimals(word)
    return None if number is None else plain(number)


def _with_decimals(word: str) -> float | None:
    number, size = value(word[:-1]), _GROUPS[word[-1]]
    return None if number is None else number * size


def _as_word(word: str) -> str | None:
    return _CHARACTERS.get(word) or _as_digits(word)


def _replaced(
    pattern: re.Pattern[str], text: str, origin: tuple[int, ...], change: Callable[[str], str | None]
) -> tuple[str, tuple[int, ...]]:
    pieces: list[str] = []
    origins: list[int] = []
    at = 0
    for run in pattern.finditer(text):
        new = change(run[0])
        if new is None:
            continue
        pieces.append(text[at : run.start()])
        origins.extend(origin[at : run.start()])
        pieces.append(new)
        size = run.end() - run.start()
        origins.extend(
            origin[run.start() + min(size - 1, index * size // len(new))] for index in range(len(new))
        )
        at = run.end()
    if not pieces:
        return text, origin
    pieces.append(text[at:])
    origins.extend(origin[at:])
    return "".join(pieces), tuple(origins)
