"""The record of a meeting in chat: written, signed, made final."""

from datetime import datetime

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions import reach
from actions.minutes import Called, Enclosures, People, Sheet, Signature, Version, Versions
from actions.recordbook import Vote
from bot import texts
from bot.views import Page, button, changes, keyboard, turning
from bot.views.recorddoors import Progress, Record, Shelf
from study.calendar import clock_text
from study.meetings import State
from study.minutes import MOST_ENCLOSURES, Change, Part, Side

GLANCE = 900  # characters of topics or decisions in a message; the file has all of them
NAME = 24  # characters of a file's name in a list
VERSIONS = 3  # on a page
VOTES = 8  # in a message; the file has all of them
CORRECTIONS = 10  # of one version, the latest


class Write(CallbackData, prefix="zw"):
    """Begin to write topics or decisions; `more` goes on after what is there."""

    meeting: int
    part: Part
    more: bool


class Files(CallbackData, prefix="zf"):
    """What is kept with the record, and sending more."""

    meeting: int


class TakeOut(CallbackData, prefix="zx"):
    """Keep a file no longer."""

    meeting: int
    file: int


class SendFiles(CallbackData, prefix="zg"):
    """See everything that is kept."""

    meeting: int


class Call(CallbackData, prefix="zc"):
    """Ask host and recorder to sign."""

    meeting: int


class Sign(CallbackData, prefix="zs"):
    """Sign a version for one side."""

    minutes: int
    side: Side


class OnPaper(CallbackData, prefix="zp"):
    """Note that one side has signed a version on paper."""

    minutes: int
    side: Side


class Lock(CallbackData, prefix="zl"):
    """Make a version final: asked first, then done."""

    minutes: int
    meeting: int
    sure: bool


class More(CallbackData, prefix="zm"):
    """What is seldom needed."""

    meeting: int


class Candidates(CallbackData, prefix="zn"):
    """Whom to name host or recorder."""

    meeting: int
    side: Side
    page: int


class Appoint(CallbackData, prefix="za"):
    """Name somebody host or recorder."""

    meeting: int
    side: Side
    member: int


class History(CallbackData, prefix="zh"):
    """A page of the versions."""

    meeting: int
    page: int


class Download(CallbackData, prefix="zd"):
    """The record as a file to print: pdf, or xlsx for the roll."""

    meeting: int
    form: str


class Stop(CallbackData, prefix="zk"):
    """Write nothing after all."""

    meeting: int


def sheet(found: Sheet) -> Page:
    """The record as it stands, with what may be done."""
    return Page(Markup("\n").join(_lines(found)), keyboard(*_buttons(found)))


def more(found: Sheet) -> Page:
    """The same with what is seldom needed."""
    meeting = found.entry.meeting_id
    rows: list[list[InlineKeyboardButton]] = []
    for one in found.signatures:
        if one.at is None and found.locked_at is None:
            row = [
                _button(f"minutes.name.{one.side.value}", Candidates(meeting=meeting, side=one.side, page=0))
            ]
            over = found.entry.state is State.CLOSED
            if over and found.keeps and found.minutes_id and one.name:
                paper = OnPaper(minutes=found.minutes_id, side=one.side)
                row.append(_button(f"minutes.paper.{one.side.value}", paper))
            rows.append(row)
    if found.version:
        rows.append([_button("minutes.history", History(meeting=meeting, page=0))])
    rows.append([_button("minutes.back", Record(meeting=meeting))])
    return Page(Markup("\n").join(_lines(found)), keyboard(*rows))


def ask(found: Sheet, part: Part, *, more: bool) -> Page:
    """Ask for topics or decisions, with what is written now, ready to copy."""
    written = getattr(found.entry, part.value)
    meeting = found.entry.meeting_id
    lines = [texts.html("minutes.now_more" if more else f"minutes.ask.{part.value}")]
    if written and not more:
        lines += [Markup(""), texts.html("minutes.now"), Markup("<pre>{}</pre>").format(_cut(written))]
    add = (
        [_button("minutes.add", Write(meeting=meeting, part=part, more=True))] if written and not more else []
    )
    return Page(Markup("\n").join(lines), keyboard([*add, _button("minutes.stop", Stop(meeting=meeting))]))


