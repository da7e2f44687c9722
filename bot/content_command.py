"""`python -m bot content …`: work on content packs without a bot."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from bot.content_banks import export, import_, template
from bot.content_live import publish, rollback, versions
from bot.settings import ROOT
from bot.texts import DEFAULT, LOCALES, text
from bot.views import packs as views
from storage import lexicon, packfiles
from study import packs
from study.grading import Grader
from study.packs import Fault


@click.group()
def content() -> None:
    """Work on content packs."""


@content.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--language", type=click.Choice(LOCALES), default=DEFAULT, help="Language of the findings.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day to compare review dates with.")
def check(path: Path, language: str, today: datetime | None) -> None:
    """Check the pack at PATH: every fault with file, line and how to mend it.

    PATH is a folder, a YAML file or a zip of either. Exit code 1 when the pack cannot be used.
    """
    files = packfiles.read(path)
    reading = packs.read(files.documents, pictures=files.formats, faults=files.faults)
    if reading.pack is None:
        _print(reading.faults, language)
        click.echo(text("pack.check.faults", language, count=len(reading.faults)))
        raise SystemExit(1)
    for line in views.summary(reading.pack, pictures=len(files.pictures), locale=language):
        click.echo(line)
    day = today.date() if today else _today()
    advice = packs.advise(
        reading.pack, places=reading.places, grader=Grader(lexicon.read(ROOT / "content")), today=day
    )
    click.echo(text("pack.check.advice" if advice else "pack.check.no_advice", language, count=len(advice)))
    _print(advice, language)


content.add_command(import_)
content.add_command(export)
content.add_command(template)
content.add_command(publish)
content.add_command(versions)
content.add_command(rollback)


def _print(found: tuple[Fault, ...], language: str) -> None:
    for line in views.findings(found, language):
        click.echo(line)


def _today() -> date:
    return datetime.now(UTC).date()
