"""`python -m bot roster …`: the roster from the command line."""

from pathlib import Path

import click
from aiogram.utils.deep_linking import create_deep_link
from markupsafe import Markup

from actions import invites, roles
from actions import roster as actions
from actions.actors import Console
from actions.app import App
from actions.invites import Invitation
from actions.roster import Imported, Preview
from bot import shell, texts
from bot.views import invites as invites_views
from bot.views import roster as views
from bot.views import rosterfiles


@click.group()
def roster() -> None:
    """Import and list the roster of members."""


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Take the file over without asking.")
@click.option("--full", is_flag=True, help="The file is the whole roster: whoever is not in it leaves.")
@click.option(
    "--language", type=click.Choice(texts.LOCALES), default=texts.DEFAULT, help="Language of the words."
)
def import_(file: Path, yes: bool, full: bool, language: str) -> None:
    """Bring the roster up to date from an .xlsx or .csv FILE.

    Shows what would change, asks, and takes over all of it or nothing. Exit code 1 when the file has faults.
    """
    with texts.speaking(language):
        data = file.read_bytes()
        preview = shell.run(lambda app: actions.read(app, Console.SHELL, data=data, full=full))
        click.echo("\n".join(views.lines(preview)))
        if preview.proposal.faults:
            raise SystemExit(1)
        if preview.proposal.is_empty:
            return
        if not yes:
            click.confirm(texts.plain("roster.cli_confirm"), abort=True)
        _take_over(preview)


def _take_over(preview: Preview) -> None:
    result = shell.run(
        lambda app: actions.confirm(
            app,
            Console.SHELL,
            people=preview.people,
            full=preview.proposal.full,
            digest=preview.proposal.digest,
        )
    )
    if not isinstance(result, Imported):
        raise click.ClickException(texts.plain("roster.changed_meanwhile"))
    click.echo(_bare(views.done(result).text))


@roster.command("list")
@click.option("--unit", help="Only this unit and those below it.")
@click.option(
    "--language", type=click.Choice(texts.LOCALES), default=texts.DEFAULT, help="Language of the words."
)
def list_(unit: str | None, language: str) -> None:
    """Who is on the roster: name, staff number, unit, kind, vote, joined; tab-separated."""
    with texts.speaking(language):
        unit_id = None
        if unit is not None:
            unit_id = shell.run(lambda app: roles.unit_named(app, Console.SHELL, name=unit)).unit_id
        for line in shell.run(lambda app: actions.listing(app, Console.SHELL, unit_id=unit_id)):
            click.echo("\t".join(rosterfiles.cells(line)))


@roster.command()
@click.argument("unit")
@click.argument("zone")
@click.option(
    "--language", type=click.Choice(texts.LOCALES), default=texts.DEFAULT, help="Language of the words."
)
def zone(unit: str, zone: str, language: str) -> None:
    """Say that UNIT and all below it are in the time zone ZONE, such as Asia/Urumqi."""
    with texts.speaking(language):
        place = shell.run(lambda app: roles.unit_named(app, Console.SHELL, name=unit))
        count = shell.run(lambda app: actions.set_zone(app, Console.SHELL, unit_id=place.unit_id, zone=zone))
        click.echo(texts.plain("roster.cli_zone", unit=place.name, count=count, zone=zone))


@roster.command()
@click.argument("person")
@click.option(
    "--language", type=click.Choice(texts.LOCALES), default=texts.DEFAULT, help="Language of the words."
)
def invite(person: str, language: str) -> None:
    """Make a one-time link for PERSON, a name or a staff number; an older one stops working.

    So the first administrator comes in; everybody else is invited in chat.
    """
    with texts.speaking(language):
        invitation, username = shell.run(lambda app: _invited(app, person))
        words = {
            "name": invitation.name,
            "unit": invitation.unit,
            **invites_views.until(invitation.expires_at),
        }
        if username:
            link = create_deep_link(username, "start", invitation.token)
            click.echo(texts.plain("roster.cli_invite", link=link, **words))
        else:
            click.echo(texts.plain("roster.cli_invite_typed", token=invitation.token, **words))


async def _invited(app: App, person: str) -> tuple[Invitation, str]:
    """The invitation, and the bot's name as far as Telegram can be asked for it."""
    made = await invites.make(app, Console.SHELL, member_id=await shell.member_named(app, person))
    return made, await shell.username()


@roster.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--language", type=click.Choice(texts.LOCALES), default=texts.DEFAULT, help="Language of the words."
)
def template(file: Path, language: str) -> None:
    """Write an example workbook to FILE, to be filled in."""
    with texts.speaking(language):
        file.write_bytes(rosterfiles.template())


def _bare(text: str) -> str:
    return Markup(text).striptags()