def enclosures(found: Enclosures) -> Page:
    """What is kept with the record; more may be sent."""
    files = found.files
    lines = [texts.html("minutes.enclosures.head", count=len(files), most=MOST_ENCLOSURES)]
    lines += [
        texts.html("minutes.enclosure", number=number, name=_name(one.name))
        for number, one in enumerate(files, start=1)
    ]
    if not files:
        lines.append(texts.html("minutes.enclosures.none"))
    buttons: list[InlineKeyboardButton] = []
    if not found.is_locked:
        lines += [Markup(""), texts.html("minutes.enclosures.how")]
        buttons = [
            _button(
                "minutes.enclosure.take_out", TakeOut(meeting=found.meeting_id, file=one.enclosure_id), number
            )
            for number, one in enumerate(files, start=1)
        ]
    rows = [buttons[start : start + 5] for start in range(0, len(buttons), 5)]
    below = [_button("minutes.enclosures.send", SendFiles(meeting=found.meeting_id))] if files else []
    done = "minutes.back" if found.is_locked else "minutes.enclosures.done"
    below.append(_button(done, Record(meeting=found.meeting_id)))
    return Page(Markup("\n").join(lines), keyboard(*rows, below))


def kept(found: Enclosures) -> Page:
    """A file has come."""
    done = _button("minutes.enclosures.done", Record(meeting=found.meeting_id))
    return Page(texts.html("minutes.enclosures.kept", count=len(found.files)), keyboard([done]))


def candidates(found: People) -> Page:
    """Whom to name."""
    key = f"minutes.who.{found.side.value}" if found.people else "minutes.who.nobody"
    buttons = [
        button(name, Appoint(meeting=found.meeting_id, side=found.side, member=member_id))
        for member_id, name in found.people
    ]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    turn = turning.row(
        found.leaf, lambda page: Candidates(meeting=found.meeting_id, side=found.side, page=page)
    )
    back = _button("minutes.back", Record(meeting=found.meeting_id))
    return Page(texts.html(key), keyboard(*rows, turn, [back]))


def called(result: Called) -> Page:
    """Who was asked to sign."""
    lines = []
    if result.asked:
        lines.append(texts.html("minutes.called", names="、".join(result.asked)))
    if result.unreachable:
        lines.append(texts.html("minutes.called_unreachable", names="、".join(result.unreachable)))
    return Page(Markup("\n").join(lines or [texts.html("minutes.called_none")]))


def asked(found: Sheet, side: Side) -> Page:
    """The letter that asks to sign."""
    assert found.minutes_id is not None
    lines = [
        texts.html(f"minutes.asked.{side.value}"),
        Markup(""),
        *_head(found),
        *_words(found),
        Markup(""),
        texts.html(f"minutes.asked.foot.{side.value}"),
    ]
    if found.version > 1:
        lines.insert(1, texts.html("minutes.asked.anew", version=found.version))
    sign = _button(f"minutes.sign.{side.value}", Sign(minutes=found.minutes_id, side=side))
    pdf = _button("minutes.pdf", Download(meeting=found.entry.meeting_id, form="pdf"))
    look = _button("minutes.asked.open", Record(meeting=found.entry.meeting_id))
    return Page(Markup("\n").join(lines), keyboard([sign], [pdf, look]))


def ask_lock(found: Sheet) -> Page:
    assert found.minutes_id is not None
    meeting = found.entry.meeting_id
    sure = Lock(minutes=found.minutes_id, meeting=meeting, sure=True)
    return Page(
        texts.html("minutes.lock_ask"),
        keyboard([_button("minutes.lock_sure", sure), _button("minutes.back", Record(meeting=meeting))]),
    )


