"""Meetings as they are planned: the list, a new one step by step, the card, a year's series, the committee."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup
from pydantic import Field as Bounds

from actions.briefs import Brief
from actions.invitations import Invited
from actions.meetings import Card, Days, Kinds, Line, Lines, Offer, Series, Units
from actions.rolls import Part
from actions.seats import Committee
from bot import texts
from bot.views import Page, button, keyboard, moments, turning
from bot.views.doors import Edit, Ics, List, Names, Open, Requests, Stop
from bot.views.notices import Deed, Do
from study.meetings import OWN, Stage
from study.whens import Repeat

ENDS = (60, 90, 120, 150, 180, 240)  # minutes after the start
FIELDS = ("title", "agenda", "when", "place", "host", "recorder", "end")
TITLES = ("secretary", "deputy", "organisation", "publicity", "discipline", "study", "youth")

# Since 1970, and in this century or the next: others have no date.
Minutes = Annotated[int, Bounds(ge=0, lt=2**27)]


class New(CallbackData, prefix="vn"):
    """A new meeting, or a year's series: where?"""

    series: bool
    page: int


class What(CallbackData, prefix="vk"):
    """A new meeting of this unit: of which kind?"""

    unit: int
    series: bool


class When(CallbackData, prefix="vt"):
    """A new meeting of this kind: when?"""

    unit: int
    kind: str
    series: bool


class Votes(CallbackData, prefix="vv"):
    """Whether a meeting of an own kind votes; its name is in the dialogue."""

    unit: int
    votes: bool


class At(CallbackData, prefix="va"):
    """Plan it for this moment, in minutes since 1970."""

    unit: int
    kind: str
    at: Minutes


class Year(CallbackData, prefix="vs"):
    """The days of a year's series that begins at this moment; `sure` plans it."""

    unit: int
    kind: str
    at: Minutes
    by: Repeat
    sure: bool


class Field(CallbackData, prefix="vf"):
    """Change this about a meeting."""

    meeting: int
    field: str


class End(CallbackData, prefix="vm"):
    """Check-in ends so many minutes after the start."""

    meeting: int
    minutes: int


class Cancel(CallbackData, prefix="vc"):
    """Call a meeting off: asked first, then done."""

    meeting: int
    sure: bool


class CancelSeries(CallbackData, prefix="v7"):
    """Call off what was planned together and is still to come: asked first, then done."""

    meeting: int
    sure: bool


class Invite(CallbackData, prefix="vi"):
    """Send everybody the invitation."""

    meeting: int


class Seats(CallbackData, prefix="vq"):
    """The committee of a unit; 0: of which?"""

    unit: int
    page: int


class Seat(CallbackData, prefix="vw"):
    """Look for somebody to sit on the committee."""

    unit: int


class Title(CallbackData, prefix="vh"):
    """The title of the new seat; whose it is, is in the dialogue."""

    title: str


class Unseat(CallbackData, prefix="vu"):
    unit: int
    seat: int


class Pick(CallbackData, prefix="vp"):
    """This person; what for is in the dialogue."""

    member: int


def minutes_of(at: datetime) -> int:
    return int(at.timestamp()) // 60


def moment_of(minutes: int) -> datetime:
    return datetime.fromtimestamp(minutes * 60, UTC)


# --- the list -------------------------------------------------------------------------------------


def kept(found: Lines) -> Page:
    """The meetings one keeps, to come or past."""
    key = "meet.past" if found.past else "meet.ahead"
    head = texts.html(key if found.leaf.total else f"{key}.none", total=found.leaf.total)
    rows = [[button(_line(line), Open(meeting=line.brief.id))] for line in found.lines]
    turn = turning.row(found.leaf, lambda page: List(past=found.past, page=page))
    other = button(
        texts.plain("meet.to_ahead" if found.past else "meet.to_past"), List(past=not found.past, page=0)
    )
    if not found.plans:
        return Page(head, keyboard(*rows, turn, [other]))
    return Page(
        head,
        keyboard(
            *rows,
            turn,
            [
                button(texts.plain("meet.new"), New(series=False, page=0)),
                button(texts.plain("meet.year"), New(series=True, page=0)),
            ],
            [button(texts.plain("meet.seats"), Seats(unit=0, page=0)), other],
        ),
    )


def _line(line: Line) -> str:
    brief = line.brief
    mark = {Stage.OPEN: "🟢 ", Stage.CANCELLED: "🚫 "}.get(brief.stage, "")
    return mark + texts.plain(
        "meet.line", when=moments.day(brief.starts, now=brief.now), title=brief.title, unit=brief.unit
    )


