"""Planning and queueing the daily push: time and peak memory for rosters of a thousand to a million.

Each size runs in a process of its own on a fresh SQLite file. `growth` compares the time a member takes at each size
with the size before: at most about 1 means that time grows no faster than the roster. `idle_seconds` is a tick that
finds everything queued already.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import delete, insert

from actions import daily
from bench._tools import beside, empty_app, machine
from storage import units
from storage.tables import Member, Outgoing

SIZES = "1000,10000,100000,1000000"
SOME = 5_000
TRIES = 3  # of which the quickest counts: the others met somebody else's work on the machine
PROCESS = Path("/proc/self")


async def run(*, sizes: str = SIZES) -> dict[str, Any]:
    results = []
    for size in sizes.split(","):
        async with beside("bench.push", size) as line:
            results.append(json.loads(line))
    each = [one["seconds"] / one["members"] for one in results]
    return {
        "sizes": results,
        "growth": [round(later / earlier, 2) for earlier, later in pairwise(each)],
        **machine(),
    }


async def one_size(members: int) -> dict[str, Any]:
    """Queue the push for a roster of this size; memory in MB, `grown_mb` beyond what was in use before."""
    async with empty_app() as app:
        # Wherever it is noon now.
        zone = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
        async with app.db.writing() as tx:
            unit = await units.add(tx, name="党委", level="committee", timezone=zone)
        for first in range(1, members + 1, SOME):
            async with app.db.writing() as tx:
                await (await tx.connection()).execute(
                    insert(Member),
                    [_member(number, unit.id) for number in range(first, min(first + SOME, members + 1))],
                )
        before = memory("VmRSS")
        peak_from_here()
        times = []
        for _ in range(TRIES):
            async with app.db.writing() as tx:
                await tx.execute(delete(Outgoing))
            began = perf_counter()
            queued = await daily.queue_due(app)
            times.append(perf_counter() - began)
        seconds, peak = min(times), memory("VmHWM")
        began = perf_counter()
        assert await daily.queue_due(app) == 0
        idle = perf_counter() - began
    return {
        "members": members,
        "queued": queued,
        "seconds": round(seconds, 3),
        "a_second": round(queued / seconds),
        "peak_mb": round(peak, 1),
        "grown_mb": round(peak - before, 1),
        "idle_seconds": round(idle, 3),
    }


def _member(number: int, unit_id: int) -> dict[str, Any]:
    return {
        "id": number,
        "unit_id": unit_id,
        "name": f"甲{number}",
        "kind": "full",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "telegram_id": 1_000_000 + number,
        "study_minute": number % 700,
        "quiet_days": "",
        "muted": number % 50 == 0,
    }


def peak_from_here() -> None:
    """Forget the peak of memory so far."""
    (PROCESS / "clear_refs").write_text("5")


def memory(name: str) -> float:
    """What this process uses, in MB: VmRSS now, VmHWM at the peak."""
    for line in (PROCESS / "status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(one_size(int(sys.argv[1])))), flush=True)
