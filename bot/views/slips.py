"""A page to print and cut: for each person a slip with name, QR code and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import segno
from fpdf import FPDF
from fpdf.enums import WrapMode
from fpdf.fonts import TTFFont
from pypinyin import lazy_pinyin

from actions.invites import Invitation
from bot import fonts, texts
from bot.views.invites import until

# Millimetres on A4.
MARGIN, WIDTH, HEIGHT = 10.0, 95.0, 55.0
ACROSS, DOWN = 2, 5
CODE = 40.0
LEFT = 48.0  # of the words, from the slip's edge
QR_SCALE = 8
MISSING = "〓"  # stands for a character that the font lacks


@dataclass(frozen=True)
class Slip:
    """Somebody's invitation and the address in its QR code."""

    invitation: Invitation
    url: str


def pdf(slips: Sequence[Slip], *, font: Path | None = None) -> bytes:
    """The slips, ten a page; `font` replaces the one that ships. Takes some tens of milliseconds a page."""
    document = FPDF(unit="mm", format="A4")
    document.set_auto_page_break(False)
    document.add_font("regular", "", str(font or fonts.path()))
    document.add_font("bold", "", str(font or fonts.path(bold=True)))
    faces = [face for face in document.fonts.values() if isinstance(face, TTFFont)]
    drawn = frozenset[int].intersection(*(frozenset(face.cmap) for face in faces))
    for place, slip in enumerate(slips):
        spot = place % (ACROSS * DOWN)
        if spot == 0:
            document.add_page()
            _cuts(document)
        x = MARGIN + (spot % ACROSS) * WIDTH
        y = MARGIN + (spot // ACROSS) * HEIGHT
        _slip(document, slip, x=x, y=y, drawn=drawn)
    return bytes(document.output())


def _cuts(document: FPDF) -> None:
    """Lines to cut along."""
    document.set_draw_color(170)
    document.set_dash_pattern(dash=1.5, gap=1.5)
    right, bottom = MARGIN + ACROSS * WIDTH, MARGIN + DOWN * HEIGHT
    for column in range(ACROSS + 1):
        document.line(MARGIN + column * WIDTH, MARGIN, MARGIN + column * WIDTH, bottom)
    for row in range(DOWN + 1):
        document.line(MARGIN, MARGIN + row * HEIGHT, right, MARGIN + row * HEIGHT)
    document.set_dash_pattern()


def _slip(document: FPDF, slip: Slip, *, x: float, y: float, drawn: frozenset[int]) -> None:
    invitation = slip.invitation
    code = BytesIO()
    segno.make_qr(slip.url, error="m").save(code, kind="png", scale=QR_SCALE, border=2)
    document.image(code, x=x + 5, y=y + (HEIGHT - CODE) / 2, w=CODE, h=CODE)
    lines = [
        ("regular", 8.0, 110, texts.plain("slip.title")),
        ("bold", 15.0, 20, texts.plain("slip.name", name=_drawable(invitation.name, drawn))),
        ("regular", 8.5, 60, _drawable(invitation.unit, drawn)),
        ("regular", 9.0, 20, texts.plain("slip.how")),
        ("regular", 7.0, 110, texts.plain("slip.until", **until(invitation.expires_at))),
    ]
    document.set_y(y + 6)
    for font, size, grey, text in lines:
        document.set_text_color(grey)
        document.set_x(x + LEFT)
        _write(document, font, size, text)


def _write(document: FPDF, font: str, size: float, text: str) -> None:
    """Write the lines of the text; a name (bold) shrinks to one line, other words go on in the next."""
    width = WIDTH - LEFT - 3
    document.set_font(font, size=size)
    if font == "bold" and document.get_string_width(text) > width - 2:
        size *= (width - 2) / document.get_string_width(text)
        document.set_font_size(size)
    document.multi_cell(
        width, size * 0.5, text, align="L", new_x="LEFT", new_y="NEXT", wrapmode=WrapMode.CHAR
    )
    document.set_y(document.get_y() + 1.6)


def _drawable(name: str, drawn: frozenset[int]) -> str:
    """The name, with the sound added when the font lacks one of its characters."""
    if all(ord(mark) in drawn for mark in name):
        return name
    shown = "".join(mark if ord(mark) in drawn else MISSING for mark in name)
    sound = " ".join(word for word in lazy_pinyin(name) if word.isascii())
    return shown + texts.plain("slip.other", pinyin=sound)