# --- a new one ------------------------------------------------------------------------------------


def where(found: Units, *, series: bool) -> Page:
    rows = [[button(name, What(unit=id_, series=series))] for id_, name in found.units]
    turn = turning.row(found.leaf, lambda page: New(series=series, page=page))
    return Page(texts.html("meet.where"), keyboard(*rows, turn, [_stop()]))


def what(found: Kinds, *, series: bool) -> Page:
    buttons = [
        button(kind.name, When(unit=found.unit_id, kind=kind.key, series=series)) for kind in found.kinds
    ]
    if not series:
        buttons.append(button(texts.plain("meet.own"), When(unit=found.unit_id, kind=OWN, series=False)))
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    head = "meet.what_year" if series else "meet.what"
    return Page(texts.html(head, unit=found.unit), keyboard(*rows, [_stop()]))


def ask_own_name() -> Page:
    return Page(texts.html("meet.own_name"), keyboard([_stop()]))


def ask_own_votes(unit: int, name: str) -> Page:
    buttons = [
        button(texts.plain(f"meet.own_votes.{answer}"), Votes(unit=unit, votes=answer == "yes"))
        for answer in ("no", "yes")
    ]
    return Page(texts.html("meet.own_votes", name=name), keyboard(buttons, [_stop()]))


def when(offer: Offer, *, series: bool) -> Page:
    """Times to tap; any other can be typed."""
    rows: list[list[InlineKeyboardButton]] = []
    if not series:
        times = [
            button(
                moments.day(at, now=offer.now),
                At(unit=offer.unit_id, kind=offer.kind.key, at=minutes_of(at)),
            )
            for at in offer.times
        ]
        rows = [times[start : start + 2] for start in range(0, len(times), 2)]
    lines = [texts.html("meet.when", kind=offer.kind.name, unit=offer.unit)]
    if offer.like:
        lines.append(texts.html("meet.like"))
    lines.append(texts.html("meet.when_year" if series else "meet.when_typed"))
    return Page(Markup("\n").join(lines), keyboard(*rows, [_stop()]))


def sure(offer: Offer, at: datetime) -> Page:
    """What was typed, as it was understood."""
    yes = button(texts.plain("meet.plan"), At(unit=offer.unit_id, kind=offer.kind.key, at=minutes_of(at)))
    local = at.astimezone(offer.now.tzinfo)
    text = texts.html(
        "meet.sure", kind=offer.kind.name, unit=offer.unit, when=moments.moment(local, now=offer.now)
    )
    return Page(text, keyboard([yes], [_stop()]))


def days(found: Days, at: datetime) -> Page:
    """The days of a series, by weekday or by date."""

    def to(by: Repeat, *, sure: bool) -> Year:
        return Year(unit=found.unit_id, kind=found.kind.key, at=minutes_of(at), by=by, sure=sure)

    every = sorted([*found.times, *found.taken])
    key = "meet.days" if found.times else "meet.days.none"
    lines = [
        texts.html(key, kind=found.kind.name, unit=found.unit, total=len(found.times)),
        *(
            texts.html(
                "meet.day" if one in found.times else "meet.day.taken",
                when=moments.moment(one, now=every[0]),
            )
            for one in every
        ),
    ]
    if found.taken and found.times:
        lines.append(texts.html("meet.days.left_out", left_out=len(found.taken)))
    plan = [button(texts.plain("meet.plan_all", total=len(found.times)), to(found.by, sure=True))]
    other = Repeat.MONTH_DAY if found.by is Repeat.WEEKDAY else Repeat.WEEKDAY
    return Page(
        Markup("\n").join(lines),
        keyboard(
            plan if found.times else [],
            [button(texts.plain(f"meet.by.{other.value}"), to(other, sure=False))],
            [_stop()],
        ),
    )


def planned_series(series: Series) -> Page:
    key = "meet.year_planned" if series.fresh else "meet.year_planned_before"
    if not series.briefs:
        key = "meet.days.none"
    lines = [texts.html(key, kind=series.kind.name, unit=series.unit, total=len(series.briefs))]
    lines += [texts.html("meet.day", when=moments.moment(one.starts, now=one.now)) for one in series.briefs]
    if series.left_out and series.briefs:
        lines.append(texts.html("meet.days.left_out", left_out=series.left_out))
    calendar = [
        button(texts.plain("meet.ics_all"), Ics(meeting=one.id, series=True)) for one in series.briefs[:1]
    ]
    return Page(
        Markup("\n").join(lines),
        keyboard(calendar, [button(texts.plain("meet.list"), List(past=False, page=0))]),
    )


