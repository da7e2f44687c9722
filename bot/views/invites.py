"""Ways in: who has none yet, and the link for one person."""

from datetime import datetime
from io import BytesIO

import segno
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions.invites import Candidate, Candidates, Invitation, Slips, Units, UnitWaiting
from bot import texts
from bot.views import Page, button, keyboard, turning
from study.calendar import DEFAULT_ZONE, day_of

LEFT_OUT_SHOWN = 10
QR_SCALE = 6  # pixels a module


class Branches(CallbackData, prefix="ib"):
    """The units with how many are missing."""

    page: int


class People(CallbackData, prefix="iu"):
    """Who of a unit has not joined."""

    unit: int
    page: int


class Found(CallbackData, prefix="ig"):
    """Another page of what was searched for; the query is in the dialogue."""

    page: int


class Find(CallbackData, prefix="if"):
    """Look for somebody by name."""


class Make(CallbackData, prefix="im"):
    """A new link for this person."""

    member: int


class Revoke(CallbackData, prefix="ix"):
    member: int


class Print(CallbackData, prefix="ip"):
    """Slips for a unit: asked first, then made."""

    unit: int
    sure: bool


def units(result: Units) -> Page:
    return Page(
        texts.html("invite.units", people=result.people, waiting=result.waiting),
        keyboard(
            *([_unit(one)] for one in result.units),
            turning.row(result.leaf, lambda page: Branches(page=page)),
            [button(texts.plain("invite.find"), Find())],
        ),
    )


def waiting(result: Candidates) -> Page:
    """Who of a unit has not joined."""
    assert result.unit_id is not None
    unit = result.unit_id
    back = [button(texts.plain("invite.back"), Branches(page=0))]
    if not result.people:
        return Page(texts.html("invite.nobody_waiting", unit=result.unit), keyboard(back))
    return Page(
        texts.html("invite.waiting", unit=result.unit, total=result.leaf.total),
        keyboard(
            *([_person(one, at_home=one.unit == result.unit)] for one in result.people),
            turning.row(result.leaf, lambda page: People(unit=unit, page=page)),
            [button(texts.plain("invite.print"), Print(unit=unit, sure=False))],
            back,
        ),
    )


def found(result: Candidates) -> Page:
    """Whoever the query may mean, joined or not."""
    back = [button(texts.plain("invite.find"), Find()), button(texts.plain("invite.back"), Branches(page=0))]
    key = "invite.found" if result.people else "invite.found_none"
    return Page(
        texts.html(key, query=result.query, total=result.leaf.total),
        keyboard(
            *([_person(one, at_home=False)] for one in result.people),
            turning.row(result.leaf, lambda page: Found(page=page)),
            back,
        ),
    )


def ask_name() -> Page:
    return Page(texts.html("invite.ask_name"))


def made(invitation: Invitation, url: str) -> Page:
    """The link as the secretary forwards it; it is the caption of the QR picture."""
    key = "invite.made_rebind" if invitation.joined else "invite.made"
    return Page(
        texts.html(key, name=invitation.name, url=Markup(url), **until(invitation.expires_at)),
        keyboard([button(texts.plain("invite.revoke"), Revoke(member=invitation.member_id))]),
    )


def ask_print(result: Candidates) -> Page:
    assert result.unit_id is not None
    return Page(
        texts.html("invite.print_ask", unit=result.unit, total=result.leaf.total),
        keyboard(
            [button(texts.plain("invite.print_sure"), Print(unit=result.unit_id, sure=True))],
            [button(texts.plain("invite.back"), Branches(page=0))],
        ),
    )


def printed(slips: Slips) -> str:
    """The caption of the slips."""
    until_ = until(slips.invitations[0].expires_at)
    text = texts.html("invite.printed", unit=slips.unit, total=len(slips.invitations), **until_)
    if slips.left_out:
        text += texts.html("invite.left_out", names="、".join(slips.left_out[:LEFT_OUT_SHOWN]))
    return text


def qr(url: str) -> bytes:
    """The link as a PNG to be scanned."""
    out = BytesIO()
    segno.make_qr(url, error="m").save(out, kind="png", scale=QR_SCALE, border=4)
    return out.getvalue()


def until(expires_at: datetime) -> dict[str, int]:
    """Month and day before which a link has to be used."""
    day = day_of(expires_at, DEFAULT_ZONE)
    return {"month": day.month, "day": day.day}


def _unit(one: UnitWaiting) -> InlineKeyboardButton:
    key = "invite.unit" if one.waiting else "invite.unit_done"
    return button(texts.plain(key, name=one.name, waiting=one.waiting), People(unit=one.unit_id, page=0))


def _person(one: Candidate, *, at_home: bool) -> InlineKeyboardButton:
    key = "invite.person"
    if one.joined:
        key = "invite.person_joined"
    elif one.invited:
        key = "invite.person_invited"
    label = texts.plain(key, name=one.name)
    if not at_home:
        label = texts.plain("invite.person_elsewhere", label=label, unit=one.unit)
    return button(label, Make(member=one.member_id))
