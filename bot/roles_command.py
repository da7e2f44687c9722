"""`python -m bot roles …`: roles and the audit record from the command line."""

import click

from actions import audit as record
from actions import roles as actions
from actions.actors import Console
from actions.app import App
from actions.roles import Holding, Moved
from bot import shell, texts
from bot.views import audit as audit_views
from bot.views import roles as views
from study.members import Role

ROLE = click.Choice([role.value for role in Role])
LANGUAGE = click.option(
    "--language", type=click.Choice(texts.LOCALES), default=texts.DEFAULT, help="Language of the words."
)


@click.group()
def roles() -> None:
    """Grant, withdraw and list roles; show the audit record."""


@roles.command("list")
@LANGUAGE
def list_(language: str) -> None:
    """Who holds what: role, name, own unit, unit of the role; tab-separated."""
    with texts.speaking(language):
        for one in shell.run(_all_held):
            click.echo("\t".join((views.role_name(one.role), one.name, one.home, one.unit)))


@roles.command()
@click.argument("person")
@click.option("--role", type=ROLE, default=Role.SECRETARY.value, show_default=True)
@click.option("--unit", help="The unit it holds for; without one the top of the tree.")
@LANGUAGE
def grant(person: str, role: str, unit: str | None, language: str) -> None:
    """Grant a role to PERSON, a name or a staff number."""
    with texts.speaking(language):
        moved = shell.run(lambda app: _grant(app, person, Role(role), unit))
        click.echo(_line(moved))


@roles.command()
@click.argument("person")
@click.option("--role", type=ROLE, default=Role.SECRETARY.value, show_default=True)
@click.option("--unit", help="The unit it holds for; may be left out when there is only one.")
@LANGUAGE
def withdraw(person: str, role: str, unit: str | None, language: str) -> None:
    """Withdraw a role from PERSON, a name or a staff number."""
    with texts.speaking(language):
        moved = shell.run(lambda app: _withdraw(app, person, Role(role), unit))
        click.echo(_line(moved))


@roles.command()
@click.option("--limit", default=50, show_default=True, help="How many entries, the newest first.")
@LANGUAGE
def audit(limit: int, language: str) -> None:
    """Who did what."""
    with texts.speaking(language):
        for deed in shell.run(lambda app: record.page(app, Console.SHELL, limit=limit)).deeds:
            click.echo(f"{deed.at:%Y-%m-%d %H:%M}\t{audit_views.sentence(deed)}")


async def _grant(app: App, person: str, role: Role, unit: str | None) -> Moved:
    member_id = await shell.member_named(app, person)
    if unit is None:
        unit_id = (await actions.top(app, Console.SHELL)).unit_id
    else:
        unit_id = (await actions.unit_named(app, Console.SHELL, name=unit)).unit_id
    return await actions.grant(app, Console.SHELL, member_id=member_id, role=role, unit_id=unit_id)


async def _withdraw(app: App, person: str, role: Role, unit: str | None) -> Moved:
    held = await actions.held_by(app, Console.SHELL, member_id=await shell.member_named(app, person))
    wanted = unit and (await actions.unit_named(app, Console.SHELL, name=unit)).name
    found = [one for one in held if one.role is role and wanted in (None, one.unit)]
    if len(found) != 1:
        raise click.ClickException(texts.plain("roles.cli_which", count=len(found)))
    return await actions.withdraw(app, Console.SHELL, role_id=found[0].role_id)


async def _all_held(app: App) -> list[Holding]:
    held: list[Holding] = []
    page, pages = 0, 1
    while page < pages:
        found = await actions.holders(app, Console.SHELL, page=page)
        held += found.holdings
        page, pages = page + 1, found.leaf.pages
    return held


def _line(moved: Moved) -> str:
    return "\t".join((views.role_name(moved.role), moved.name, moved.unit))
