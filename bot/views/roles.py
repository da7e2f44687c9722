"""Who holds what, and granting and withdrawing it."""

from aiogram.filters.callback_data import CallbackData

from actions.roles import Found, Holding, Holdings, Moved, Offer
from bot import texts
from bot.views import Page, button, keyboard, turning
from study.members import Role

ROLES = {"s": Role.SECRETARY, "a": Role.ADMINISTRATOR}  # buttons carry 64 bytes only
LETTERS = {role: letter for letter, role in ROLES.items()}


class Open(CallbackData, prefix="rh"):
    """A page of who holds what."""

    page: int


class Choose(CallbackData, prefix="rx"):
    """A role that may be withdrawn: asked first."""

    role: int


class Withdraw(CallbackData, prefix="rw"):
    role: int


class Search(CallbackData, prefix="rf"):
    """Look for whom to grant a role."""


class Found_(CallbackData, prefix="rg"):
    """Another page of what was found; the query is in the dialogue."""

    page: int


class Which(CallbackData, prefix="rm"):
    """Which role for this member."""

    member: int


class Where(CallbackData, prefix="ru"):
    """For which unit."""

    member: int
    role: str
    page: int


class Grant(CallbackData, prefix="ry"):
    member: int
    role: str
    unit: int


def holders(result: Holdings) -> Page:
    text = texts.html("roles.head")
    if not result.holdings:
        text += "\n\n" + texts.html("roles.none")
    return Page(
        text,
        keyboard(
            *([button(_line(one), Choose(role=one.role_id))] for one in result.holdings),
            turning.row(result.leaf, lambda page: Open(page=page)),
            [button(texts.plain("roles.grant"), Search())],
        ),
    )


def ask_name() -> Page:
    return Page(texts.html("roles.ask_name"))


def found(result: Found) -> Page:
    key = "roles.found" if result.people else "roles.found_none"
    return Page(
        texts.html(key, query=result.query, total=result.leaf.total),
        keyboard(
            *(
                [
                    button(
                        texts.plain("roles.person", name=one.name, unit=one.unit), Which(member=one.member_id)
                    )
                ]
                for one in result.people
            ),
            turning.row(result.leaf, lambda page: Found_(page=page)),
            [button(texts.plain("roles.back"), Open(page=0))],
        ),
    )


def which(offer: Offer) -> Page:
    member = offer.member_id
    return Page(
        texts.html("roles.which", name=offer.name, home=offer.home),
        keyboard(
            *(
                [button(role_name(role), Where(member=member, role=letter, page=0))]
                for letter, role in ROLES.items()
            ),
            [button(texts.plain("roles.back"), Open(page=0))],
        ),
    )


def where(offer: Offer, letter: str) -> Page:
    member = offer.member_id
    return Page(
        texts.html("roles.where", name=offer.name, home=offer.home, role=role_name(ROLES[letter])),
        keyboard(
            *(
                [button(place.name, Grant(member=member, role=letter, unit=place.unit_id))]
                for place in offer.places
            ),
            turning.row(offer.leaf, lambda page: Where(member=member, role=letter, page=page)),
            [button(texts.plain("roles.back"), Which(member=member))],
        ),
    )


def ask_withdraw(one: Holding) -> Page:
    text = texts.html(
        "roles.ask_withdraw", name=one.name, home=one.home, unit=one.unit, role=role_name(one.role)
    )
    return Page(
        text,
        keyboard(
            [button(texts.plain("roles.withdraw"), Withdraw(role=one.role_id))],
            [button(texts.plain("roles.back"), Open(page=0))],
        ),
    )


def granted(moved: Moved) -> Page:
    return _moved("roles.granted", moved)


def withdrawn(moved: Moved) -> Page:
    return _moved("roles.withdrawn", moved)


def role_name(role: Role) -> str:
    return texts.plain(f"roles.role.{role}")


def _moved(key: str, moved: Moved) -> Page:
    text = texts.html(key, name=moved.name, unit=moved.unit, role=role_name(moved.role))
    return Page(text, keyboard([button(texts.plain("roles.back"), Open(page=0))]))


def _line(one: Holding) -> str:
    return texts.plain("roles.line", role=role_name(one.role), name=one.name, unit=one.unit)
