"""`python -m bot run`: serve Telegram."""

import asyncio
import errno

import click

from bot import app as parts
from bot import serve as serving
from bot import startup
from bot.settings import Settings
from bot.texts import text

# Why a port cannot be listened on.
NO_SUCH_PLACE = (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES)


@click.command()
@startup.language_option
def run(language: str) -> None:
    """Serve Telegram: long polling, or a webhook when BOT_WEBHOOK_URL is set.

    Brings the database and the lessons that ship up to date first. Ctrl-C or SIGTERM finishes what is in work and stops.
    """
    serve(startup.settings_read(language), language=language, listen=True)


def serve(settings: Settings, *, language: str, listen: bool) -> None:
    """Prepare and serve until told to stop."""

    async def work() -> None:
        parts.token(settings)  # first, so that nothing is made when it is missing
        await startup.prepare(settings)
        await serving.run(settings, listen=listen)

    with startup.told(language):
        try:
            asyncio.run(work())
        except OSError as error:
            if error.errno not in NO_SUCH_PLACE:
                raise
            raise click.ClickException(
                text("startup.port", language, host=settings.host, port=settings.port, reason=error.strerror)
            ) from None
