"""Check-ins a second through the webhook, against a bare aiogram bot that makes as many API calls.

A check-in is a tap on the button of a reminder: parsed, decided and recorded in one transaction on a SQLite file, with a
live board to be drawn anew, and answered with an edit and an answer to the query. Everybody of a hospital comes within a
minute; then everybody, several times over, and ten thousand once, as fast as 100 connections (Telegram's most) carry it: some
minutes in all. The bare bot gets
the very same updates in the same run and makes the same calls to the same stub. Whether each was recorded once is counted.
"""

import json
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, insert, select

from actions import briefs, live, meetings
from actions.actors import Console
from actions.app import App
from bench._tools import beside, machine, percentile, stub
from bot import app as parts
from bot import settings
from bot.views.doors import CheckIn
from storage import schema, units
from storage.tables import Attendee, Member

FIRST_PERSON = 1_000_000
SOON = timedelta(minutes=5)
SECRETARY = 42_000


async def run(
    *, people: int = 877, crowd: int = 10_000, seconds: float = 60.0, connections: int = 100, rounds: int = 3
) -> dict[str, Any]:
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        for part in ("people", "crowd"):
            (folder / part).mkdir()
        async with stub() as base:
            hospital = await _prepared(folder / "people", people, warm=2 * connections)
            minute = await _measured(hospital, base, connections, seconds=seconds)
            at_once = await _sides(hospital, base, connections, rounds)
            thousands = await _prepared(folder / "crowd", crowd, warm=2 * connections)
            # Long enough by itself: once is enough.
            many = await _sides(thousands, base, connections, 1)
    return {
        "people": people,
        "within_seconds": seconds,
        "within_p50_ms": _ms(minute["took"], 0.5),
        "within_p99_ms": _ms(minute["took"], 0.99),
        "recorded_once": minute["recorded"] and at_once.pop("recorded") and many.pop("recorded"),
        "at_once": at_once,
        "crowd": {"people": crowd, **many},
        "connections": connections,
        **machine(),
    }


async def _sides(prepared: "_Prepared", base: str, connections: int, rounds: int) -> dict[str, Any]:
    """Both sides by turns: figures of each, and ours by theirs."""
    ours, bare = [], []
    for _ in range(rounds):
        bare.append(await _of(prepared, connections, "bare", base))
        ours.append(await _measured(prepared, base, connections))
    took = [one for measured in ours for one in measured["took"]]
    bare_took = [one for measured in bare for one in measured["took"]]
    return {
        "a_second": round(median(prepared.people / one["seconds"] for one in ours)),
        "bare_a_second": round(median(prepared.people / one["seconds"] for one in bare)),
        "ratio": round(median(b["seconds"] / o["seconds"] for b, o in zip(bare, ours, strict=True)), 3),
        "p50_ms": _ms(took, 0.5),
        "p99_ms": _ms(took, 0.99),
        "bare_p50_ms": _ms(bare_took, 0.5),
        "bare_p99_ms": _ms(bare_took, 0.99),
        "recorded": all(one["recorded"] for one in ours),
    }


class _Prepared:
    """A database with a meeting that is open, and the updates of everybody who comes."""

    def __init__(self, database: Path, updates: Path, people: int, warm: int) -> None:
        self.database = database
        self.updates = updates
        self.people = people
        self.warm = warm


async def _prepared(folder: Path, people: int, *, warm: int) -> _Prepared:
    prepared = _Prepared(folder / "bench.sqlite3", folder / "updates.jsonl", people, warm)
    app = parts.make(settings.read(_env_file=None, database_url=f"sqlite:///{prepared.database}"))
    meeting = await _meeting(app, people + warm)
    await app.db.close()
    lines = (json.dumps([_tap(number, meeting)]) for number in range(people + warm))
    prepared.updates.write_text("\n".join(lines))
    return prepared


async def _measured(
    prepared: _Prepared, base: str, connections: int, *, seconds: float = 0.0
) -> dict[str, Any]:
    """Our side on a fresh copy of the database; `recorded`: everybody is there, once."""
    with TemporaryDirectory(dir=prepared.database.parent) as fresh:
        shutil.copy(prepared.database, fresh)
        url = f"sqlite:///{fresh}/{prepared.database.name}"
        figures = await _of(prepared, connections, "product", base, url, seconds=seconds)
        figures["recorded"] = await _came(url) == prepared.people + prepared.warm
        return figures


async def _of(prepared: _Prepared, connections: int, *side: str, seconds: float = 0.0) -> dict[str, Any]:
    load = (str(prepared.updates), str(connections), str(prepared.warm), str(seconds))
    async with beside("bench._served", *side) as port, beside("bench._load", port, *load) as line:
        figures: dict[str, Any] = json.loads(line)
        return figures


async def _meeting(app: App, people: int) -> int:
    """A unit of so many, whose meeting has just opened and whose secretary looks at the board."""
    await schema.upgrade(app.db)
    async with app.db.writing() as tx:
        unit = await units.add(tx, name="党委", level="committee")
        await tx.execute(
            insert(Member),
            [
                {
                    "unit_id": unit.id,
                    "name": f"甲{number}",
                    "kind": "full",
                    "created_at": app.clock(),
                    "telegram_id": FIRST_PERSON + number,
                    # The timetable shall not send them anything meanwhile.
                    "muted": True,
                }
                for number in range(people)
            ],
        )
    card = await meetings.plan(
        app,
        Console.SHELL,
        unit_id=unit.id,
        kind="assembly",
        starts_at=app.clock() + SOON,
        source="bench",
    )
    await live.watch(app, briefs.subject(card.brief.id), chat_id=SECRETARY, message_id=1)
    return card.brief.id


async def _came(url: str) -> int:
    """How many are recorded as there."""
    app = parts.make(settings.read(_env_file=None, database_url=url))
    try:
        async with app.db.reading() as tx:
            return await tx.scalar(select(func.count()).where(Attendee.mark == "present")) or 0
    finally:
        await app.db.close()


def _tap(number: int, meeting: int) -> dict[str, Any]:
    person = FIRST_PERSON + number
    chat = {"id": person, "type": "private", "first_name": "甲"}
    message = {"message_id": 1, "date": 1_767_225_600, "chat": chat, "text": "?"}
    message["from"] = {"id": 42, "is_bot": True, "first_name": "stub"}
    query = {
        "id": str(number + 1),
        "from": {"id": person, "is_bot": False, "first_name": "甲"},
        "message": message,
        "chat_instance": "1",
        "data": CheckIn(meeting=meeting).pack(),
    }
    return {"update_id": number + 1, "callback_query": query}


def _ms(took: Sequence[float], share: float) -> float:
    return round(percentile(list(took), share) * 1000, 2)