def versions(found: Versions, page: int) -> Page:
    """The versions, the newest first, with what each changed."""
    newest = found.versions[::-1]
    leaf = reach.leaf(len(newest), page, size=VERSIONS)
    lines = [texts.html("minutes.versions.head", title=found.sheet.entry.title)]
    for one in reach.cut(newest, leaf, size=VERSIONS):
        lines += [Markup(""), *_version(one)]
    meeting = found.sheet.entry.meeting_id
    turn = turning.row(leaf, lambda page: History(meeting=meeting, page=page))
    return Page(Markup("\n").join(lines), keyboard(turn, [_button("minutes.back", Record(meeting=meeting))]))


def caption(found: Sheet) -> str:
    return texts.html("minutes.caption", title=found.entry.title, **_day(found.entry.starts_at))


def file_name(found: Sheet, form: str) -> str:
    entry = found.entry
    return texts.plain(f"minutes.file.{form}", day=f"{entry.starts_at:%Y%m%d}", title=entry.title[:NAME])


# --- parts ----------------------------------------------------------------------------------------


def _lines(found: Sheet) -> list[Markup]:
    lines = [*_head(found), *_words(found)]
    if found.version:
        lines += [Markup(""), *map(_signature, found.signatures)]
        if found.written_at:
            by = {"by": found.written_by} if found.written_by else {}
            key = "minutes.version" if by else "minutes.version_nobody"
            lines.append(texts.html(key, version=found.version, **by, **_moment(found.written_at)))
    else:
        lines += [Markup(""), texts.html("minutes.none")]
    if found.enclosures:
        lines.append(texts.html("minutes.enclosures", count=found.enclosures))
    if found.locked_at:
        lines.append(texts.html("minutes.locked", **_moment(found.locked_at)))
    return lines


def _head(found: Sheet) -> list[Markup]:
    entry, count = found.entry, found.entry.count
    over = entry.state is State.CLOSED
    named = entry.kind.name in entry.title
    lines = [
        texts.html(
            "minutes.head_alone" if named else "minutes.head", title=entry.title, kind=entry.kind.name
        ),
        texts.html("minutes.when", unit=entry.unit, **_moment(entry.starts_at)),
        texts.html(
            "minutes.counted" if over else "minutes.running",
            expected=count.expected,
            came=count.came,
            leave=count.leave,
            absent=count.absent,
            open=count.open,
        ),
    ]
    if entry.offered:
        lines[-1] += Markup("　") + texts.html("minutes.made_up", done=entry.made_up, offered=entry.offered)
    return lines


def _words(found: Sheet) -> list[Markup]:
    if not found.version:
        return []
    lines = []
    for part in Part:
        written = getattr(found.entry, part.value)
        lines += [Markup(""), texts.html("minutes.part", part=texts.plain(f"minutes.{part.value}"))]
        if not written:
            lines.append(texts.html("minutes.empty"))
            continue
        lines.append(Markup.escape(_cut(written)))
        if len(written) > GLANCE:
            lines.append(texts.html("minutes.cut"))
    if found.entry.votes:
        lines += [Markup(""), texts.html("minutes.part", part=texts.plain("minutes.print.votes"))]
        lines += [Markup.escape(_glance(one.text)) + _result(one) for one in found.entry.votes[:VOTES]]
    if len(found.entry.votes) > VOTES:
        lines.append(texts.html("minutes.votes.more", more=len(found.entry.votes) - VOTES))
    return lines


def _result(one: Vote) -> Markup:
    sums = one.sums
    passed = texts.plain("minutes.print.passed" if one.result.passed else "minutes.print.not_passed")
    return texts.html(
        "minutes.vote", ayes=sums.ayes, noes=sums.noes, abstentions=sums.abstentions, passed=passed
    )


