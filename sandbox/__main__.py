"""`python -m sandbox`: the sandbox on its own."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
from pathlib import Path

from sandbox.server import Sandbox


async def run(options: argparse.Namespace) -> None:
    sandbox = Sandbox(token=options.token, limits=not options.no_limits, seed=options.seed, data=options.data)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        # Windows has no signal handlers in its loop; there Ctrl-C ends the program by itself.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await sandbox.start(options.port)
    print(f"Page and people API: {sandbox.url}\nBot API: {sandbox.api_base}/bot{sandbox.token}/", flush=True)
    await stop.wait()
    await sandbox.stop()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A Telegram look-alike on loopback."
    )
    parser.add_argument("--port", type=int, default=8081, help="0 for a free one")
    parser.add_argument("--token", default="42:SANDBOX", help="the bot's token")
    parser.add_argument("--data", type=Path, help="a folder to keep people, messages and files in")
    parser.add_argument("--seed", type=int, default=0, help="seed of the faults")
    parser.add_argument("--no-limits", action="store_true", help="no rate limits")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
