"""`python -m bot run`: serve Telegram."""

import click

from bot import startup


@click.command()
@startup.language_option
def run(language: str) -> None:
    """Serve Telegram: long polling, or a webhook when BOT_WEBHOOK_URL is set.

    Brings the database and the lessons that ship up to date first. Ctrl-C or SIGTERM finishes what is in work and stops.
    """
    settings = startup.settings_read(language)
    startup.serve(settings, language=language, listen=True)
