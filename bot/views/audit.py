"""The audit record in plain sentences."""

from aiogram.filters.callback_data import CallbackData
from markupsafe import Markup

from actions.audit import Deed, Deeds
from bot import texts
from bot.views import Page, button, keyboard

# Of these deeds, one detail decides what is said: `audit.<action>.<detail>`.
DECIDING = ("role", "on", "state")


class Older(CallbackData, prefix="au"):
    """Entries before this one; 0 is the newest page."""

    before: int


def page(deeds: Deeds, *, newest: bool) -> Page:
    lines = [texts.html("audit.head"), Markup("")]
    lines += [texts.html("audit.line", at=f"{one.at:%m-%d %H:%M}", what=sentence(one)) for one in deeds.deeds]
    if not deeds.deeds:
        lines.append(texts.html("audit.none"))
    row = [] if newest else [button(texts.plain("audit.newest"), Older(before=0))]
    if deeds.older is not None:
        row.append(button(texts.plain("audit.older"), Older(before=deeds.older)))
    return Page(Markup("\n").join(lines), keyboard(row) if row else None)


def sentence(deed: Deed) -> str:
    """Who did what; a deed that has no words of its own is named as it is stored."""
    key = f"audit.{deed.action}"
    for name in DECIDING:
        if name in deed.details and texts.has(f"{key}.{deed.details[name]}"):
            key = f"{key}.{deed.details[name]}"
    details = {name: value for name, value in deed.details.items() if name not in ("actor", "unit", "member")}
    params = {
        **details,
        "actor": deed.actor or texts.plain("audit.program"),
        "member": deed.member or texts.plain("audit.somebody"),
        "unit": deed.unit or texts.plain("audit.something"),
    }
    if not texts.has(key):
        return texts.plain("audit.other", **{**params, "action": deed.action})
    return texts.plain(key, **params)