# --- the card -------------------------------------------------------------------------------------


def facts(brief: Brief, *, head: str = "meet.head") -> list[Markup]:
    """What, when, where, and who leads: the lines that every message about a meeting has."""
    lines = [
        texts.html(head, title=brief.title),
        texts.html("meet.unit", unit=brief.unit, kind=brief.kind.name),
        texts.html("meet.time", when=moments.moment(brief.starts, now=brief.now)),
    ]
    if brief.place:
        lines.append(texts.html("meet.place", place=brief.place))
    if brief.link:
        lines.append(texts.html("meet.link", link=brief.link))
    return lines


def card(found: Card, *, note: str | None = None) -> Page:
    """A meeting before check-in opens, or one that was called off."""
    brief, count = found.brief, found.count
    lines = facts(brief)
    if brief.stage is Stage.CANCELLED:
        lines.append(texts.html("meet.is_cancelled"))
        return Page(Markup("\n").join(lines), keyboard([_back()]))
    lines += [
        texts.html(
            "meet.checkin",
            opens=f"{brief.opens:%H:%M}",
            closes=f"{brief.closes:%H:%M}",
            late=f"{brief.late:%H:%M}",
        ),
        texts.html("meet.people", host=brief.host or "—", recorder=brief.recorder or "—"),
    ]
    if brief.agenda:
        lines.append(texts.html("meet.agenda", agenda=brief.agenda))
    lines += [
        Markup(""),
        texts.html("meet.expected", expected=count.expected, may=count.may, voters=count.voters),
    ]
    if found.seats == 0:
        lines.append(texts.html("meet.no_seats"))
    lines.append(_invited(found))
    if note:
        lines += [Markup(""), texts.html(note)]
    return Page(Markup("\n").join(lines), keyboard(*_card_rows(found)))


def _invited(found: Card) -> Markup:
    if found.invitation is None:
        return texts.html("meet.not_invited")
    return texts.html("meet.invited", seen=found.invitation.seen, asked=found.invitation.asked)


def _card_rows(found: Card) -> list[list[InlineKeyboardButton]]:
    brief = found.brief
    names = button(texts.plain("meet.names"), Names(meeting=brief.id, part=Part.ALL, page=0))
    requests = button(texts.plain("meet.leaves"), Requests(meeting=brief.id, page=0))
    refresh = button(texts.plain("meet.refresh"), Open(meeting=brief.id))
    calendar = button(texts.plain("meet.ics"), Ics(meeting=brief.id, series=False))
    if not found.leads:
        return [[names, requests], [calendar, refresh], [_back()]]
    first = [button(texts.plain("meet.invite"), Invite(meeting=brief.id))]
    if found.invitation is not None:
        report = Do(notice=found.invitation.notice_id, deed=Deed.REPORT)
        first = [
            button(texts.plain("meet.receipts"), report),
            button(texts.plain("meet.invite_missing"), Invite(meeting=brief.id)),
        ]
    seats = (
        [button(texts.plain("meet.seats"), Seats(unit=brief.unit_id, page=0))]
        if found.seats is not None
        else []
    )
    return [
        first,
        [names, requests],
        [button(texts.plain("meet.edit"), Edit(meeting=brief.id)), calendar],
        seats,
        [_back(), refresh],
    ]


def edit(found: Card) -> Page:
    """What can be changed."""
    brief = found.brief
    buttons = [
        button(texts.plain(f"meet.field.{field}"), Field(meeting=brief.id, field=field)) for field in FIELDS
    ]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    lines = [*facts(brief), texts.html("meet.people", host=brief.host or "—", recorder=brief.recorder or "—")]
    if brief.agenda:
        lines.append(texts.html("meet.agenda", agenda=brief.agenda))
    lines += [Markup(""), texts.html("meet.edit_what")]
    return Page(
        Markup("\n").join(lines),
        keyboard(
            *rows,
            [button(texts.plain("meet.cancel"), Cancel(meeting=brief.id, sure=False))],
            [button(texts.plain("meet.back"), Open(meeting=brief.id))],
        ),
    )


