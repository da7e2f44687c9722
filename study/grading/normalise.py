"""Brings any string to one plain form, and remembers where each character came from.

Width, case, script, emoji and invisible marks never cost marks: they are gone after `fold`. Numerals and words keep
their form here; what they mean is the business of `numerals` and `text`.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import opencc

LIMIT = 400
"""Characters of an answer that are compared: no question here needs a longer one, and the work stays bounded."""

_ENUMERATORS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽❶❷❸❹❺❻❼❽❾❿㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
_SPECIAL = {
    **dict.fromkeys(_ENUMERATORS, "\n"),
    "\u20e3": ".",  # the cap of a keycap emoji: 1️⃣ reads as "1."
    "〇": "〇",
    "℃": "度",
    "℉": "华氏度",
    "°": "度",
    "・": "·",
    "•": "·",
    "●": "\n",
    "■": "\n",
    "◆": "\n",
    "√": "\n",
    "⁄": "/",
    "÷": "/",
    "–": "-",
    "—": "-",
    "−": "-",
    "―": "-",
    "‐": "-",
    "~": "~",
    "～": "~",
    "〜": "~",
    "。": "。",
    "．": ".",
    "、": "、",
    "“": '"',
    "”": '"',
    "‘": '"',
    "’": '"',
    "「": '"',
    "」": '"',
    "『": '"',
    "』": '"',
    "【": "(",
    "】": ")",
    "〔": "(",
    "〕": ")",
    "［": "(",
    "］": ")",
    "\t": " ",
    "\r": "\n",
    "\u3000": " ",
    "\u2028": "\n",
    "\u2029": "\n",
    # Written variants that OpenCC leaves alone, or that mean something else in the mainland's usage.
    "妳": "你",
    "牠": "它",
    "衞": "卫",
    "甯": "宁",
}


@dataclass(frozen=True)
class Folded:
    """A plain string and, for each of its characters, the index of the character it came from."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original string for a span of the plain one."""
        if start >= end or not self.origin:
            return 0, 0
        return self.origin[start], self.origin[end - 1] + 1


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=16384)
def _plain(char: str) -> str:
    """What one character becomes: nothing, itself, or several characters."""
    if char in _SPECIAL:
        return _SPECIAL[char]
    plain = []
    for part in unicodedata.normalize("NFKC", char):
        part = _SPECIAL.get(part, part)
        category = unicodedata.category(part[:1] or " ")
        if part == "\n":
            plain.append(part)
        elif category == "So" or category in ("Sk", "Lm"):
            plain.append(" " if category == "So" else "")
        elif category[0] == "Z":
            plain.append(" ")
        elif category[0] == "C" or category in ("Mn", "Me"):
            continue
        elif "\u3400" <= part <= "\u9fff":
            plain.append(_simplifier().convert(part))
        else:
            plain.append(part.lower())
    return "".join(plain)


def fold(text: str, *, limit: int = LIMIT) -> Folded:
    """The plain form of `text`, cut at `limit` characters."""
    plain: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text[: 4 * limit]):
        for part in _plain(char):
            plain.append(part)
            origin.append(index)
    return Folded("".join(plain[:limit]), tuple(origin[:limit]))


@lru_cache(maxsize=16384)
def is_word_char(char: str) -> bool:
    """A letter, an ideograph or a digit: what carries meaning in an answer."""
    return char.isalnum()


def squeeze(text: str) -> str:
    """Only the characters that carry meaning."""
    return "".join(char for char in text if is_word_char(char))
