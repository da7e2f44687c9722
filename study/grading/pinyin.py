"""How words sound: one private character a syllable, so that homophones are equal strings.

Tones are dropped, and so are the differences that many speakers and voice input do not make (zh/z, ch/c, sh/s, ng/n).
"""

from functools import lru_cache

import pypinyin

_BASE = 0xE000
_SYLLABLES: dict[str, str] = {}
_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True)) | {"两": "二", "俩": "二"}


def _merged(syllable: str) -> str:
    for long, short in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(long):
            syllable = short + syllable[2:]
    if syllable.endswith("ng") and syllable[:-1].endswith(("an", "en", "in")):
        syllable = syllable[:-1]
    return syllable


@lru_cache(maxsize=16384)
def spelled(char: str) -> str:
    """The letters of one character's usual reading; what has none spells itself."""
    read = pypinyin.lazy_pinyin(_DIGITS.get(char, char), errors="ignore", v_to_u=False)
    return "".join(read) or char


@lru_cache(maxsize=16384)
def _sound(char: str) -> str:
    if char.isascii() and not char.isdigit():
        return char
    letters = spelled(char)
    if letters == char:
        return char
    letters = _merged(letters)
    return _SYLLABLES.setdefault(letters, chr(_BASE + len(_SYLLABLES)))


def sounds(text: str) -> str:
    """As many characters as `text` has, equal where they sound alike."""
    return "".join(map(_sound, text))


@lru_cache(maxsize=4096)
def typed_phrase(word: str) -> str:
    """The same with the readings that characters have in this word (包扎 is baoza)."""
    return "".join(pypinyin.lazy_pinyin(word, v_to_u=False))


@lru_cache(maxsize=4096)
def typed(word: str) -> str:
    """A word as somebody types it without choosing characters: zhengzhi for 政治."""
    return "".join(map(spelled, word))
