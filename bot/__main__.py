"""The command line: `python -m bot --help`."""

from importlib import import_module

import click

from bot import quickstart

# name -> (module, one line). Modules are imported when their command is used, so that --help is quick.
COMMANDS = {
    "run": ("bot.run_command", "Serve Telegram: long polling, or a webhook when BOT_WEBHOOK_URL is set."),
    "demo": ("bot.demo_command", "Try everything in the browser with a fictional hospital; no token needed."),
    "worker": (
        "bot.worker_command",
        "Only send the outbox and keep the timetable; run beside webhook processes.",
    ),
    "migrate": ("bot.migrate_command", "Bring the database to the shape this version expects."),
    "doctor": ("bot.doctor_command", "Check settings, database, token, time zone, fonts and content."),
    "roster": ("bot.roster_command", "Import and list the roster of members."),
    "roles": ("bot.roles_command", "Grant, withdraw and list roles; show the audit record."),
    "export": ("bot.export_command", "Write the ledger of meetings as a workbook."),
    "content": ("bot.content_command", "Check and publish content packs."),
    "grade": ("bot.grade_command", "Mark a file of short answers, with a report."),
}


class Commands(click.Group):
    """Finds a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        with quickstart.importing():
            command = getattr(import_module(COMMANDS[name][0]), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands)
def main() -> None:
    """The branch study bot: a hospital Party committee's study assistant on Telegram."""


if __name__ == "__main__":
    main.main(prog_name="python -m bot")
