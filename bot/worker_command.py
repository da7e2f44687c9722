"""`python -m bot worker`: everything but listening."""

import click

from bot import startup


@click.command()
@startup.language_option
def worker(language: str) -> None:
    """Only send the outbox and keep the timetable; run beside webhook processes.

    Several may run at once on PostgreSQL. Ctrl-C or SIGTERM finishes what is in work and stops.
    """
    settings = startup.settings_read(language)
    startup.serve(settings, language=language, listen=False)
