"""A member's own choices."""

from actions.app import App
from storage import members

DEFAULT_LOCALE = "zh"


async def locale_of(app: App, telegram_id: int) -> str:
    """The language to speak to this account in; strangers get the default."""
    async with app.db.reading() as tx:
        found = await members.by_chat(tx, telegram_id)
        return found.member.locale if found else DEFAULT_LOCALE
