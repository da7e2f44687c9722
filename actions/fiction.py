"""A fictional hospital to try the product on: its organisation, its people, and some weeks of plausible study.

Every name here is made up. The size is that of a real city hospital: 877 members in 6 general branches and
34 branches. Written in bulk, straight to the tables, so that it stands within seconds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Table, insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from actions import fictionagenda, fictionmeetings, fictionnews
from actions.app import App
from storage import inserts, units
from storage.tables import (
    Answer,
    Attendee,
    Base,
    Card,
    MakeUp,
    Meeting,
    Member,
    Minutes,
    Motion,
    Notice,
    PointsEntry,
    Quiz,
    Recipient,
    Role,
    Seat,
    StudyDay,
    Unit,
)
from study import quiz as rules
from study import review
from study.calendar import DEFAULT_ZONE, day_of, moment
from study.curriculum import Curriculum
from study.grading import Grader, Verdict
from study.items import Item
from study.members import Level, MemberKind, right_to_vote
from study.points import Action
from study.quiz import Mark, Occasion

HOSPITAL = "云杉市人民医院（虚构）"
MEMBERS = 877
RETIRED = 222
FIRST_CHAT = 700_000_000  # members' made-up Telegram ids start here
WEEKS = 5
SEED = "云杉"

GENERAL_BRANCHES: dict[str, tuple[str, ...]] = {
    "内科": ("心内科", "呼吸科", "消化科", "神经内科", "肾内科", "内分泌科", "血液科", "感染科"),
    "外科": ("普外科", "骨科", "神经外科", "泌尿外科", "胸外科", "手术麻醉"),
    "门诊医技": ("门诊", "检验科", "影像科", "药剂科", "急诊科", "康复科"),
    "机关后勤": ("党政办", "医务护理", "财务", "后勤保障"),
    "离退休": ("离退休第一", "离退休第二", "离退休第三", "离退休第四", "离退休第五"),
    "东院": ("东院内科", "东院外科", "东院妇儿", "东院医技", "东院机关"),
}
_SURNAMES = "林方程陆白严安苏叶顾沈江季闻梁唐宋许杜秦尹乔温骆柳夏雷简纪祁邵虞容卓霍冉"
_GIVEN = (
    (
        "小满 若谷 致远 守静 青禾 知秋 可期 听澜 望舒 思齐 清和 明远 怀瑾 书言 景行 云舒 亦凡 星河 初晴 念安 "
        "知行 修远 子衿 如故 清越 长风 南乔 北辰 东篱 西岭 立夏 谷雨 秋实 冬至 春和 向晚 见山 临川 沐阳 映雪 "
        "承志 乐天 平安 静好 远航 慎思 笃行 博文 约礼 弘毅 敏行 润之水 新竹 古松 白露 霜降 晨曦 暮云 朝颜 夕照"
    )
    .replace("润之水", "润泽")
    .split()
)

_MARKS = TypeAdapter(Mark)


@dataclass(frozen=True)
class Player:
    """Somebody to play in the demo."""

    key: str  # "member", "secretary", "administrator", "newcomer"
    member_id: int
    telegram_id: int
    name: str
    unit: str
    joined: bool


@dataclass(frozen=True)
class Person:
    """Everybody else, for the list of people at the left of the demo's page."""

    telegram_id: int
    name: str
    unit: str
    kind: MemberKind
    joined: bool


@dataclass(frozen=True)
class Cast:
    players: tuple[Player, ...]
    people: tuple[Person, ...]


async def furnish(app: App) -> Cast:
    """Write the whole hospital in one transaction; an empty database is taken for granted."""
    rng = Random(SEED)
    async with app.db.writing() as tx:
        curriculum = await app.library.current(tx)
        branches = await _organisation(tx)
        members = _people(rng, branches, now=app.clock())
        players = _players(members, branches)
        await _write(tx, Member, [row for row, _ in members])
        await _write(tx, Role, _roles(members, branches, players, now=app.clock()))
        await _history(app, tx, curriculum, rng, members=members, players=players)
        await _news(tx, members=members, players=players, home=branches[0], now=app.clock())
        await _meetings(app, tx, curriculum, members=members, players=players, branches=branches)
        await _catch_up_sequences(tx)
    await _agenda(app, members=members, players=players, home=branches[0])
    return Cast(players, tuple(_shown(row, unit) for row, unit in members))


async def cast(app: App) -> Cast:
    """The people of a hospital furnished before."""
    rng = Random(SEED)
    async with app.db.reading() as tx:
        root = await units.root(tx)
        assert root is not None
        found = {unit.name: unit for unit in await units.below(tx, root.path)}
        branches = [found[name] for name in _branch_names()]
        members = _people(rng, branches, now=app.clock())
        return Cast(_players(members, branches), tuple(_shown(row, unit) for row, unit in members))


