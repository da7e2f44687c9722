"""The fonts that ship with the program, so that pictures and slips show Chinese on any machine.

NotoSansSC-*.otf are Noto Sans CJK SC cut down to GB 2312 (see OFL.txt); a rarer character in a name needs a
whole font, named by BOT_FONT.
"""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

FOLDER = Path(__file__).parent


def path(*, bold: bool = False) -> Path:
    """The font file that ships."""
    return FOLDER / f"NotoSansSC-{'Bold' if bold else 'Regular'}.otf"


@lru_cache(maxsize=32)
def sized(size: int, *, bold: bool = False, file: Path | None = None) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels, for drawing; `file` is used instead of the one that ships."""
    return ImageFont.truetype(str(file or path(bold=bold)), size)


def missing(signs: str, file: Path) -> str:
    """Those of the signs that the font file cannot draw. Raises OSError when it is no font."""
    font = ImageFont.truetype(str(file), 24)
    # A sign that a font does not have is drawn like one that no font has.
    unknown = bytes(font.getmask("\U0010fffd"))
    return "".join(sign for sign in signs if bytes(font.getmask(sign)) == unknown)
