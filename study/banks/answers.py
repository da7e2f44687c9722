"""Answers as banks write them: letters in any width and order, numbers, words, ticks."""

import re
import unicodedata
from collections.abc import Sequence

from study.banks.options import LETTERS, TICKS

TRUE = frozenset("对 正确 是 √ ✓ ✔ ☑ t true yes y r right 真 1 a正确 a对 a.正确 a.对".split())
FALSE = frozenset("错 错误 不对 不正确 否 × x ✗ ✘ ☒ f false no n w wrong 假 0 b错误 b错 b.错误 b.错".split())
_LEAD = re.compile(r"^(?:正确|标准|参考)?(?:答案|选项)?\s*(?:是|为|选|[:：])*\s*")
_BETWEEN = re.compile(r"[\s,，;；/、|｜.．。和与及&+]+")
_LETTER_AND_WORDS = re.compile(r"([A-Ha-h])\s*[.．、:：)）]?\s*(.+)", re.DOTALL)
_IN_QUESTION = re.compile(r"[(（]\s*([A-H](?:[\s,，、]*[A-H])*|[√×✓✔✗✘对错])\s*[)）]")
_BLANK = re.compile(r"[_＿]{2,}|[(（]\s*[)）]|【\s*】|…{2,}")
_NUMBERED = re.compile(
    r"[(（]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]|[①-⑳]"
    r"|(?:^|(?<=[\s。；;，,、：:]))(?:\d{1,2}\s*[.．、)）](?!\d)|[一二三四五六七八九十]{1,3}(?:、|是(?=\S))"
    r"|第?[一二三四五六七八九十]{1,2}[,，:：])"
)
_ENDS = " \t\n;；,，、。."
_FEWEST_POINTS = 2


def truth(text: str) -> bool | None:
    """What a true/false answer says."""
    plain = _plain(text)
    core = _plain(_LEAD.sub("", text))
    for said in (plain, core):
        if said in TRUE:
            return True
        if said in FALSE:
            return False
    return None


def picks(text: str, options: Sequence[str]) -> tuple[int, ...] | None:
    """The indexes that the answer names: by the words of options, by letters, or by numbers from 1; None if by none."""
    folded = [_plain(option) for option in options]
    whole = _plain(text)
    if whole in folded:
        return (folded.index(whole),)
    core = _LEAD.sub("", unicodedata.normalize("NFKC", text).strip())
    for said in (core, unicodedata.normalize("NFKC", text)):
        joined = _BETWEEN.sub("", said).upper()
        if joined and set(joined) <= set(LETTERS):
            return tuple(sorted({LETTERS.index(letter) for letter in joined}))
    if (named := _LETTER_AND_WORDS.fullmatch(core)) and _plain(named[2]) in folded:
        return (folded.index(_plain(named[2])),)
    parts = [part for part in re.split(r"[\n;；|｜、，,]+", text) if part.strip()]
    if len(parts) > 1:
        found = [picks(part, options) for part in parts]
        if all(one is not None and len(one) == 1 for one in found):
            return tuple(sorted({one[0] for one in found if one}))
    numbers = [part for part in _BETWEEN.split(core) if part]
    if numbers and all(part.isdecimal() and 1 <= int(part) <= len(options) for part in numbers):
        return tuple(sorted({int(part) - 1 for part in numbers}))
    return None


def is_tick(text: str) -> bool:
    """Whether the cell only marks its row as right."""
    return bool(text) and (
        not text.strip(TICKS + " ") or _plain(text) in {"对", "正确", "是", "true", "t", "1", "y"}
    )


def in_question(text: str) -> tuple[str, str] | None:
    """The question without the answer in its brackets, and that answer."""
    found = list(_IN_QUESTION.finditer(text))
    if len(found) != 1:
        return None
    start, end = found[0].span()
    return f"{text[:start]}（ ）{text[end:]}", found[0][1]


def blanks(question: str) -> int:
    """How many gaps the question has."""
    return len(_BLANK.findall(question))


def parts(text: str, count: int) -> list[str]:
    """The answers to `count` gaps; the whole text as one when it does not divide into so many."""
    for separators in (r"[\n;；|｜]+", r"[\n;；|｜、，,]+", r"[\n;；|｜、，,\s]+"):
        found = [part.strip() for part in re.split(separators, text) if part.strip()]
        if len(found) == count:
            return found
    return [text.strip()]


def numbered(text: str) -> list[str]:
    """The points of an answer that counts them, as （1）… （2）… or ①…②…; [] when it does not."""
    places = [found.span() for found in _NUMBERED.finditer(text)]
    if len(places) < _FEWEST_POINTS:
        return []
    ends = [start for start, _ in places[1:]] + [len(text)]
    found = [text[start:end].strip(_ENDS) for (_, start), end in zip(places, ends, strict=True)]
    return found if all(found) else []


def several(text: str) -> list[str]:
    """The points of a list, counted or divided by lines or semicolons or commas."""
    if found := numbered(text):
        return found
    for separators in (r"\n+", r"[;；|｜]+", r"[、，,]+"):
        found = [part.strip(_ENDS) for part in re.split(separators, text) if part.strip(_ENDS)]
        if len(found) >= _FEWEST_POINTS:
            return found
    return [text.strip()]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).strip("。.；;，,!！")
