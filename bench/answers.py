"""Whole quiz answers a second through the webhook, against a bare aiogram bot that makes as many API calls.

An answer is an update that is parsed, marked, booked in one transaction on a SQLite file and replied to; a quiz has
three questions answered by a tap (an edit and an answer to the query) and two in words (a message). The bare bot gets
the very same updates and makes the same calls to the same stub. Server, stub and load are processes of their own; the
two sides take turns.
"""

import json
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert, select

from actions import packs, quizzes
from actions.actors import Console
from actions.app import App
from bench._tools import beside, machine, percentile, stub
from bot import app as parts
from bot import settings
from bot.views.quiz import Choose
from storage import schema, units
from storage.tables import Member, Quiz
from study.items import Item, Kind, Lesson, Pack, Point, Source

SOURCE = Source("中国共产党支部工作条例（试行）", article="第十一条")
QUESTIONS = (
    (Kind.SINGLE, "党员大会一般多久开一次？", {"options": ("每周", "每月", "每季度", "每年"), "right": (2,)}),
    (Kind.TRUEFALSE, "请假的党员不计入应到人数。", {"options": ("对", "错"), "right": (1,)}),
    (Kind.SINGLE, "党小组会一般多久开一次？", {"options": ("每周", "每月", "每季度", "每年"), "right": (1,)}),
    (Kind.FILL, "发展党员必须把______放在首位。", {"points": (Point("政治标准"),)}),
    (Kind.SHORT, "党的根本宗旨是什么？", {"points": (Point("全心全意为人民服务"),)}),
)
SAID = ("把政治标准放在首位", "为人民服务")
FIRST_PERSON = 1_000_000


async def run(*, people: int = 400, connections: int = 16, rounds: int = 3) -> dict[str, Any]:
    answers = people * len(QUESTIONS)
    warm = 2 * connections  # people whose answers are not counted: the first of everything takes longer
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        prepared, updates = folder / "prepared.sqlite3", folder / "updates.jsonl"
        app = parts.make(settings.read(_env_file=None, database_url=f"sqlite:///{prepared}"))
        await _prepare(app, people + warm)
        updates.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in await _updates(app)))
        await app.db.close()
        load = (str(updates), str(connections), str(warm))
        ours, bare = [], []
        async with stub() as base:
            for _ in range(rounds):
                bare.append(await _measured(load, "bare", base))
                with TemporaryDirectory(dir=folder) as fresh:
                    shutil.copy(prepared, fresh)
                    url = f"sqlite:///{fresh}/{prepared.name}"
                    ours.append(await _measured(load, "product", base, url))
    took = [one for measured in ours for one in measured["took"]]
    bare_took = [one for measured in bare for one in measured["took"]]
    return {
        "answers": answers,
        "connections": connections,
        "answers_a_second": round(median(answers / one["seconds"] for one in ours)),
        "bare_a_second": round(median(answers / one["seconds"] for one in bare)),
        "ratio": round(median(b["seconds"] / o["seconds"] for b, o in zip(bare, ours, strict=True)), 3),
        "p50_ms": round(percentile(took, 0.5) * 1000, 2),
        "p99_ms": round(percentile(took, 0.99) * 1000, 2),
        "bare_p50_ms": round(percentile(bare_took, 0.5) * 1000, 2),
        "bare_p99_ms": round(percentile(bare_took, 0.99) * 1000, 2),
        **machine(),
    }


async def _measured(load: tuple[str, ...], *side: str) -> dict[str, Any]:
    async with beside("bench._served", *side) as port, beside("bench._load", port, *load) as line:
        figures: dict[str, Any] = json.loads(line)
        return figures


async def _prepare(app: App, people: int) -> None:
    """A branch of so many members, each with a quiz of all questions begun."""
    await schema.upgrade(app.db)
    await packs.publish(app, Console.SHELL, _pack())
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
    for number in range(people):
        await quizzes.start_practice(app, FIRST_PERSON + number, topic=None)


async def _updates(app: App) -> list[list[dict[str, Any]]]:
    """What each member sends, in order."""
    numbers = count(1)
    async with app.db.reading() as tx:
        found = await tx.execute(select(Quiz, Member.telegram_id).join(Member, Member.id == Quiz.member_id))
        return [list(_of_one(quiz, person or 0, numbers)) for quiz, person in found]


def _of_one(quiz: Quiz, person: int, numbers: Iterator[int]) -> Iterator[dict[str, Any]]:
    user = {"id": person, "is_bot": False, "first_name": "甲"}
    chat = {"id": person, "type": "private", "first_name": "甲"}
    at_bot = {"message_id": 1, "date": 1_767_225_600, "chat": chat, "text": "?"}
    at_bot["from"] = {"id": 42, "is_bot": True, "first_name": "stub"}
    for position, asked in enumerate(quiz.questions):
        kind, number = QUESTIONS[int(asked["item"].rpartition("-")[2])][0], next(numbers)
        if kind in (Kind.FILL, Kind.SHORT):
            said = {**at_bot, "message_id": number, "from": user, "text": SAID[kind is Kind.SHORT]}
            yield {"update_id": number, "message": said}
        else:
            data = Choose(quiz=quiz.id, at=position, option=1).pack()
            query = {"id": str(number), "from": user, "message": at_bot, "chat_instance": "1", "data": data}
            yield {"update_id": number, "callback_query": query}


def _pack() -> Pack:
    items = tuple(
        Item(
            id=f"bench-{number}",
            kind=kind,
            question=question,
            explanation="见条例原文。",
            source=SOURCE,
            lesson="bench",
            **more,  # type: ignore[arg-type]
        )
        for number, (kind, question, more) in enumerate(QUESTIONS)
    )
    lesson = Lesson(id="bench", title="三会一课", body="正文。", key_points=("一", "二", "三"), source=SOURCE)
    return Pack(id="bench", title="三会一课", lessons=(lesson,), items=items)