# --- organisation and people ----------------------------------------------------------------------


def _branch_names() -> list[str]:
    return [f"{branch}党支部" for branches in GENERAL_BRANCHES.values() for branch in branches]


async def _organisation(tx: AsyncSession) -> list[Unit]:
    committee = await units.add(tx, name=f"{HOSPITAL}党委", level=Level.COMMITTEE)
    branches = []
    for place, (name, below) in enumerate(GENERAL_BRANCHES.items()):
        general = await units.add(
            tx, name=f"{name}党总支", level=Level.GENERAL_BRANCH, parent=committee, position=place
        )
        for position, branch in enumerate(below):
            branches.append(
                await units.add(
                    tx, name=f"{branch}党支部", level=Level.BRANCH, parent=general, position=position
                )
            )
    return branches


def _people(rng: Random, branches: Sequence[Unit], *, now: datetime) -> list[tuple[dict[str, Any], Unit]]:
    """877 rows for the table of members, each with its branch."""
    retired = [branch for branch in branches if branch.name.startswith("离退休")]
    serving = [branch for branch in branches if branch not in retired]
    names = _names(rng)
    found = []
    for number in range(1, MEMBERS + 1):
        is_retired = number > MEMBERS - RETIRED
        choice = retired if is_retired else serving
        unit = choice[number % len(choice)]
        if is_retired:
            kind = MemberKind.RETIRED
        else:
            kind = rng.choices(
                (MemberKind.FULL, MemberKind.PROBATIONARY, MemberKind.MOBILE), weights=(93, 5, 2)
            )[0]
        joined = rng.random() < (0.35 if is_retired else 0.85)
        since = date(rng.randint(1970, 1995), 7, 1) if is_retired else date(rng.randint(1998, 2024), 6, 18)
        found.append(
            (
                {
                    "id": number,
                    "unit_id": unit.id,
                    "staff_no": f"YS{number:04d}",
                    "name": next(names),
                    "kind": kind.value,
                    "joined_party_on": since,
                    "can_vote": right_to_vote(kind),
                    "created_at": now - timedelta(weeks=WEEKS + 1),
                    "telegram_id": FIRST_CHAT + number if joined else None,
                    "bound_at": now - timedelta(weeks=WEEKS + 1) if joined else None,
                    "study_minute": rng.choice((450, 450, 450, 480, 720, 1080, 1200)),
                },
                unit,
            )
        )
    return found


def _names(rng: Random) -> Iterator[str]:
    """Different made-up names, enough for everybody."""
    every = [surname + given for surname in _SURNAMES for given in _GIVEN]
    rng.shuffle(every)
    return iter(every)


def _players(members: Sequence[tuple[dict[str, Any], Unit]], branches: Sequence[Unit]) -> tuple[Player, ...]:
    """The first serving members of the first branch, one of whom has not joined yet, and an administrator."""
    home = branches[0]
    at_home = [row for row, unit in members if unit is home]
    office = next(row for row, unit in members if unit.name == "党政办党支部")
    chosen = {"member": at_home[0], "secretary": at_home[1], "administrator": office, "newcomer": at_home[2]}
    players = []
    for key, row in chosen.items():
        joined = key != "newcomer"
        row["telegram_id"] = FIRST_CHAT + row["id"] if joined else None
        row["bound_at"] = row["created_at"] if joined else None
        row["kind"], row["can_vote"], row["study_minute"] = MemberKind.FULL.value, True, 450
        unit = next(unit for other, unit in members if other is row)
        players.append(Player(key, row["id"], FIRST_CHAT + row["id"], row["name"], unit.name, joined))
    return tuple(players)


def _roles(
    members: Sequence[tuple[dict[str, Any], Unit]],
    branches: Sequence[Unit],
    players: Sequence[Player],
    *,
    now: datetime,
) -> list[dict[str, Any]]:
    """A secretary a branch, and one administrator of the committee."""
    named = {player.key: player.member_id for player in players}
    committee_id = int(branches[0].path.split("/")[1])
    rows = [{"member_id": named["administrator"], "role": "administrator", "unit_id": committee_id}]
    for branch in branches:
        of_branch = [row["id"] for row, unit in members if unit is branch and row["id"] not in named.values()]
        secretary = named["secretary"] if branch is branches[0] else of_branch[0]
        rows.append({"member_id": secretary, "role": "secretary", "unit_id": branch.id})
    return [{**row, "granted_at": now - timedelta(weeks=WEEKS + 1)} for row in rows]


