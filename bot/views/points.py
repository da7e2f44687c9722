"""The points ledger: every line explains itself."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions.points import Entry, Given, Ledger
from bot import texts
from bot.views import Page, button, keyboard

AMOUNTS = (1, 2, 3, 5, 10)
MOST_FOUND = 16  # people offered at once


class Mine(CallbackData, prefix="pm"):
    """A page of one's own ledger."""

    page: int


class Theirs(CallbackData, prefix="pt"):
    """A page of a member's ledger, for the secretary."""

    member: int
    page: int


class Give(CallbackData, prefix="pg"):
    """Begin to give points to a member."""

    member: int


class Amount(CallbackData, prefix="pa"):
    """So many points for this member."""

    member: int
    amount: int


class Undo(CallbackData, prefix="pu"):
    """Begin to reverse an entry."""

    entry: int


class Stop(CallbackData, prefix="px"):
    """Give no points after all."""


class Search(CallbackData, prefix="ps"):
    """Look for a member to give points to."""


def ledger(page: Ledger) -> Page:
    """A page of entries with their reasons; secretaries may give and reverse from here."""
    head = "points.mine" if page.own else "points.theirs"
    lines = [texts.html(head, name=page.name, season=page.season, points=page.total), Markup("")]
    lines += [_line(entry, page.season) for entry in page.entries] or [texts.html("points.none")]
    turning = []
    for number, label in ((page.page - 1, "points.newer"), (page.page + 1, "points.older")):
        if 0 <= number < page.pages:
            data = Mine(page=number) if page.own else Theirs(member=page.member_id, page=number)
            turning.append(button(texts.plain(label), data))
    giving = []
    if page.may_give and not page.own:
        giving.append(button(texts.plain("points.give"), Give(member=page.member_id)))
    elif page.may_give:
        giving.append(button(texts.plain("points.search"), Search()))
    undoing = [
        button(texts.plain("points.undo", number=entry.id), Undo(entry=entry.id))
        for entry in page.entries
        if page.may_give and not page.own and not entry.reverses and not entry.reversed
    ]
    rows = [undoing[start : start + 3] for start in range(0, len(undoing), 3)]
    return Page(Markup("\n").join(lines), keyboard(turning, giving, *rows))


def ask_name() -> Page:
    return Page(texts.html("points.ask_name"), keyboard([_stop()]))


def found(people: list[tuple[int, str, str]]) -> Page:
    """Whom did you mean?"""
    if not people:
        return Page(texts.html("points.nobody"), keyboard([_stop()]))
    shown = people[:MOST_FOUND]
    rows = [[button(f"{name} · {unit}", Theirs(member=id_, page=0))] for id_, name, unit in shown]
    more = len(people) - len(shown)
    head = texts.html("points.whom_more", more=more) if more else texts.html("points.whom")
    return Page(head, keyboard(*rows, [_stop()]))


def ask_amount(member: Ledger) -> Page:
    amounts = [button(f"+{amount}", Amount(member=member.member_id, amount=amount)) for amount in AMOUNTS]
    return Page(texts.html("points.ask_amount", name=member.name), keyboard(amounts, [_stop()]))


def ask_reason(member: Ledger, amount: int) -> Page:
    head = texts.html("points.ask_reason", name=member.name, amount=f"{amount:+d}")
    return Page(head, keyboard([_stop()]))


def ask_undo_reason(number: int) -> Page:
    return Page(texts.html("points.ask_undo_reason", number=number), keyboard([_stop()]))


def given(result: Given) -> Page:
    key = "points.given" if result.amount else "points.given_before"
    return Page(texts.html(key, name=result.name, amount=f"{result.amount:+d}", total=result.total))


def stopped() -> Page:
    return Page(texts.html("points.stopped"))


def _stop() -> InlineKeyboardButton:
    return button(texts.plain("points.stop"), Stop())


def _line(entry: Entry, season: int) -> Markup:
    words = texts.plain(f"points.action.{entry.action}")
    details = dict(entry.details)
    more = (
        details.get("reason")
        or details.get("lesson")
        or details.get("question")
        or details.get("title")
        or ""
    )
    if "because" in details:
        more = " ".join([texts.plain(f"points.because.{details['because']}"), more]).strip()
    day = entry.day
    on = "points.on" if day.year == season else "points.on_other_year"
    key = "points.reversal" if entry.reverses else "points.undone" if entry.reversed else "points.entry"
    return texts.html(
        key,
        number=entry.id,
        on=texts.plain(on, year=day.year, month=day.month, day=day.day),
        amount=f"{entry.amount:+d}",
        action=words,
        of=details.get("of", ""),
        more=f"：{more}" if more else "",
    )