def ask_field(found: Card, field: str) -> Page:
    """Ask for the new text of a field, or for a name."""
    return Page(
        texts.html(f"meet.ask.{field}", title=found.brief.title),
        keyboard([button(texts.plain("meet.stop"), Edit(meeting=found.brief.id))]),
    )


def ask_end(found: Card) -> Page:
    brief = found.brief
    buttons = [
        button(texts.plain("meet.end", minutes=minutes), End(meeting=brief.id, minutes=minutes))
        for minutes in ENDS
    ]
    rows = [buttons[start : start + 3] for start in range(0, len(buttons), 3)]
    return Page(
        texts.html("meet.ask.end", closes=f"{brief.closes:%H:%M}"),
        keyboard(*rows, [button(texts.plain("meet.back"), Edit(meeting=brief.id))]),
    )


def ask_cancel(found: Card, ahead: Sequence[Brief] = ()) -> Page:
    """`ahead` is what was planned together with it and has not begun."""
    brief = found.brief
    several = (
        [
            button(
                texts.plain("meet.cancel_series", total=len(ahead)),
                CancelSeries(meeting=brief.id, sure=False),
            )
        ]
        if len(ahead) > 1
        else []
    )
    return Page(
        texts.html("meet.ask.cancel", title=brief.title, when=moments.moment(brief.starts, now=brief.now)),
        keyboard(
            [button(texts.plain("meet.cancel_sure"), Cancel(meeting=brief.id, sure=True))],
            several,
            [button(texts.plain("meet.back"), Open(meeting=brief.id))],
        ),
    )


def ask_cancel_series(meeting: int, ahead: Sequence[Brief]) -> Page:
    lines = [texts.html("meet.ask.cancel_series" if ahead else "meet.no_series_left", total=len(ahead))]
    lines += [texts.html("meet.day", when=_titled(one)) for one in ahead]
    sure = button(texts.plain("meet.cancel_series_sure"), CancelSeries(meeting=meeting, sure=True))
    back = button(texts.plain("meet.back"), Open(meeting=meeting))
    return Page(Markup("\n").join(lines), keyboard([sure] if ahead else [], [back]))


def cancelled_series(gone: Sequence[Brief]) -> Page:
    lines = [texts.html("meet.series_cancelled" if gone else "meet.no_series_left", total=len(gone))]
    lines += [texts.html("meet.day", when=_titled(one)) for one in gone]
    return Page(Markup("\n").join(lines), keyboard([_back()]))


def _titled(brief: Brief) -> str:
    return f"{moments.moment(brief.starts, now=brief.now)} {brief.title}"


def invited(result: Invited) -> str:
    """The answer to the button that sends the invitation."""
    key = "meet.invited_now"
    if result.again:
        key = "meet.invited_missing" if result.people else "meet.invited_before"
    return texts.plain(key, people=result.people, unreached=result.unreached)


# --- the committee --------------------------------------------------------------------------------


def whose_committee(found: Units) -> Page:
    rows = [[button(name, Seats(unit=id_, page=0))] for id_, name in found.units]
    turn = turning.row(found.leaf, lambda page: Seats(unit=0, page=page))
    return Page(texts.html("meet.whose_seats"), keyboard(*rows, turn, [_back()]))


def committee(found: Committee) -> Page:
    lines = [texts.html("meet.committee" if found.places else "meet.committee.none", unit=found.unit)]
    lines += [texts.html("meet.seat", title=one.title, name=one.name) for one in found.places]
    remove = [
        button(texts.plain("meet.unseat", name=one.name), Unseat(unit=found.unit_id, seat=one.seat_id))
        for one in found.places
    ]
    rows = [remove[start : start + 2] for start in range(0, len(remove), 2)]
    return Page(
        Markup("\n").join(lines),
        keyboard([button(texts.plain("meet.seat_add"), Seat(unit=found.unit_id))], *rows, [_back()]),
    )


def ask_title() -> Page:
    buttons = [button(texts.plain(f"meet.title.{title}"), Title(title=title)) for title in TITLES]
    rows = [buttons[start : start + 3] for start in range(0, len(buttons), 3)]
    return Page(texts.html("meet.ask_title"), keyboard(*rows, [_stop()]))


def stopped() -> Page:
    return Page(texts.html("meet.stopped"), keyboard([_back()]))


def stop() -> InlineKeyboardButton:
    return _stop()


def _stop() -> InlineKeyboardButton:
    return button(texts.plain("meet.stop"), Stop())


def _back() -> InlineKeyboardButton:
    return button(texts.plain("meet.list"), List(past=False, page=0))
