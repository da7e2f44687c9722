"""`python -m bot content publish|versions|rollback`: what is live, from the command line."""

from pathlib import Path

import click

from actions import packs as actions
from actions.actors import Console
from bot import shell, texts
from bot.views import packroom
from bot.views import packs as views
from storage import uploads
from study.calendar import DEFAULT_ZONE, local

LANGUAGE = click.option(
    "--language", type=click.Choice(texts.LOCALES), default=texts.DEFAULT, help="Language of the words."
)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@LANGUAGE
def publish(path: Path, yes: bool, language: str) -> None:
    """Make the pack at PATH live: shows what would change, and asks.

    PATH is a folder, a YAML file, a zip of either, or a question bank. Exit code 1 when it has faults.
    """
    with texts.speaking(language):
        upload = uploads.read_path(path, explain=views.explanation)
        if upload.pack is None or upload.faults:
            for line in views.findings(upload.faults, language):
                click.echo(line)
            click.echo(texts.plain("packs.cli_faults", count=len(upload.faults)))
            raise SystemExit(1)
        pack, pictures = upload.pack, upload.pictures
        change = shell.run(lambda app: actions.compare(app, Console.SHELL, pack, files=pictures))
        for figures in packroom.counts(change):
            click.echo(figures.unescape())
        if change and not yes:
            click.confirm(texts.plain("packs.cli_confirm"), abort=True)
        done = shell.run(lambda app: actions.publish(app, Console.SHELL, pack, files=pictures))
        key = "packs.cli_published" if done.version else "packs.cli_unchanged"
        click.echo(texts.plain(key, pack=done.pack_id, version=done.version))


@click.command()
def versions() -> None:
    """What was live when, the newest first: version, pack, title, moment, * for live; tab-separated."""
    for one in shell.run(lambda app: actions.versions(app, Console.SHELL)):
        at = f"{local(one.published_at, DEFAULT_ZONE):%Y-%m-%d %H:%M}"
        click.echo("\t".join((str(one.id), one.pack_id, one.title, at, "*" if one.live else "")))


@click.command()
@click.argument("version", type=int)
@LANGUAGE
def rollback(version: int, language: str) -> None:
    """Make an earlier VERSION live again, as a new one."""
    with texts.speaking(language):
        done = shell.run(lambda app: actions.roll_back(app, Console.SHELL, version=version))
        click.echo(texts.plain("packs.cli_published", pack=done.pack_id, version=done.version))
