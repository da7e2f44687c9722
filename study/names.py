"""People's names: how they are written and how they are looked for."""

import re
import unicodedata
from functools import lru_cache
from itertools import product

from pypinyin import Style, pinyin

_DOTS = re.compile("[·•・．‧∙⋅●]")
_SPACES = re.compile(r"\s+")
_WAYS = 64  # readings of one name that are tried; more than any real name has


def tidy(text: str) -> str:
    """The name as it is kept: "张 三" -> "张三", one kind of middle dot, single spaces between Latin words."""
    text = _DOTS.sub("·", unicodedata.normalize("NFKC", text))
    text = _SPACES.sub(" ", text).strip()
    return text if text.isascii() else text.replace(" ", "")


def matches(query: str, name: str) -> bool:
    """Whether somebody who types `query` can mean `name`: part of it, its pinyin or its initials.

    "小满", "linxiaoman", "lin xm" and "lxm" all find 林小满; every reading of a character counts.
    """
    wanted = tidy(query).lower().replace(" ", "").replace("'", "")
    if not wanted:
        return True
    if wanted in name.lower().replace(" ", ""):
        return True
    return wanted.isascii() and wanted.isalpha() and any(_spells(wanted, way) for way in _readings(name))


@lru_cache(maxsize=8192)
def _readings(name: str) -> tuple[tuple[str, ...], ...]:
    choices = [
        [_latin(sound) for sound in sounds] for sounds in pinyin(name, style=Style.NORMAL, heteronym=True)
    ]
    ways = product(*choices)
    return tuple(way for _, way in zip(range(_WAYS), ways, strict=False))


def _latin(sound: str) -> str:
    return sound.lower().replace("ü", "v").replace("·", "")


def _spells(wanted: str, syllables: tuple[str, ...]) -> bool:
    """Whether `wanted` begins at some syllable and runs over whole syllables or their beginnings."""
    return any(_runs(wanted, syllables[start:]) for start in range(len(syllables)))


def _runs(wanted: str, syllables: tuple[str, ...]) -> bool:
    if not wanted:
        return True
    if not syllables:
        return False
    first = syllables[0]
    shared = 0
    while shared < min(len(first), len(wanted)) and first[shared] == wanted[shared]:
        shared += 1
    return any(_runs(wanted[length:], syllables[1:]) for length in range(shared, 0, -1))
