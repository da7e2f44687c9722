"""Lines of Chinese text as they are set: no line begins with 。or ends with （, and words in Latin letters stay whole.

After the rules of 《中文排版需求》 (W3C clreq) on prohibited positions, by pushing out: what must not begin a line takes
its neighbour along.
"""

import re
from collections.abc import Callable, Iterator

NEVER_FIRST = frozenset("，。、；：？！）】〉》」』〕”’…—～·％‰℃,.;:?!)]}>%")
NEVER_LAST = frozenset("（【〈《「『〔“‘([{<￥$#")
# A word or a figure with its marks inside, or else any one sign.
_PIECE = re.compile(r"[A-Za-z0-9]+(?:[.,:'’/_@&+-][A-Za-z0-9]+)*|\s+|.", re.DOTALL)
# Pairs that stand for one sign.
_TWINS = ("……", "——")

Measure = Callable[[str], float]


def lines(text: str, width: float, measure: Measure) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it is the last of its paragraph, so that others may be spread to the full width.

    Nothing is lost but white space at the ends of lines. A piece wider than `width` is broken where it must.
    """
    for paragraph in text.split("\n"):
        pieces = [part for piece in _pieces(paragraph) for part in _fitting(piece, width, measure)]
        line = ""
        for place, piece in enumerate(pieces):
            if line and not piece.isspace() and measure(line + piece) > width:
                kept, carried = _break(line, piece)
                if measure(carried + piece) > width:
                    kept, carried = line, ""
                yield kept.rstrip(), False
                line = carried + piece
            elif line or place == 0 or not piece.isspace():
                line += piece
        yield line.rstrip(), True


def _pieces(text: str) -> Iterator[str]:
    found = _PIECE.findall(text)
    place = 0
    while place < len(found):
        length = 2 if "".join(found[place : place + 2]) in _TWINS else 1
        yield "".join(found[place : place + length])
        place += length


def _fitting(piece: str, width: float, measure: Measure) -> Iterator[str]:
    """The piece, in parts when it is wider than a line."""
    part = ""
    for sign in piece:
        if part and measure(part + sign) > width:
            yield part
            part = ""
        part += sign
    yield part


def _break(line: str, piece: str) -> tuple[str, str]:
    """Where to end a line before a piece that no longer fits: what stays, and what goes along with the piece."""
    pieces = list(_pieces(line))
    cut = len(pieces)
    first = piece
    while cut > 0 and (first[0] in NEVER_FIRST or pieces[cut - 1][-1] in NEVER_LAST):
        cut -= 1
        first = pieces[cut]
    if cut <= len(pieces) // 2:  # nothing but marks: better an odd line than a short one
        return line, ""
    return "".join(pieces[:cut]), "".join(pieces[cut:])
