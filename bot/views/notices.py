"""Notices: writing one, choosing whom it is for, watching it go, and what became of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from markupsafe import Markup
from pydantic import Field, field_validator, model_validator

from actions.audiences import Options, Part
from actions.notices import Lines, Look, Whom
from actions.reach import Leaf
from actions.recalls import Withdrawn
from actions.reports import Changing, Names, Report
from actions.sending import Held
from bot import texts
from bot.views import Page, button, columns, keyboard, turning
from bot.views.doors import Open
from bot.views.occasions import Calendar
from storage.notices import Copy, Line
from study.audience import Audience
from study.calendar import clock_text, local
from study.members import MemberKind, Role
from study.notices import (
    ARRIVED,
    LEFT_OUT,
    MOST_CAPTION,
    MOST_IN_ALBUM,
    MOST_TEXT,
    UNDELIVERED,
    Fate,
    State,
    Template,
    most,
    plain,
    units16,
)

LABEL = 30  # characters of a title on a button
BAR = 12
NAMED = 4  # units or people named before "and so on"
LAST_DAY = 31
MONTH_DAYS = (1, 5, 8, 10, 15, 20, 25, 28, LAST_DAY)
HOURS = (480, 540, 720, 1020, 1080, 1140)  # 8:00 … 19:00


class Deed(StrEnum):
    """What can be done with a notice by one button."""

    OPEN = "o"
    PREVIEW = "v"
    EDIT = "e"
    BLANK = "b"
    WHOM = "w"
    RESET = "r"
    RECEIPT = "c"
    URGENT = "u"
    CALM = "l"
    AT = "a"
    MONTHLY = "m"
    UNSCHEDULE = "z"
    SEND = "s"
    CONFIRM = "y"
    DISCARD = "d"
    DISCARD_NOW = "D"
    FIND = "f"
    REPORT = "R"
    PAUSE = "p"
    RESUME = "g"
    CANCEL = "x"
    SHEET = "t"
    RETRY = "T"
    REMIND = "n"
    CORRECT = "k"
    CORRECT_NOW = "K"
    WITHDRAW = "W"
    WITHDRAW_NOW = "X"
    SAMPLE = "q"  # the button in a preview


class Which(StrEnum):
    """Whose names are shown."""

    UNDELIVERED = "u"
    LEFT_OUT = "l"
    UNSEEN = "n"
    SENT = "s"


FATES: Mapping[Which, Sequence[Fate]] = {
    Which.UNDELIVERED: UNDELIVERED,
    Which.LEFT_OUT: LEFT_OUT,
    Which.UNSEEN: ARRIVED,
    Which.SENT: (*ARRIVED, Fate.WITHDRAWN),
}


class Home(CallbackData, prefix="nh"):
    """A page of the notices."""

    page: int


class New(CallbackData, prefix="nn"):
    """Write a new one."""


class Templates(CallbackData, prefix="nt"):
    """The templates there are."""


class Begin(CallbackData, prefix="nb"):
    """Begin with a template."""

    key: str


# What a button of these parts of an audience carries; those of the others carry a number.
_VALUES: Mapping[Part, Callable[[str], object]] = {Part.ROLE: Role, Part.KIND: MemberKind}


class Do(CallbackData, prefix="nd"):
    """Do this with the notice."""

    notice: int
    deed: Deed


class Choose(CallbackData, prefix="nc"):
    """A page of what there is for one part of the audience."""

    notice: int
    part: Part
    page: int


class Pick(CallbackData, prefix="np"):
    """Add this to the audience, or take it away; `page` is where to return to."""

    notice: int
    part: Part
    value: str
    page: int

    @model_validator(mode="after")
    def _is_one_of_its_part(self) -> Self:
        _VALUES.get(self.part, int)(self.value)
        return self


class Out(CallbackData, prefix="no"):
    """Who would be left out for this reason."""

    notice: int
    fate: Fate
    page: int


class At(CallbackData, prefix="na"):
    """Send it at this moment; `day` is an ISO date."""

    notice: int
    day: str
    minute: int = Field(ge=0, lt=24 * 60)

    @field_validator("day")
    @classmethod
    def _is_a_day(cls, day: str) -> str:
        date.fromisoformat(day)
        return day

    @property
    def on(self) -> date:
        return date.fromisoformat(self.day)


class Monthly(CallbackData, prefix="nm"):
    """Send it every month; without a minute, choose one."""

    notice: int
    day: int
    minute: int | None = None


class Show(CallbackData, prefix="nw"):
    """Names by what became of their copies."""

    notice: int
    which: Which
    page: int


class Seen(CallbackData, prefix="ns"):
    """「收到」."""

    notice: int


class SeenAlready(CallbackData, prefix="nz"):
    """The same button once it is confirmed."""

    notice: int


# --- for readers ----------------------------------------------------------------------------------


def receipt(notice_id: int) -> InlineKeyboardMarkup:
    """The button under a notice that asks to be confirmed."""
    return keyboard([button(texts.plain("notices.seen"), Seen(notice=notice_id))])


def confirmed(notice_id: int) -> InlineKeyboardMarkup:
    return keyboard([button(texts.plain("notices.seen.done"), SeenAlready(notice=notice_id))])


def sample(look: Look) -> InlineKeyboardMarkup | None:
    """The button as it stands under a preview."""
    return (
        keyboard([button(texts.plain("notices.seen"), _do(look.id, Deed.SAMPLE))]) if look.receipt else None
    )


# --- writing --------------------------------------------------------------------------------------


def home(found: Lines) -> Page:
    """What is being written, waits, goes or went."""
    text = texts.html("notices.head" if found.leaf.total else "notices.head.none")
    rows = [[button(_label(line), _do(line.id, Deed.OPEN))] for line in found.lines]
    return Page(
        text,
        keyboard(
            [
                button(texts.plain("notices.new"), New()),
                button(texts.plain("notices.templates"), Templates()),
                button(texts.plain("occasions.button"), Calendar(page=0)),
            ],
            *rows,
            turning.row(found.leaf, lambda page: Home(page=page)),
        ),
    )


def _label(line: Line) -> str:
    title = titled(line.title)
    return texts.plain(f"notices.line.{line.state}", title=title[:LABEL])


def ask_content() -> Page:
    """The limits come first."""
    return Page(
        texts.html("notices.ask_content", text=MOST_TEXT, caption=MOST_CAPTION, album=MOST_IN_ALBUM),
        keyboard([button(texts.plain("notices.stop"), Home(page=0))]),
    )


def templates(found: Sequence[Template]) -> Page:
    rows = [[button(one.title, Begin(key=one.key))] for one in found]
    return Page(
        texts.html("notices.templates.head" if found else "notices.templates.none"),
        keyboard(*rows, [button(texts.plain("notices.back"), Home(page=0))]),
    )


def ask_blank(look: Look) -> Page:
    """The template so far, and what is asked for next."""
    return Page(
        texts.html("notices.ask_blank", words=plain(look.body), blank=look.blank),
        keyboard([button(texts.plain("notices.stop"), _do(look.id, Deed.OPEN))]),
    )


def panel(look: Look) -> Page:
    """A draft, or one that waits for its time: what it says, to whom, and everything one can do with it."""
    if look.state in (State.SCHEDULED, State.REPEATING):
        return _waiting(look)
    lines = [texts.html("notices.draft", unit=look.unit), *_summary(look)]
    if look.blank is not None:
        lines += [Markup(""), texts.html("notices.blank_left", blank=look.blank)]
    lines += [Markup(""), texts.html("notices.nothing_secret")]
    ready = look.blank is None and (look.body or look.media)
    sending = [
        button(texts.plain("notices.send"), _do(look.id, Deed.SEND)),
        button(texts.plain("notices.at"), _do(look.id, Deed.AT)),
        button(texts.plain("notices.monthly"), _do(look.id, Deed.MONTHLY)),
    ]
    return Page(
        Markup("\n").join(lines),
        keyboard(
            sending if ready else [button(texts.plain("notices.fill"), _do(look.id, Deed.BLANK))],
            _writing(look),
            _conditions(look),
            _left_out_buttons(look),
            [
                button(texts.plain("notices.discard"), _do(look.id, Deed.DISCARD)),
                button(texts.plain("notices.back"), Home(page=0)),
            ],
        ),
    )


def _waiting(look: Look) -> Page:
    assert look.send_at is not None
    when = _when(look.send_at, look.zone)
    again = button(texts.plain("notices.monthly"), _do(look.id, Deed.MONTHLY))
    at = button(texts.plain("notices.new_time"), _do(look.id, Deed.AT))
    if look.repeats is not None:
        head = texts.html("notices.repeating", on=_each_month(look), next=when)
        again = button(texts.plain("notices.new_day"), _do(look.id, Deed.MONTHLY))
        at = button(texts.plain("notices.only_once"), _do(look.id, Deed.AT))
    else:
        head = texts.html("notices.scheduled", when=when)
    return Page(
        Markup("\n").join([head, *_summary(look), Markup(""), texts.html("notices.decided_then")]),
        keyboard(
            _writing(look),
            [at, again] if look.repeats is None else [again, at],
            _conditions(look),
            _left_out_buttons(look),
            [
                button(texts.plain("notices.unschedule"), _do(look.id, Deed.UNSCHEDULE)),
                button(texts.plain("notices.back"), Home(page=0)),
            ],
        ),
    )


def _each_month(look: Look) -> str:
    assert look.repeats is not None
    repeats = look.repeats
    key = "notices.each_month" if repeats.day < LAST_DAY else "notices.each_months_end"
    return texts.plain(key, day=repeats.day, hour=clock_text(repeats.minute))


def _writing(look: Look) -> list[InlineKeyboardButton]:
    return [
        button(texts.plain("notices.preview"), _do(look.id, Deed.PREVIEW)),
        button(texts.plain("notices.edit"), _do(look.id, Deed.EDIT)),
        button(texts.plain("notices.whom"), _do(look.id, Deed.WHOM)),
    ]


def _conditions(look: Look) -> list[InlineKeyboardButton]:
    asks = "notices.receipt.on" if look.receipt else "notices.receipt.off"
    hurries = ("notices.calm", Deed.CALM) if look.urgent_reason else ("notices.urgent", Deed.URGENT)
    return [
        button(texts.plain(asks), _do(look.id, Deed.RECEIPT)),
        button(texts.plain(hurries[0]), _do(look.id, hurries[1])),
        columns.filing(look.id, look.column),
    ]


def _summary(look: Look) -> list[Markup]:
    """What it says, to whom, to how many, who is left out, and how long it takes."""
    length = units16(plain(look.body))
    pieces = f"notices.form.{look.media[0].form}" if look.media else "notices.form.text"
    if len(look.media) > 1:
        pieces = "notices.form.album"
    lines = [
        texts.html("notices.title", title=titled(look.title)),
        texts.html(pieces, count=len(look.media), length=length, most=most(look.media)),
        texts.html("notices.to", whom=whom(look.audience, look.whom)),
        texts.html("notices.copies", copies=look.copies, time=duration(look.seconds)),
    ]
    for fate in LEFT_OUT:
        if number := look.left_out.get(fate):
            lines.append(texts.html(f"notices.out.{fate}", number=number))
    for why in ("removed", "unbound", "elsewhere"):
        if groups := getattr(look.whom, why):
            lines.append(texts.html(f"notices.group_out.{why}", groups=_some(groups)))
    if look.receipt:
        lines.append(texts.html("notices.asks_receipt"))
    if look.urgent_reason:
        lines.append(texts.html("notices.is_urgent", reason=look.urgent_reason))
    elif look.begins_at > (look.send_at or look.now):
        key = "notices.held_back.then" if look.send_at else "notices.held_back"
        lines.append(texts.html(key, when=_when(look.begins_at, look.zone)))
    return lines


def _left_out_buttons(look: Look) -> list[InlineKeyboardButton]:
    first = next((fate for fate in LEFT_OUT if look.left_out.get(fate)), None)
    if first is None:
        return []
    return [button(texts.plain("notices.who_is_out"), Out(notice=look.id, fate=first, page=0))]


def left_out(look: Look, fate: Fate, names: Sequence[tuple[str, str]], leaf: Leaf) -> Page:
    """Names of those left out, with the other reasons as buttons."""
    lines = [texts.html(f"notices.out.{fate}", number=leaf.total), texts.html(f"notices.out.why.{fate}")]
    lines += [Markup(""), *_by_unit(names)]
    others = [
        button(
            texts.plain(f"notices.out.short.{one}", number=look.left_out[one]),
            Out(notice=look.id, fate=one, page=0),
        )
        for one in LEFT_OUT
        if one is not fate and look.left_out.get(one)
    ]
    return Page(
        Markup("\n").join(lines),
        keyboard(
            turning.row(leaf, lambda page: Out(notice=look.id, fate=fate, page=page)),
            others,
            [button(texts.plain("notices.return"), _do(look.id, Deed.OPEN))],
        ),
    )


def _by_unit(names: Iterable[tuple[str, str]]) -> list[Markup]:
    """Names gathered by unit, a line each."""
    units: dict[str, list[str]] = {}
    for name, unit in names:
        units.setdefault(unit, []).append(name)
    return [
        texts.html("notices.unit_names" if unit else "notices.names_alone", unit=unit, names="、".join(found))
        for unit, found in units.items()
    ]


def whom(audience: Audience, names: Whom) -> str:
    """An audience in words."""
    parts = []
    if audience.units:
        units = _some(names.units)
        conditions = [texts.plain(f"roles.role.{role}") for role in audience.roles]
        conditions += [texts.plain(f"roster.kind.{kind}") for kind in audience.kinds]
        if names.unconfirmed is not None:
            conditions.append(texts.plain("notices.to.unconfirmed", title=names.unconfirmed[:LABEL]))
        if audience.unanswered:
            conditions.append(texts.plain("notices.to.unanswered"))
        if names.absent is not None:
            conditions.append(texts.plain("notices.to.absent", title=names.absent[:LABEL]))
        key = "notices.to.some" if conditions else "notices.to.units"
        parts.append(texts.plain(key, units=units, conditions="、".join(conditions)))
    if names.members:
        parts.append(_some(names.members))
    if names.groups:
        parts.append(texts.plain("notices.to.groups", groups=_some(names.groups)))
    return "；".join(parts) or texts.plain("notices.to.nobody")


def _some(names: Sequence[str]) -> str:
    shown = "、".join(names[:NAMED])
    return texts.plain("notices.and_more", names=shown, number=len(names)) if len(names) > NAMED else shown


def ask_content_again(look: Look) -> Page:
    return Page(
        texts.html("notices.ask_content_again", text=MOST_TEXT, caption=MOST_CAPTION),
        keyboard([button(texts.plain("notices.stop"), _do(look.id, Deed.OPEN))]),
    )


def ask_reason(look: Look) -> Page:
    return Page(
        texts.html("notices.ask_reason"),
        keyboard([button(texts.plain("notices.stop"), _do(look.id, Deed.OPEN))]),
    )


def ask_discard(look: Look) -> Page:
    return Page(
        texts.html("notices.ask_discard", title=titled(look.title)),
        keyboard(
            [
                button(texts.plain("notices.discard_now"), _do(look.id, Deed.DISCARD_NOW)),
                button(texts.plain("notices.return"), _do(look.id, Deed.OPEN)),
            ]
        ),
    )


def ask_send(look: Look) -> Page:
    key = "notices.ask_send.urgent" if look.urgent_reason else "notices.ask_send"
    return Page(
        texts.html(key, copies=look.copies, title=titled(look.title), whom=whom(look.audience, look.whom)),
        keyboard(
            [
                button(texts.plain("notices.send_now"), _do(look.id, Deed.CONFIRM)),
                button(texts.plain("notices.return"), _do(look.id, Deed.OPEN)),
            ]
        ),
    )


def refused(notice_id: int, reason: str) -> Page:
    """Telegram does not take the message, not even as a preview."""
    return Page(
        texts.html("notices.refused", reason=reason),
        keyboard([button(texts.plain("notices.stop"), _do(notice_id, Deed.OPEN))]),
    )


# --- whom -----------------------------------------------------------------------------------------


def parts(look: Look) -> Page:
    """The parts that an audience is made of."""
    audience = look.audience
    chosen = {
        Part.UNIT: bool(audience.units),
        Part.ROLE: bool(audience.roles),
        Part.KIND: bool(audience.kinds),
        Part.MEMBER: bool(audience.members),
        Part.GROUP: bool(audience.groups),
        Part.UNCONFIRMED: audience.unconfirmed is not None,
        Part.ABSENT: audience.absent is not None,
        Part.UNANSWERED: audience.unanswered,
    }
    buttons = [
        button(
            _ticked(texts.plain(f"notices.part.{part.name.lower()}"), chosen[part]),
            Pick(notice=look.id, part=part, value="1", page=-1)
            if part is Part.UNANSWERED
            else _do(look.id, Deed.FIND)
            if part is Part.MEMBER
            else Choose(notice=look.id, part=part, page=0),
        )
        for part in chosen
    ]
    lines = [
        texts.html("notices.whom.head"),
        Markup(""),
        texts.html("notices.to", whom=whom(audience, look.whom)),
        texts.html("notices.copies", copies=look.copies, time=duration(look.seconds)),
    ]
    return Page(
        Markup("\n").join(lines),
        keyboard(
            [button(texts.plain("notices.whom.all", unit=look.unit), _do(look.id, Deed.RESET))],
            *(buttons[start : start + 2] for start in range(0, len(buttons), 2)),
            [button(texts.plain("notices.whom.done"), _do(look.id, Deed.OPEN))],
        ),
    )


def options(found: Options) -> Page:
    """What there is to choose from; tapping adds and takes away."""
    part = found.part
    key = f"notices.choose.{part.name.lower()}"
    if not found.options:
        key += ".none"
    rows = [
        [
            button(
                _ticked(_option(part, one.value, one.name), one.chosen),
                Pick(notice=found.notice_id, part=part, value=one.value, page=found.leaf.page),
            )
        ]
        for one in found.options
    ]
    again = [button(texts.plain("notices.find_again"), _do(found.notice_id, Deed.FIND))]
    return Page(
        texts.html(key, query=found.query, total=found.leaf.total),
        keyboard(
            *rows,
            turning.row(found.leaf, lambda page: Choose(notice=found.notice_id, part=part, page=page)),
            again if part is Part.MEMBER else [],
            [button(texts.plain("notices.return"), _do(found.notice_id, Deed.WHOM))],
        ),
    )


def _option(part: Part, value: str, name: str) -> str:
    if part is Part.ROLE:
        return texts.plain(f"roles.role.{value}")
    if part is Part.KIND:
        return texts.plain(f"roster.kind.{value}")
    return name[: 2 * LABEL]


def _ticked(label: str, chosen: bool) -> str:
    return texts.plain("notices.ticked" if chosen else "notices.unticked", label=label)


def ask_name(look: Look) -> Page:
    return Page(
        texts.html("notices.ask_name"),
        keyboard([button(texts.plain("notices.return"), _do(look.id, Deed.WHOM))]),
    )


# --- when -----------------------------------------------------------------------------------------


def ask_when(look: Look, *, today: date, minute: int) -> Page:
    """Some moments to choose from; others are typed."""
    offered = [
        (today + timedelta(days=ahead), at) for ahead in (0, 1) for at in HOURS if ahead or at > minute
    ]
    buttons = [
        button(
            texts.plain("notices.today_at" if day == today else "notices.tomorrow_at", hour=clock_text(at)),
            At(notice=look.id, day=day.isoformat(), minute=at),
        )
        for day, at in offered
    ][:8]
    return Page(
        texts.html("notices.ask_when"),
        keyboard(
            *(buttons[start : start + 2] for start in range(0, len(buttons), 2)),
            [button(texts.plain("notices.return"), _do(look.id, Deed.OPEN))],
        ),
    )


def ask_day(look: Look) -> Page:
    days = [
        button(
            texts.plain("notices.last_day" if day == LAST_DAY else "notices.month_day", day=day),
            Monthly(notice=look.id, day=day),
        )
        for day in MONTH_DAYS
    ]
    return Page(
        texts.html("notices.ask_day"),
        keyboard(
            *(days[start : start + 3] for start in range(0, len(days), 3)),
            [button(texts.plain("notices.return"), _do(look.id, Deed.OPEN))],
        ),
    )


def ask_hour(look: Look, day: int) -> Page:
    hours = [button(clock_text(minute), Monthly(notice=look.id, day=day, minute=minute)) for minute in HOURS]
    key = "notices.ask_hour" if day < LAST_DAY else "notices.ask_hour.last"
    return Page(
        texts.html(key, day=day),
        keyboard(hours[:3], hours[3:], [button(texts.plain("notices.return"), _do(look.id, Deed.MONTHLY))]),
    )


# --- on its way, and afterwards -------------------------------------------------------------------


def report(found: Report) -> Page:
    """How a notice stands."""
    tally = found.tally
    lines = [texts.html(f"notices.report.{found.state}", title=titled(found.title))]
    done = tally.total - tally.left
    if tally.left or found.state in (State.SENDING, State.PAUSED, State.STOPPED):
        lines.append(
            texts.html("notices.bar", bar=_bar(done, tally.total), percent=_percent(done, tally.total))
        )
    lines.append(
        texts.html(
            "notices.counts" if tally.left else "notices.counts.done",
            sent=tally.sent,
            failed=tally.failed,
            left=tally.left,
        )
    )
    if found.begins_at is not None:
        lines.append(texts.html("notices.begins", when=_when(found.begins_at, found.zone)))
    elif tally.left and found.state is State.SENDING:
        lines.append(texts.html("notices.ends_in", time=duration(found.seconds)))
    if tally.left_out:
        lines.append(texts.html("notices.left_out", number=tally.left_out, why=_reasons(found)))
    if found.receipt and found.asked:
        lines.append(texts.html("notices.seen_by", seen=found.seen, asked=found.asked))
    if found.changing is not None and found.changing.total:
        lines.append(_changing(found.state, found.changing))
    if found.refusal is not None:
        known = texts.plain(found.refusal) if texts.has(found.refusal) else found.refusal
        lines += [Markup(""), texts.html("notices.telegram_said", reason=known)]
    return Page(Markup("\n").join(lines), _report_buttons(found))


def unsent(notice_id: int, title: str, reason: str) -> Page:
    """A notice whose time came, and that did not go out."""
    return Page(
        texts.html("notices.unsent", title=titled(title), reason=reason),
        keyboard([button(texts.plain("notices.unsent.open"), _do(notice_id, Deed.OPEN))]),
    )


def _reasons(found: Report) -> str:
    return "、".join(
        texts.plain(f"notices.out.short.{fate}", number=number)
        for fate in LEFT_OUT
        if (number := found.tally.of(fate))
    )


def _changing(state: State, change: Changing) -> Markup:
    verb = "deleting" if state is State.WITHDRAWN else "editing"
    over = ".some" if change.failed else ".done"
    end = "" if change.done + change.failed < change.total else over
    return texts.html(f"notices.{verb}{end}", done=change.done, total=change.total, failed=change.failed)


def _report_buttons(found: Report) -> InlineKeyboardMarkup:
    id_ = found.id
    going: list[InlineKeyboardButton] = []
    if found.state is State.SENDING:
        going.append(button(texts.plain("notices.pause"), _do(id_, Deed.PAUSE)))
    if found.state in (State.PAUSED, State.STOPPED):
        going.append(button(texts.plain("notices.resume"), _do(id_, Deed.RESUME)))
    if found.state in (State.SENDING, State.PAUSED, State.STOPPED):
        going.append(button(texts.plain("notices.cancel"), _do(id_, Deed.CANCEL)))
    remind = []
    if found.to_remind and found.state is not State.WITHDRAWN:
        remind = [button(texts.plain("notices.remind", number=found.to_remind), _do(id_, Deed.REMIND))]
    retry = []
    if found.state is State.SENT and found.tally.of(*(set(UNDELIVERED) - {Fate.CANCELLED})):
        retry = [button(texts.plain("notices.retry"), _do(id_, Deed.RETRY))]
    changes = []
    if found.state is not State.WITHDRAWN and found.announced_at is not None:
        changes = [
            button(texts.plain("notices.correct"), _do(id_, Deed.CORRECT)),
            button(texts.plain("notices.withdraw"), _do(id_, Deed.WITHDRAW)),
        ]
    if found.announced_at is not None and found.state not in (State.CANCELLED, State.WITHDRAWN):
        changes.append(columns.filing(id_, found.column))
    if found.meeting_id is not None:  # its words are the meeting's
        changes = [button(texts.plain("notices.to_meeting"), Open(meeting=found.meeting_id))]
    names = [button(texts.plain("notices.names"), Show(notice=id_, which=first_names(found), page=0))]
    names.append(button(texts.plain("notices.sheet"), _do(id_, Deed.SHEET)))
    return keyboard(going, remind, retry, names, changes, [button(texts.plain("notices.back"), Home(page=0))])


def first_names(found: Report) -> Which:
    """Whose names are asked for most likely."""
    if found.tally.failed:
        return Which.UNDELIVERED
    if found.receipt and found.seen < found.asked:
        return Which.UNSEEN
    return Which.LEFT_OUT if found.tally.left_out else Which.SENT


def names(found: Names, which: Which) -> Page:
    """A page of names, with the others as buttons."""
    id_, tally = found.report.id, found.report.tally
    numbers = {
        Which.UNDELIVERED: tally.failed,
        Which.LEFT_OUT: tally.left_out,
        Which.UNSEEN: found.report.asked - found.report.seen if found.report.receipt else 0,
        Which.SENT: tally.sent + tally.of(Fate.GROUP),
    }
    lines = [texts.html(f"notices.names.{which.name.lower()}", number=found.leaf.total), Markup("")]
    plainly = which in (Which.UNSEEN, Which.SENT)
    for fate in dict.fromkeys(copy.fate for copy in found.copies):
        those = [copy for copy in found.copies if copy.fate is fate]
        if not plainly:
            lines.append(texts.html("notices.because", why=texts.plain(f"notices.fate.{fate}")))
        lines += _by_unit((called(copy), copy.unit) for copy in those)
    if not found.copies:
        lines.append(texts.html("notices.names.none"))
    others = [
        button(
            texts.plain(f"notices.names.short.{one.name.lower()}", number=number),
            Show(notice=id_, which=one, page=0),
        )
        for one, number in numbers.items()
        if number and one is not which
    ]
    return Page(
        Markup("\n").join(lines),
        keyboard(
            turning.row(found.leaf, lambda page: Show(notice=id_, which=which, page=page)),
            others[:2],
            others[2:],
            [button(texts.plain("notices.return"), _do(id_, Deed.REPORT))],
        ),
    )


def titled(title: str) -> str:
    """What a notice is called; one of pictures only has no words to go by."""
    return title or texts.plain("notices.untitled")


def called(copy: Copy) -> str:
    """Whose copy it is."""
    return copy.name or texts.plain("notices.erased" if copy.chat_id is None else "notices.a_group")


def ask_correction(found: Report) -> Page:
    """What can be changed depends on what Telegram can turn into what."""
    what = "text" if not found.pieces else "one" if found.pieces == 1 else "album"
    return Page(
        texts.html(
            f"notices.ask_correction.{what}",
            title=titled(found.title),
            count=found.tally.of(Fate.SENT),
            text=MOST_TEXT,
            caption=MOST_CAPTION,
        ),
        keyboard([button(texts.plain("notices.stop"), _do(found.id, Deed.REPORT))]),
    )


def ask_to_correct(found: Report) -> Page:
    """Below the notice as it would look."""
    return Page(
        texts.html("notices.ask_to_correct", count=found.tally.of(Fate.SENT)),
        keyboard(
            [
                button(texts.plain("notices.correct_now"), _do(found.id, Deed.CORRECT_NOW)),
                button(texts.plain("notices.stop"), _do(found.id, Deed.REPORT)),
            ]
        ),
    )


def ask_withdraw(found: Report) -> Page:
    kept = found.tally.of(Fate.SENT) - found.recallable
    return Page(
        texts.html(
            "notices.ask_withdraw" if not kept else "notices.ask_withdraw.some",
            title=titled(found.title),
            count=found.recallable,
            kept=kept,
        ),
        keyboard(
            [
                button(texts.plain("notices.withdraw_now"), _do(found.id, Deed.WITHDRAW_NOW)),
                button(texts.plain("notices.return"), _do(found.id, Deed.REPORT)),
            ]
        ),
    )


def paused(held: Held) -> str:
    return texts.plain("notices.paused" if held.in_hand else "notices.paused.at_once", number=held.in_hand)


def cancelled(held: Held) -> str:
    parts = [texts.plain("notices.cancelled", called_off=held.called_off)]
    if held.in_hand:
        parts.append(texts.plain("notices.cancelled.in_hand", in_hand=held.in_hand))
    return texts.plain("notices.and_also").join(parts)


def withdrawn(result: Withdrawn) -> str:
    parts = [texts.plain("notices.withdrawn", deleting=result.deleting)]
    if result.called_off:
        parts.append(texts.plain("notices.withdrawn.called_off", called_off=result.called_off))
    if result.kept:
        parts.append(texts.plain("notices.withdrawn.kept", kept=result.kept))
    return texts.plain("notices.and_also").join(parts)


def duration(seconds: float) -> str:
    """A rough time to wait."""
    if seconds < 90:
        return texts.plain("notices.seconds", number=max(1, round(seconds)))
    if seconds < 90 * 60:
        return texts.plain("notices.minutes", number=round(seconds / 60))
    return texts.plain("notices.hours", number=round(seconds / 3600, 1))


def _bar(done: int, total: int) -> str:
    full = BAR * done // total if total else BAR
    return "▰" * full + "▱" * (BAR - full)


def _percent(done: int, total: int) -> int:
    return 100 * done // total if total else 100


def _when(at: datetime, zone: str) -> str:
    there = local(at, zone)
    return texts.plain(
        "notices.moment",
        month=there.month,
        day=there.day,
        hour=clock_text(there.hour * 60 + there.minute),
    )


def _do(notice_id: int, deed: Deed) -> Do:
    return Do(notice=notice_id, deed=deed)
