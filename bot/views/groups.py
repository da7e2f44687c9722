"""Groups bound to units: in the group itself, and listed in private."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from actions.groups import Group, Groups, Offer
from bot import texts
from bot.views import Page, button, keyboard, turning

TITLE = 30  # characters of a group's title on a button


class Choose(CallbackData, prefix="gc"):
    """In a group: a page of the units it may be bound to."""

    page: int


class Bind(CallbackData, prefix="gb"):
    """In a group: bind it to this unit."""

    unit: int


class Leave(CallbackData, prefix="gl"):
    """In a group: leave it as it is."""


class Listing(CallbackData, prefix="gp"):
    """A page of the bound groups."""

    page: int


class Open(CallbackData, prefix="gk"):
    """One bound group."""

    chat: int


class Names(CallbackData, prefix="gn"):
    """Whether boards in the group name people."""

    chat: int
    shown: bool


class Unbind(CallbackData, prefix="gu"):
    """Let a group go."""

    chat: int


# --- in the group ---------------------------------------------------------------------------------


def offer(found: Offer) -> Page:
    """Which unit the group is to belong to."""
    if found.bound and not found.choices:
        return Page(texts.html("groups.bound_already", unit=found.bound))
    key = "groups.offer_bound" if found.bound else "groups.offer"
    rows = [[button(one.name, Bind(unit=one.unit_id))] for one in found.choices]
    leaving = [button(texts.plain("groups.leave"), Leave())]
    return Page(
        texts.html(key, unit=found.bound),
        keyboard(*rows, turning.row(found.leaf, lambda page: Choose(page=page)), leaving),
    )


def bound(group: Group, username: str) -> Page:
    return Page(texts.html("groups.bound", unit=group.unit), keyboard([private(username)]))


def returned(group: Group) -> Page:
    return Page(texts.html("groups.returned", unit=group.unit))


def left() -> Page:
    return Page(texts.html("groups.left"))


def anonymous() -> Page:
    return Page(texts.html("groups.anonymous"))


def hint(username: str) -> Page:
    """Whoever speaks to the bot in a group is asked to come to the private chat."""
    return Page(texts.html("groups.hint"), keyboard([private(username)]))


def private(username: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=texts.plain("groups.private"), url=f"https://t.me/{username}")


# --- in private -----------------------------------------------------------------------------------


def listing(found: Groups, username: str) -> Page:
    """The bound groups, and how to bind one."""
    adding = InlineKeyboardButton(
        text=texts.plain("groups.add"), url=f"https://t.me/{username}?startgroup=bind"
    )
    text = texts.html("groups.head" if found.groups else "groups.none", total=found.leaf.total)
    rows = [[button(_label(one), Open(chat=one.chat_id))] for one in found.groups]
    turn = turning.row(found.leaf, lambda page: Listing(page=page))
    return Page(text + texts.html("groups.how", username=username), keyboard(*rows, turn, [adding]))


def look(group: Group) -> Page:
    text = texts.html(
        "groups.look" if group.there else "groups.look_lost", title=group.title, unit=group.unit
    )
    text += texts.html("groups.names_on" if group.names_shown else "groups.names_off")
    switch = button(
        texts.plain("groups.hide_names" if group.names_shown else "groups.show_names"),
        Names(chat=group.chat_id, shown=not group.names_shown),
    )
    return Page(
        text,
        keyboard(
            [switch],
            [button(texts.plain("groups.unbind"), Unbind(chat=group.chat_id))],
            [button(texts.plain("groups.back"), Listing(page=0))],
        ),
    )


def _label(group: Group) -> str:
    title = group.title if len(group.title) <= TITLE else group.title[: TITLE - 1] + "…"
    return texts.plain("groups.line" if group.there else "groups.line_lost", title=title, unit=group.unit)
