"""How easily a text reads, by what can be counted: the length of its sentences and how common its characters are.

Common are the 3,755 characters of level 1 of GB 2312 (1980), which was drawn up by frequency of use; what Chinese
schools teach as the 3,500 common ones is nearly the same set, and names apart, a lesson needs no others.
"""

import re

_SENTENCE = re.compile(r"[^。！？；\n]+")
_LEVEL_ONE_ENDS = b"\xd7\xf9"


def sentences(text: str) -> tuple[str, ...]:
    """The sentences, which also end with ； and with the line."""
    return tuple(found for found in map(str.strip, _SENTENCE.findall(text)) if length(found))


def length(text: str) -> int:
    """Letters, digits and Chinese characters; punctuation costs a reader nothing."""
    return sum(map(str.isalnum, text))


def mean_length(text: str) -> float:
    """Of the sentences, in characters; 0 when there are none."""
    found = sentences(text)
    return sum(map(length, found)) / len(found) if found else 0.0


def longest(text: str) -> str:
    """The longest sentence, or "" when there is none."""
    return max(sentences(text), key=length, default="")


def rare(text: str) -> tuple[str, ...]:
    """The Chinese characters that are not common, as often as they stand in the text."""
    return tuple(sign for sign in text if "\u4e00" <= sign <= "\u9fff" and not _is_common(sign))


def _is_common(sign: str) -> bool:
    try:
        return sign.encode("gb2312") <= _LEVEL_ONE_ENDS
    except UnicodeEncodeError:
        return False
