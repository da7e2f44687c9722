"""`python -m bot demo`: the whole product on this machine, with a fictional hospital and a Telegram look-alike."""

import asyncio
import logging
import shutil
import signal
import socket
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from actions import fiction, groups
from actions.app import App
from actions.fiction import Cast, Player
from bot import serve
from bot.settings import read
from bot.startup import told
from bot.texts import DEFAULT
from sandbox.server import Sandbox
from storage import schema

TOKEN = "42:SANDBOX"
FIRST_PORT = 8090
TITLES = {"member": "党员", "secretary": "书记", "administrator": "管理员", "newcomer": "还没加入"}
KINDS = {"full": "党员", "probationary": "预备党员", "mobile": "流动党员", "retired": "离退休党员"}


@click.command()
@click.option("--port", default=FIRST_PORT, show_default=True, help="Port of the page; 0 finds a free one.")
@click.option("--no-browser", is_flag=True, help="Do not open the page in a browser.")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Keep everything here between demos."
)
def demo(port: int, no_browser: bool, data: Path | None) -> None:
    """Try everything in the browser with a fictional hospital; no token needed."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(
        logging.ERROR
    )  # a slow machine runs a tick late; nothing is lost
    with _folder(data) as folder, told(DEFAULT):
        try:
            asyncio.run(_run(folder, port=port, browser=not no_browser))
        except OSError as error:
            raise click.ClickException(
                f"port {port} cannot be used ({error.strerror}); choose another with --port"
            ) from None


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
        yield data
        return
    fresh = Path(tempfile.mkdtemp(prefix="branch-study-demo-"))
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


async def _run(folder: Path, *, port: int, browser: bool) -> None:
    click.echo("Preparing a fictional hospital with 877 members …")
    sandbox = Sandbox(token=TOKEN, data=folder / "sandbox")
    await sandbox.start(port)
    page_port = _free_port()
    settings = read(
        token=TOKEN,
        database_url=f"sqlite:///{folder / 'bot.sqlite3'}",
        api_base=sandbox.api_base,
        webhook_url=None,
        port=page_port,
        page_url=f"http://127.0.0.1:{page_port}",
        tick_seconds=1.0,
    )
    try:
        service = serve.Service(settings, clock=sandbox.now)
        try:
            people = await furnish(service, sandbox)
            await service.start()
            page = f"{sandbox.url}/#as={people.players[0].telegram_id}"
            _tell(people, page)
            if browser:
                webbrowser.open(page)
            await _until_stopped()
        finally:
            await service.stop()
    finally:
        await sandbox.stop()
    click.echo("Stopped.")


def _free_port() -> int:
    """For the page with a meeting's code: its address has to be known before anybody listens there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def furnish(service: serve.Service, sandbox: Sandbox) -> Cast:
    """The fictional hospital in the database and its people in the sandbox; what is there already stays."""
    app = service.app
    fresh = await schema.current(app.db) is None
    await service.prepare()
    if not fresh:
        return await fiction.cast(app)
    people = await fiction.furnish(app)
    _populate(sandbox, people)
    await _found_group(app, sandbox, people)
    return people


def _populate(sandbox: Sandbox, people: Cast) -> None:
    playing = {player.telegram_id: player for player in people.players}
    sandbox.add_people(
        {
            "id": person.telegram_id,
            "first_name": person.name,
            "note": _note(playing.get(person.telegram_id), person.unit, person.kind),
            "featured": person.telegram_id in playing,
            "started": person.joined,
        }
        for person in people.people
    )


async def _found_group(app: App, sandbox: Sandbox, people: Cast) -> None:
    """The first branch has a group, which its secretary has bound."""
    member, secretary = (
        next(one for one in people.players if one.key == key) for key in ("member", "secretary")
    )
    others = [one.telegram_id for one in people.people if one.unit == member.unit and one.joined]
    title = f"{member.unit}（群）"
    chat_id = sandbox.found_group(title, [*dict.fromkeys((member.telegram_id, *others)), "bot"])
    found = await groups.offer(app, secretary.telegram_id, chat_id=chat_id)
    await groups.bind(
        app, secretary.telegram_id, chat_id=chat_id, title=title, unit_id=found.choices[0].unit_id
    )


def _note(player: Player | None, unit: str, kind: str) -> str:
    return f"{unit} · {TITLES[player.key] if player else KINDS[kind]}"


def _tell(people: Cast, page: str) -> None:
    click.echo(f"\nReady: {page}\n")
    for player in people.players:
        click.echo(f"  {TITLES[player.key]}  {player.name}（{player.unit}）")
    click.echo("\nWrite /menu, or /today. Move the clock at the top of the page to see tomorrow's message.")
    click.echo("Everybody and everything in it is made up. Ctrl-C stops it.")


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    await stopped.wait()