def _cut(text: str) -> str:
    return text if len(text) <= GLANCE else text[:GLANCE]


def _signature(one: Signature) -> Markup:
    side = texts.plain(f"minutes.{one.side.value}")
    if one.name is None:
        return texts.html("minutes.signature.nobody", side=side)
    if one.at is None:
        return texts.html("minutes.signature.open", side=side, name=one.name)
    if one.by is not None:
        return texts.html("minutes.signature.paper", side=side, name=one.name, by=one.by, **_moment(one.at))
    return texts.html("minutes.signature.done", side=side, name=one.name, **_moment(one.at))


def _buttons(found: Sheet) -> list[list[InlineKeyboardButton]]:
    meeting, is_open = found.entry.meeting_id, found.locked_at is None
    rows: list[list[InlineKeyboardButton]] = []
    if is_open:
        rows.append(
            [
                _button(f"minutes.write.{part.value}", Write(meeting=meeting, part=part, more=False))
                for part in Part
            ]
        )
    files = _button("minutes.files", Files(meeting=meeting), found.enclosures)
    rows.append([files, _button("minutes.pdf", Download(meeting=meeting, form="pdf"))])
    below = [_button("minutes.sheet", Download(meeting=meeting, form="xlsx"))]
    if found.keeps and found.entry.state is State.CLOSED:
        below.append(_button("makeup.of_meeting", Progress(meeting=meeting)))
    rows.append(below)
    if is_open and found.minutes_id:
        over = found.entry.state is State.CLOSED  # a signature is for the whole record
        own = [one for one in found.signatures if over and one.own and one.at is None]
        rows += [
            [_button(f"minutes.sign.{one.side.value}", Sign(minutes=found.minutes_id, side=one.side))]
            for one in own
        ]
        if over and any(one.at is None and one.name and not one.own for one in found.signatures):
            rows.append([_button("minutes.call", Call(meeting=meeting))])
        if found.is_signed and found.keeps and over:
            lock = Lock(minutes=found.minutes_id, meeting=meeting, sure=False)
            rows.append([_button("minutes.lock", lock)])
    last = [_button("minutes.more", More(meeting=meeting))]
    if found.keeps:
        last.append(_button("minutes.to_ledger", Shelf(unit=0, year=found.entry.starts_at.year, page=0)))
    return [*rows, last]


def _button(key: str, data: CallbackData, number: int | None = None) -> InlineKeyboardButton:
    return button(texts.plain(key, count=number, number=number), data)


def _version(one: Version) -> list[Markup]:
    by = one.by or texts.plain("minutes.versions.nobody")
    lines = [
        texts.html("minutes.versions.line", number=one.number, by=by, signed=one.signed, **_moment(one.at))
    ]
    if one.number == 1:
        lines.append(texts.html("minutes.versions.first"))
    for change in one.changes:
        lines += _change(change)
    shown = one.corrections[-CORRECTIONS:]
    if more := len(one.corrections) - len(shown):
        lines.append(texts.html("minutes.versions.more", more=more))
    lines += [changes.line(correction, named=True) for correction in shown]
    return lines


def _change(change: Change) -> list[Markup]:
    part = texts.plain(f"minutes.{change.part.value}")
    return [
        texts.html(f"minutes.versions.{key}", part=part, line=_glance(line))
        for key, lines in (("gone", change.gone), ("come", change.come))
        for line in lines[:6]
    ]


def _glance(line: str) -> str:
    return line if len(line) <= 60 else line[:60] + "…"


def _name(name: str) -> str:
    return (name if len(name) <= NAME else name[:NAME] + "…") or texts.plain("minutes.enclosure.photo")


def _day(at: datetime) -> dict[str, int]:
    return {"year": at.year, "month": at.month, "day": at.day}


def _moment(at: datetime) -> dict[str, object]:
    return {**_day(at), "clock": clock_text(at.hour * 60 + at.minute)}
