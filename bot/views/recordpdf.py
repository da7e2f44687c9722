"""The record of a meeting on paper (会议记录): one page as a rule, more when there is much to say; nothing is cut."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from actions.minutes import Record, Sheet, Signature
from actions.recordbook import Entry, Vote
from bot import fonts, texts
from bot.views import changes, ledgerfiles, typesetting
from bot.views.slips import MISSING
from study import minutes as rules
from study.calendar import clock_text
from study.meetings import CAME, Duty, Mark

# Millimetres on A4, and points of type.
MARGIN, TOP, FOOT = 22.0, 16.0, 17.0
LABEL, NARROW = 24.0, 16.0  # of the labels in the table
ROW = 7.8
BODY, HEAD, TITLE, SMALL = 10.5, 11.5, 18.0, 8.5
LOOSE, TIGHT = 6.2, 5.2  # from line to line: tight only when all is on one page so
POINT = 25.4 / 72  # millimetres
INDENT = 2  # signs at the beginning of a paragraph
WIDEST = 0.18  # of a sign: a line is spread by no more than this between two signs


def pdf(record: Record, *, font: Path | None = None) -> bytes:
    """The record, to print and to keep; `font` replaces the one that ships. Takes a tenth of a second or so."""
    loose = _set(record, font, line=LOOSE)
    if loose.pages_count == 1:
        return bytes(loose.output())
    tight = _set(record, font, line=TIGHT)
    taken, left = (tight, loose) if tight.pages_count == 1 else (loose, tight)
    left.let_go()
    return bytes(taken.output())


def _set(record: Record, font: Path | None, *, line: float) -> "_Paper":
    paper = _Paper(record.sheet, font, line=line)
    paper.add_page()
    _title(paper, record.sheet.entry)
    _table(paper, record.sheet.entry)
    _attendance(paper, record)
    _section(paper, "topics", rules.points(record.sheet.entry.topics or record.sheet.entry.agenda))
    if record.sheet.entry.votes:
        votes = enumerate(record.sheet.entry.votes, start=1)
        _section(paper, "votes", [words for number, vote in votes for words in _vote(number, vote)])
    _section(paper, "decisions", rules.points(record.sheet.entry.decisions))
    if record.sheet.enclosures:
        enclosed = texts.plain("minutes.print.enclosed", count=record.sheet.enclosures)
        _section(paper, "enclosures", [enclosed])
    if corrected := changes.printed(record):
        _section(paper, "corrections", map(changes.paragraph, corrected))
    _signatures(paper, record.sheet.signatures)
    return paper


class _Paper(FPDF):
    """A4 with our fonts and a foot that tells the version and the page."""

    def __init__(self, sheet: Sheet, font: Path | None, *, line: float) -> None:
        super().__init__(unit="mm", format="A4")
        self._sheet = sheet
        self.line_height = line
        self.set_margins(MARGIN, TOP, MARGIN)
        self.c_margin = 0  # words begin and end where the table does
        self.set_auto_page_break(True, FOOT)
        self.add_font("regular", "", str(font or fonts.path()))
        self.add_font("bold", "", str(font or fonts.path(bold=True)))
        self._faces = [face for face in self.fonts.values() if isinstance(face, TTFFont)]
        self._drawn = frozenset[int].intersection(*(frozenset(face.cmap) for face in self._faces))

    def let_go(self) -> None:
        """Close the fonts of a paper that is not written."""
        for face in self._faces:
            face.close()

    def footer(self) -> None:
        self.set_y(-FOOT + 6)
        self.set_font("regular", size=SMALL)
        self.set_text_color(110)
        sheet = self._sheet
        version = texts.plain("minutes.print.version", version=sheet.version) if sheet.version else ""
        state = (
            texts.plain("minutes.print.final", **_day(sheet.locked_at))
            if sheet.locked_at
            else texts.plain("minutes.print.draft")
        )
        self.cell(self.epw / 2, 5, f"{version}　{state}".strip("　"))
        # What stands for the number of pages is wider than it will be.
        page = partial(texts.plain, "minutes.print.page", page=self.page_no())
        self.set_x(-MARGIN - self.get_string_width(page(pages=self.page_no())) - 1)
        self.cell(None, 5, page(pages=self.str_alias_nb_pages))
        self.set_text_color(20)

    def drawable(self, text: str) -> str:
        return "".join(sign if ord(sign) in self._drawn or sign == "\n" else MISSING for sign in text)

    def paragraph(self, text: str, *, x: float, width: float, indent: int = 0) -> None:
        """A paragraph from x on, spread to its width but for its last line; goes on on the next page."""
        for line, is_last in self.lines("　" * indent + text, width):
            self.set_x(x)
            if not is_last and len(line) > 1:
                gap = (width - self.get_string_width(line)) / (len(line) - 1)
                if 0 < gap <= WIDEST * self.font_size:
                    self.set_char_spacing(gap / POINT)
            self.cell(width, self.line_height, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.set_char_spacing(0)

    def lines(self, text: str, width: float) -> list[tuple[str, bool]]:
        # A hair narrower: sums of widths are not exact.
        return list(typesetting.lines(self.drawable(text), width - 0.05, self.get_string_width))


def _title(paper: _Paper, entry: Entry) -> None:
    paper.set_text_color(20)
    paper.set_line_width(0.2)
    centred = partial(paper.cell, paper.epw, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font("regular", size=HEAD)
    centred(8, paper.drawable(entry.unit))
    paper.set_font("bold", size=TITLE)
    centred(12, paper.drawable(texts.plain("minutes.print.title", kind=entry.kind.name)))
    paper.ln(3)


def _table(paper: _Paper, entry: Entry) -> None:
    """Labels and values in a ruled table, two pairs a row."""
    count = entry.count
    people = partial(texts.plain, "minutes.print.people")
    came = people(count=count.came)
    _row(paper, [("subject", entry.title)])
    _row(paper, [("time", _when(entry)), ("where", ledgerfiles.place(entry))])
    _row(paper, [("host", entry.host or ""), ("recorder", entry.recorder or "")])
    figures = [("expected", people(count=count.expected)), ("came", came)]
    figures += [("leave", people(count=count.leave)), ("absent", people(count=count.absent))]
    _row(paper, figures, label_width=NARROW)


def _row(paper: _Paper, pairs: Sequence[tuple[str, str]], *, label_width: float = LABEL) -> None:
    width = paper.epw / len(pairs) - label_width
    line_height = paper.line_height
    paper.set_font("regular", size=BODY)
    values = [paper.lines(value, width - 4) for _, value in pairs]
    height = max(ROW, max(map(len, values)) * line_height + 2)
    y = paper.get_y()
    for place, ((label, _), lines) in enumerate(zip(pairs, values, strict=True)):
        x = paper.l_margin + place * (label_width + width)
        paper.set_fill_color(243)
        paper.rect(x, y, label_width, height, style="DF")
        paper.rect(x + label_width, y, width, height)
        paper.set_font("bold", size=BODY)
        paper.set_xy(x, y)
        paper.cell(label_width, height, texts.plain(f"minutes.print.{label}"), align="C")
        paper.set_font("regular", size=BODY)
        top = y + (height - len(lines) * line_height) / 2
        for number, (line, _) in enumerate(lines):
            paper.set_xy(x + label_width + 2, top + number * line_height)
            paper.cell(width - 2, line_height, line)
    paper.set_xy(paper.l_margin, y + height)


def _attendance(paper: _Paper, record: Record) -> None:
    """Who came, who had leave, who was absent; and how many of those with a vote were there."""
    count = record.sheet.entry.count
    told = [texts.plain("minutes.print.voters", voters=count.voters, here=count.voters_here)]
    if count.late:
        told.append(texts.plain("minutes.print.late", late=count.late))
    if count.may:
        told.append(texts.plain("minutes.print.may", may=count.may, came=count.may_came))
    lines = ["".join(told)]
    must = [line for line in record.lines if line.duty is Duty.MUST]
    may = [line for line in record.lines if line.duty is Duty.MAY]
    for key, group, marks in (
        ("came", must, CAME),
        ("may", may, CAME),
        ("leave", must, {Mark.LEAVE}),
        ("absent", must, {Mark.ABSENT}),
    ):
        names = "、".join(line.name for line in group if line.mark in marks)
        if names:
            lines.append(texts.plain(f"minutes.print.{key}_names", names=names))
    entry = record.sheet.entry
    if entry.offered:
        lines.append(texts.plain("minutes.print.made_up", offered=entry.offered, done=entry.made_up))
    _section(paper, "attendance", lines)


def _section(paper: _Paper, key: str, paragraphs: Iterable[str]) -> None:
    if paper.will_page_break(HEAD + paper.line_height):  # no heading stands alone at the foot of a page
        paper.add_page()
    paper.ln(3)
    paper.set_font("bold", size=HEAD)
    paper.cell(paper.epw, 8, texts.plain(f"minutes.print.{key}"), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font("regular", size=BODY)
    for paragraph in list(paragraphs) or [texts.plain("minutes.print.nothing")]:
        paper.paragraph(paragraph, x=paper.l_margin, width=paper.epw, indent=INDENT)


def _vote(number: int, vote: Vote) -> list[str]:
    """What was put to the vote, and the arithmetic."""
    result, sums = vote.result, vote.sums
    told = texts.plain(
        "minutes.print.sums",
        electorate=result.electorate,
        present=result.present,
        quorum=result.quorum,
        needed=result.needed,
        ayes=sums.ayes,
        noes=sums.noes,
        abstentions=sums.abstentions,
        passed=texts.plain("minutes.print.passed" if result.passed else "minutes.print.not_passed"),
    )
    secret = texts.plain("minutes.print.secret") if vote.secret else ""
    return [texts.plain("minutes.print.vote", number=number, text=vote.text), f"{secret}{told}"]


def _signatures(paper: _Paper, signatures: Iterable[Signature]) -> None:
    lines = [_signature(one) for one in signatures]
    if paper.will_page_break(10 + len(lines) * ROW):  # signatures stay together
        paper.add_page()
    paper.ln(8)
    paper.set_font("regular", size=BODY)
    for line in lines:
        paper.cell(paper.epw, ROW, paper.drawable(line), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _signature(one: Signature) -> str:
    side = texts.plain(f"minutes.{one.side.value}")
    if one.at is None:
        return texts.plain("minutes.print.unsigned", side=side, name=one.name or "")
    if one.by is not None:
        return texts.plain("minutes.print.paper", side=side, name=one.name, by=one.by, **_day(one.at))
    return texts.plain("minutes.print.signed", side=side, name=one.name, clock=_clock(one.at), **_day(one.at))


def _when(entry: Entry) -> str:
    day, clock = _day(entry.starts_at), _clock(entry.starts_at)
    if entry.ends_at is None or entry.ends_at.date() != entry.starts_at.date():
        return texts.plain("minutes.print.when", clock=clock, **day)
    return texts.plain("minutes.print.until", clock=clock, end=_clock(entry.ends_at), **day)


def _day(at: datetime) -> dict[str, int]:
    return {"year": at.year, "month": at.month, "day": at.day}


def _clock(at: datetime) -> str:
    return clock_text(at.hour * 60 + at.minute)
