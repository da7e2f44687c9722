"""The whole program as a process of its own, so that it can be killed."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Seconds that the tests wait for what has to happen; a busy machine takes half a minute to start the program.
PATIENCE = 150.0

# The first argument is how many seconds the clock of this process is ahead.
PROGRAM = """
import asyncio, logging, sys
from datetime import timedelta
from bot import serve, settings
from bot.app import utc_now
logging.basicConfig(level="INFO", stream=sys.stderr)
logging.getLogger("aiogram.event").setLevel("WARNING")
ahead = timedelta(seconds=float(sys.argv[1]))
asyncio.run(serve.run(settings.read(), clock=lambda: utc_now() + ahead))
"""


class Running:
    """A process of the program; `log` is what it wrote."""

    def __init__(self, process: Process, folder: Path) -> None:
        self.process = process
        self._log = folder / "log.txt"

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    def kill(self) -> None:
        """As a power cut would: nothing is finished."""
        self.process.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    async def ended(self) -> int:
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()


@asynccontextmanager
async def running(folder: Path, *, ahead: float = 0.0, **settings: object) -> AsyncIterator[Running]:
    """Start the program with these settings; stopped in the end if it still runs."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    environment |= {f"BOT_{name.upper()}": str(value) for name, value in settings.items()}
    environment["PYTHONPATH"] = str(ROOT)
    with (folder / "log.txt").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, str(ahead), cwd=folder, env=environment, stderr=log
        )
        program = Running(process, folder)
        try:
            yield program
        finally:
            if process.returncode is None:
                program.terminate()
                await program.ended()


# Each line it reads is a life of the program: forked, so that twenty of them need not import and read everything twenty
# times.
LIVES = """
import asyncio, logging, os, sys
from datetime import timedelta
from bot import app, serve, settings, texts
from bot.app import utc_now
from storage import schema
async def warm():
    db = app.open_database(settings.read())
    await schema.upgrade(db)
    await db.close()
asyncio.run(warm())
for locale in texts.LOCALES:
    texts.catalogue(locale)
logging.basicConfig(level="INFO", stream=sys.stderr)
logging.getLogger("aiogram.event").setLevel("WARNING")
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        ahead = timedelta(seconds=float(line))
        asyncio.run(serve.run(settings.read(), clock=lambda: utc_now() + ahead))
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Lives:
    """The program again and again, each time a process of its own: `pid` while it lives; `log` is what they wrote."""

    def __init__(self, process: Process, log: Path) -> None:
        self._process = process
        self._log = log
        self.pid: int | None = None

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    async def begin(self, *, ahead: float) -> None:
        """Start the program with its clock so many seconds ahead."""
        assert self._process.stdin
        self._process.stdin.write(f"{ahead}\n".encode())
        self.pid = int(await self._line())

    async def end(self, number: signal.Signals) -> int:
        """Send it this signal; how it ended."""
        assert self.pid
        os.kill(self.pid, number)
        self.pid, ended = None, int(await self._line())
        return ended

    async def _line(self) -> bytes:
        assert self._process.stdout
        async with asyncio.timeout(PATIENCE):
            return await self._process.stdout.readline()


@asynccontextmanager
async def lives(folder: Path, **settings: object) -> AsyncIterator[Lives]:
    """A place to start the program from with these settings; begin and end as often as wanted."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    environment |= {f"BOT_{name.upper()}": str(value) for name, value in settings.items()}
    environment["PYTHONPATH"] = str(ROOT)
    with (folder / "log.txt").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", LIVES),
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        program = Lives(process, folder / "log.txt")
        try:
            yield program
        finally:
            if program.pid:
                await program.end(signal.SIGKILL)
            assert process.stdin
            process.stdin.close()
            await process.wait()
