"""A member's year as a picture: points by month, right answers by topic."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from actions.records import Record, TopicResult
from bot import fonts, texts

WIDTH, HEIGHT, MARGIN = 1080, 1220, 72
PAPER, INK, FAINT, LINE = "#fffdf8", "#2b2622", "#8a8178", "#ece5da"
RED, GOLD = "#b8322a", "#e3b04b"
CHART_TOP, CHART_HEIGHT = 330, 300
BARS_TOP, BAR_STEP = 832, 62


def record(result: Record, *, font: Path | None = None) -> bytes:
    """The record as a PNG of 1080 × 1180 pixels. `font` replaces the one that ships."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = _Pen(ImageDraw.Draw(image), font)
    _head(pen, result)
    _months(pen, result)
    _topics(pen, result)
    pen.text((MARGIN, HEIGHT - 56), texts.plain("me.picture.foot"), size=24, colour=FAINT)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


class _Pen:
    """Draws text with the fonts of the house."""

    def __init__(self, draw: ImageDraw.ImageDraw, font: Path | None) -> None:
        self.draw, self._font = draw, font

    def text(
        self,
        at: tuple[float, float],
        words: str,
        *,
        size: int,
        colour: str = INK,
        bold: bool = False,
        anchor: str = "la",
    ) -> None:
        font = fonts.sized(size, bold=bold, file=self._font)
        self.draw.text(at, words, font=font, fill=colour, anchor=anchor)

    def fitting(self, words: str, *, size: int, width: float) -> str:
        """The words, cut with an ellipsis where they would be wider than `width` pixels."""
        font = fonts.sized(size, file=self._font)
        if font.getlength(words) <= width:
            return words
        while words and font.getlength(words + "…") > width:
            words = words[:-1]
        return words + "…"


def _head(pen: _Pen, result: Record) -> None:
    pen.draw.rectangle((0, 0, WIDTH, 12), fill=RED)
    pen.text((MARGIN, 64), texts.plain("me.picture.title", season=result.season), size=46, bold=True)
    who = pen.fitting(f"{result.name} · {result.unit}", size=28, width=560)
    pen.text((MARGIN, 132), who, size=28, colour=FAINT)
    figures = [
        (texts.plain("me.picture.exempt") if result.exempt else str(result.points), "me.picture.points"),
        (str(result.answers), "me.picture.answers"),
        (_share(result.right, result.answers), "me.picture.right"),
    ]
    for place, (figure, key) in enumerate(figures):
        x = MARGIN + place * 320
        pen.text((x, 196), figure, size=56, bold=True, colour=RED)
        pen.text((x, 268), texts.plain(key), size=24, colour=FAINT)


def _months(pen: _Pen, result: Record) -> None:
    pen.text((MARGIN, CHART_TOP + 8), texts.plain("me.picture.by_month"), size=30, bold=True)
    bottom = CHART_TOP + 60 + CHART_HEIGHT
    highest = max([*result.months.values(), 1])
    step = (WIDTH - 2 * MARGIN) / 12
    pen.draw.line((MARGIN, bottom, WIDTH - MARGIN, bottom), fill=LINE, width=3)
    for month in range(1, 13):
        x = MARGIN + (month - 1) * step + step / 2
        points = max(0, result.months.get(month, 0))
        height = points / highest * (CHART_HEIGHT - 50)
        if points:
            box = (x - 22, bottom - height, x + 22, bottom - 1)
            pen.draw.rounded_rectangle(box, radius=8, fill=RED if month == result.month else GOLD)
            pen.text((x, bottom - height - 8), str(points), size=24, anchor="ms")
        label = texts.plain("me.picture.month", month=month)
        colour = INK if month <= result.month else FAINT
        pen.text((x, bottom + 14), label, size=22, colour=colour, anchor="ma")


def _topics(pen: _Pen, result: Record) -> None:
    pen.text((MARGIN, BARS_TOP - 56), texts.plain("me.picture.by_topic"), size=30, bold=True)
    if not result.topics:
        pen.text((MARGIN, BARS_TOP + 10), texts.plain("me.picture.no_answers"), size=26, colour=FAINT)
    for place, topic in enumerate(result.topics[:5]):
        _topic(pen, topic, y=BARS_TOP + place * BAR_STEP)


def _topic(pen: _Pen, topic: TopicResult, *, y: int) -> None:
    left, right = MARGIN + 250, WIDTH - MARGIN - 170
    pen.text((MARGIN, y + 4), pen.fitting(topic.topic, size=26, width=235), size=26)
    pen.draw.rounded_rectangle((left, y + 9, right, y + 35), radius=13, fill=LINE)
    share = topic.right / topic.answers if topic.answers else 0
    if share:
        end = max(left + 26, left + (right - left) * share)
        pen.draw.rounded_rectangle((left, y + 9, end, y + 35), radius=13, fill=RED)
    label = f"{_share(topic.right, topic.answers)}  {topic.right}/{topic.answers}"
    pen.text((WIDTH - MARGIN, y + 4), label, size=24, anchor="ra")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"
