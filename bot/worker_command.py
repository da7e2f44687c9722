"""`python -m bot worker`: everything but listening."""

import click

from bot import startup
from bot.run_command import serve


@click.command()
@startup.language_option
def worker(language: str) -> None:
    """Only send the outbox and keep the timetable; run beside webhook processes.

    Several may run at once on PostgreSQL. Ctrl-C or SIGTERM finishes what is in work and stops.
    """
    serve(startup.settings_read(language), language=language, listen=False)
