"""`python -m bot export …`: what an inspector asks for, from the command line."""

from pathlib import Path

import click

from actions import recordbook, roles
from actions.actors import Console
from bot import shell, texts
from bot.views import ledgerfiles


@click.group()
def export() -> None:
    """Write the ledger of meetings to a file."""


@export.command()
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The .xlsx to write."
)
@click.option("--year", type=click.IntRange(2000, 2100), help="Which year; this one unless said otherwise.")
@click.option("--unit", help="Only this unit and those below it.")
@click.option(
    "--language", type=click.Choice(texts.LOCALES), default=texts.DEFAULT, help="Language of the words."
)
def ledger(out: Path, year: int | None, unit: str | None, language: str) -> None:
    """The meetings of a year as a workbook, ready to print: a summary and a sheet a kind.

    With --unit of a single branch also the roll of each meeting.
    """
    with texts.speaking(language):
        unit_id = None
        if unit is not None:
            unit_id = shell.run(lambda app: roles.unit_named(app, Console.SHELL, name=unit)).unit_id
        book = shell.run(lambda app: recordbook.year(app, Console.SHELL, unit_id=unit_id, year=year))
        out.write_bytes(ledgerfiles.year(book))
        click.echo(
            texts.plain("ledger.cli_done", file=out, unit=book.unit, year=book.year, total=len(book.entries))
        )