def _shown(row: dict[str, Any], unit: Unit) -> Person:
    return Person(
        telegram_id=FIRST_CHAT + row["id"],
        name=row["name"],
        unit=unit.name,
        kind=MemberKind(row["kind"]),
        joined=row["telegram_id"] is not None,
    )


# --- some weeks of study --------------------------------------------------------------------------


async def _news(
    tx: AsyncSession,
    *,
    members: Sequence[tuple[dict[str, Any], Unit]],
    players: Sequence[Player],
    home: Unit,
    now: datetime,
) -> None:
    named = {player.key: player.member_id for player in players}
    committee_id = int(home.path.split("/")[1])
    notices, recipients = fictionnews.rows(
        Random(SEED),
        [(row, unit.path) for row, unit in members],
        committee=(committee_id, named["administrator"]),
        branch=(home.id, named["secretary"]),
        home=home.path,
        now=now,
    )
    await _write(tx, Notice, notices)
    await _write(tx, Recipient, recipients)


async def _agenda(
    app: App, *, members: Sequence[tuple[dict[str, Any], Unit]], players: Sequence[Player], home: Unit
) -> None:
    """What the first branch has before it."""
    playing = {player.member_id for player in players}
    others = [
        row["telegram_id"]
        for row, unit in members
        if unit is home and row["telegram_id"] is not None and row["id"] not in playing
    ]
    secretary = next(player.telegram_id for player in players if player.key == "secretary")
    await fictionagenda.fill(app, unit_id=home.id, secretary=secretary, others=others)


async def _meetings(
    app: App,
    tx: AsyncSession,
    curriculum: Curriculum,
    *,
    members: Sequence[tuple[dict[str, Any], Unit]],
    players: Sequence[Player],
    branches: Sequence[Unit],
) -> None:
    """The year's meetings; the first branch's member keeps its records, the secretary is in the chair."""
    by_branch: dict[int, list[dict[str, Any]]] = {branch.id: [] for branch in branches}
    for row, unit in members:
        by_branch[unit.id].append(row)
    roles = _roles(members, branches, players, now=app.clock())
    year = fictionmeetings.rows(
        Random(SEED),
        [(branch.id, by_branch[branch.id]) for branch in branches],
        secretaries={row["unit_id"]: row["member_id"] for row in roles if row["role"] == "secretary"},
        first=next(player.member_id for player in players if player.key == "member"),
        rules=app.meetings,
        lesson_ids=list(curriculum.lessons),
        now=app.clock(),
    )
    for table, found in (
        (Seat, year.seats),
        (Meeting, year.meetings),
        (Attendee, year.attendees),
        (Motion, year.motions),
        (Minutes, year.minutes),
        (MakeUp, year.make_ups),
    ):
        await _write(tx, table, found)


@dataclass
class _Rows:
    """What the weeks left behind, table by table."""

    quizzes: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    points: list[dict[str, Any]]
    days: list[dict[str, Any]]
    cards: dict[tuple[int, str], dict[str, Any]]


async def _history(
    app: App,
    tx: AsyncSession,
    curriculum: Curriculum,
    rng: Random,
    *,
    members: Sequence[tuple[dict[str, Any], Unit]],
    players: Sequence[Player],
) -> None:
    if not curriculum.lessons:
        return
    rows = _Rows([], [], [], [], {})
    today = day_of(app.clock(), DEFAULT_ZONE)
    playing = {player.member_id for player in players}
    marks = _MarkBook(app.grader)
    for row, _ in members:
        if row["telegram_id"] is None:
            continue
        # A third study often, a third now and then, a third hardly ever: as people do.
        habit = 0.7 if row["id"] in playing else rng.choice((0.0, 0.05, 0.1, 0.3, 0.55))
        for back in range(7 * WEEKS, 0, -1):
            if rng.random() < habit:
                _study(app, curriculum, rng, marks, rows, row=row, day=today - timedelta(days=back))
    for table, found in (
        (Quiz, rows.quizzes),
        (Answer, rows.answers),
        (PointsEntry, rows.points),
        (StudyDay, rows.days),
        (Card, list(rows.cards.values())),
    ):
        await inserts.many(tx, table, found)


class _MarkBook:
    """Marks of made-up answers, each kind of answer to an item worked out once."""

    def __init__(self, grader: Grader) -> None:
        self._grader = grader
        self._known: dict[tuple[str, bool], tuple[Mark, dict[str, Any]]] = {}

    def mark(self, item: Item, *, knows: bool) -> tuple[Mark, dict[str, Any]]:
        if (item.id, knows) not in self._known:
            mark = self._made(item, knows=knows)
            self._known[item.id, knows] = (mark, _MARKS.dump_python(mark, mode="json"))
        return self._known[item.id, knows]

    def _made(self, item: Item, *, knows: bool) -> Mark:
        if item.is_choice:
            wrong = [index for index in range(len(item.options)) if index not in item.right]
            return rules.mark_choice(item, item.right if knows else wrong[:1] or item.right)
        said = "、".join(point.text for point in item.points) if knows else "记不清了"
        return rules.mark_words(self._grader, item, said)


