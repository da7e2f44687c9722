"""`python -m bot doctor`: what is wrong here, and how to mend it."""

import asyncio
from collections.abc import AsyncIterator

import click

from bot import doctor as checks
from bot import startup
from bot.doctor import Finding, Mark
from bot.settings import SettingsFault, read
from bot.texts import text


@click.command()
@startup.language_option
@click.option(
    "--only",
    type=click.Choice(list(checks.CHECKS)),
    multiple=True,
    help="Check this alone (may be repeated); the settings are always checked.",
)
def doctor(language: str, only: tuple[str, ...]) -> None:
    """Check settings, database, token, time zone, fonts and content.

    Prints a line for each thing: ✓ is well, ! is worth a look, ✗ has to be mended. Exit code 1 when there is any ✗.
    Nothing is changed, and no secret is shown.
    """
    if not asyncio.run(_examine(language, only or tuple(checks.CHECKS))):
        raise SystemExit(1)


async def _examine(language: str, names: tuple[str, ...]) -> bool:
    """Print every finding as it is made; whether everything can be used."""
    well = True
    async for finding in _findings(names):
        well = well and finding.mark is not Mark.FAULT
        click.echo(f"{finding.mark} {text(f'doctor.{finding.key}', language, **finding.params)}")
    return well


async def _findings(names: tuple[str, ...]) -> AsyncIterator[Finding]:
    try:
        settings = read()
    except SettingsFault as faults:
        for line in str(faults).splitlines():
            yield checks.fault("settings.fault", reason=line)
        return
    yield checks.good("settings.good")
    for name in names:
        for finding in await checks.CHECKS[name](settings):
            yield finding