def _study(
    app: App,
    curriculum: Curriculum,
    rng: Random,
    marks: _MarkBook,
    rows: _Rows,
    *,
    row: dict[str, Any],
    day: date,
) -> None:
    """One member's quiz of one day."""
    lesson = curriculum.lesson_on(day)
    items = list(curriculum.items_by_lesson.get(lesson.id, ()))[:]
    rng.shuffle(items)
    at = moment(day, row["study_minute"] + rng.randint(1, 90), DEFAULT_ZONE)
    quiz_id = len(rows.quizzes) + 1
    chosen = items[:4]
    rows.days.append(
        {"member_id": row["id"], "day_on": day, "lesson_id": lesson.id, "opened_at": at, "read_at": at}
    )
    _pay(
        app,
        rows,
        row,
        Action.LESSON,
        key=f"lesson:{row['id']}:{day}",
        day=day,
        at=at,
        details={"lesson": lesson.title},
    )
    questions = []
    for position, item in enumerate(chosen):
        revision = app.library.revision(item.id)
        questions.append({"item": item.id, "revision": revision, "order": list(range(len(item.options)))})
        at += timedelta(seconds=rng.randint(8, 40))
        mark, grade = marks.mark(item, knows=rng.random() < 0.95 - 0.12 * item.difficulty)
        action = {Verdict.CORRECT: Action.CORRECT, Verdict.PARTIAL: Action.PARTIAL}.get(mark.verdict)
        details = {"item": item.id, "question": item.question[:60]}
        paid = (
            _pay(app, rows, row, action, key=f"answer:{quiz_id}:{position}", day=day, at=at, details=details)
            if action
            else 0
        )
        rows.answers.append(
            {
                "member_id": row["id"],
                "quiz_id": quiz_id,
                "position": position,
                "item_id": item.id,
                "revision": revision,
                "given": mark.given,
                "source": None,
                "verdict": mark.verdict.value,
                "score": mark.score,
                "grade": grade,
                "points": paid,
                "held": False,
                "answered_at": at,
            }
        )
        _remember(app, rows, row["id"], item, mark, at)
    rows.quizzes.append(
        {
            "id": quiz_id,
            "member_id": row["id"],
            "kind": Occasion.DAY.value,
            "day_on": day,
            "topic": None,
            "questions": questions,
            "ticks": {},
            "answered": (1 << len(chosen)) - 1,
            "started_at": at,
            "touched_at": at,
            "finished_at": at,
        }
    )
    _pay(app, rows, row, Action.FINISH, key=f"finish:{quiz_id}", day=day, at=at, details={})


def _pay(
    app: App,
    rows: _Rows,
    row: dict[str, Any],
    action: Action,
    *,
    key: str,
    day: date,
    at: datetime,
    details: dict[str, Any],
) -> int:
    rule = app.points.actions.get(action)
    if rule is None or not rule.points or MemberKind(row["kind"]) in app.points.exempt:
        return 0
    rows.points.append(
        {
            "member_id": row["id"],
            "season": day.year,
            "day_on": day,
            "action": action.value,
            "amount": rule.points,
            "key": key,
            "details": details,
            "at": at,
        }
    )
    return rule.points


def _remember(app: App, rows: _Rows, member_id: int, item: Item, mark: Mark, at: datetime) -> None:
    before = rows.cards.get((member_id, item.id))
    recall = app.schedule.after(
        before["state"] if before else None, mark.verdict, now=at, key=review.key(member_id, item.id)
    )
    rows.cards[member_id, item.id] = {
        "member_id": member_id,
        "item_id": item.id,
        "state": dict(recall.state),
        "due_at": recall.due_at,
        "last_verdict": mark.verdict.value,
        "mistakes": (before["mistakes"] if before else 0) + (mark.verdict is not Verdict.CORRECT),
        "seen": (before["seen"] if before else 0) + 1,
    }


async def _write(tx: AsyncSession, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        # On the table alone: entities would cost several times as much.
        plain = table.__table__
        assert isinstance(plain, Table)
        await tx.execute(insert(plain), rows)


async def _catch_up_sequences(tx: AsyncSession) -> None:
    """PostgreSQL counts ids by itself and has to hear of those that were given."""
    if tx.get_bind().dialect.name == "sqlite":
        return

    for table in ("members", "quizzes", "notices", "meetings"):
        await tx.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        )
