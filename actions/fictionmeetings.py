"""Meetings of the fictional hospital's year so far: who came, what was decided, what was made up. All made up.

Pure rows, in bulk; a record of the first branch is left for its host and recorder to sign.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from study import makeup, votes
from study.calendar import DEFAULT_ZONE, day_of, moment
from study.meetings import (
    CAME,
    OWN,
    Duty,
    Expected,
    Kind,
    Mark,
    Means,
    MeetingRules,
    Person,
    Roll,
    Seen,
    State,
    at_close,
    count,
    expected,
)
from study.members import MemberKind
from study.votes import Sums

Row = dict[str, Any]

HELD = 0.94  # of the meetings that were to be held
FINAL_AFTER = timedelta(days=21)
OFFERED_WITHIN = timedelta(days=21)
SEATS = ("书记", "组织委员", "宣传委员", "纪检委员", "青年委员")

# In which months each kind is held, and the day of the month, a little later in each branch.
CALENDAR: Mapping[str, tuple[tuple[int, ...], int]] = {
    "assembly": ((2, 5, 8, 11), 9),
    "lesson": ((3, 6, 9, 12), 16),
    "day": (tuple(range(1, 13)), 5),
    "committee": (tuple(range(1, 13)), 2),
}
THEMES = (
    "重温入党誓词",
    "学雷锋志愿服务",
    "党员先锋岗亮身份",
    "缅怀先烈",
    "国际护士节送温暖",
    "义诊进社区",
    "学党章、守纪律",
    "应急演练",
    "节前廉洁提醒",
    "送医下乡",
    "流感季先锋排班",
    "一年回头看",
)
TOPICS = (
    "一、学习党章有关章节，结合夜班和急救谈体会。\n二、通报上季度党费收缴和学习情况。\n三、讨论下季度工作。",
    "一、书记领学，三名党员结合岗位发言。\n二、讨论支部服务承诺怎么落到病区。",
    "一、学习关于纠治形式主义的要求。\n二、梳理科里可以不填的表、可以不开的会。",
)
DECISIONS = (
    "每周二、周四增设两个机动班，由党员优先认领，不强制。\n情况在下月支委会上通报。",
    "承诺上墙，出院病人电话回访由党员带头做。",
    "取消重复的学习笔记检查，以会议记录为准。",
)
MOTION = "通过下季度支部工作安排"


@dataclass
class Year:
    """What the year left behind, table by table."""

    seats: list[Row] = field(default_factory=list)
    meetings: list[Row] = field(default_factory=list)
    attendees: list[Row] = field(default_factory=list)
    motions: list[Row] = field(default_factory=list)
    minutes: list[Row] = field(default_factory=list)
    make_ups: list[Row] = field(default_factory=list)


def rows(
    rng: Random,
    branches: Sequence[tuple[int, Sequence[Row]]],
    *,
    secretaries: Mapping[int, int],
    first: int,
    rules: MeetingRules,
    lesson_ids: Sequence[str],
    now: datetime,
) -> Year:
    """The year so far of these branches, each with its members' rows; `first` of the first one keeps its records."""
    year = Year()
    today = day_of(now, DEFAULT_ZONE)
    for place, (unit_id, members) in enumerate(branches):
        home = place == 0
        heads = (secretaries[unit_id], first if home else members[1]["id"])
        if home:
            year.seats += _seats(unit_id, members, heads, at=now - timedelta(days=365))
        for kind, day in _days(rng, rules, place, today):
            if kind.roll is Roll.COMMITTEE and not home:
                continue
            _hold(rng, year, kind, day, unit_id, members, heads, home=home, rules=rules, now=now)
    _make_up(rng, year, rules, lesson_ids, without=first, now=now)
    if year.minutes:
        _leave_to_sign(year, branches[0][0])
    return year


def _days(rng: Random, rules: MeetingRules, place: int, today: date) -> Iterator[tuple[Kind, date]]:
    for key, (months, day) in CALENDAR.items():
        for month in months:
            on = date(today.year, month, day + place % 9)
            if key in rules.kinds and on < today and (place == 0 or rng.random() < HELD):
                yield rules.kinds[key], on


def _seats(unit_id: int, members: Sequence[Row], heads: tuple[int, int], *, at: datetime) -> list[Row]:
    others = [row["id"] for row in members if row["id"] not in heads and row["kind"] == MemberKind.FULL]
    held = [heads[0], heads[1], *others[: len(SEATS) - 2]]
    return [
        {"unit_id": unit_id, "member_id": member_id, "title": title, "taken_at": at}
        for title, member_id in zip(SEATS, held, strict=False)
    ]


def _hold(
    rng: Random,
    year: Year,
    kind: Kind,
    day: date,
    unit_id: int,
    members: Sequence[Row],
    heads: tuple[int, int],
    *,
    home: bool,
    rules: MeetingRules,
    now: datetime,
) -> None:
    """One meeting with its roll, its vote and its record."""
    number = len(year.meetings) + 1
    starts_at = moment(day, kind.start, DEFAULT_ZONE)
    late_at, closes_at = rules.times(kind, starts_at)
    final_at = closes_at + timedelta(days=2) if now - closes_at > FINAL_AFTER else None
    year.meetings.append(
        {
            "id": number,
            "unit_id": unit_id,
            "kind": kind.key,
            "title": f"{day.month}月{kind.name}"
            + (f"：{THEMES[day.month - 1]}" if kind.key == "day" else ""),
            "agenda": "",
            "starts_at": starts_at,
            "late_at": late_at,
            "closes_at": closes_at,
            "hours": kind.quarters,
            "place": "科室示教室",
            "host_id": heads[0],
            "recorder_id": heads[1],
            "secret": rng.randbytes(32),
            "state": State.CLOSED.value,
            "created_by": heads[0],
            "created_at": starts_at - timedelta(days=7),
            "invited_at": starts_at - timedelta(days=3),
            "closed_at": closes_at,
            "closed_by": heads[0],
            "locked_at": final_at,
        }
    )
    seated = {row["member_id"] for row in year.seats}
    roll: list[Seen] = []
    for row in members:
        if kind.roll is Roll.COMMITTEE and row["id"] not in seated:
            continue
        person = Person(MemberKind(row["kind"]), can_vote=row["can_vote"])
        line = expected(kind, person, optional=rules.optional)
        mark = _mark(rng, line, surely=row["id"] in heads)
        if home and row["id"] == heads[1] and _is_latest(kind, day, now):
            mark = Mark.LEAVE  # so that whoever plays this member has something to make up for
        roll.append(Seen(line.duty, line.votes, mark))
        year.attendees.append(_attendee(rng, number, row["id"], line, mark, starts_at, closes_at))
    if kind.rule is not None and kind.roll is Roll.MEMBERS:
        _vote(year, number, kind, roll, closes_at)
    words = rng.randrange(len(TOPICS))
    year.minutes.append(
        {
            "meeting_id": number,
            "version": 1,
            "topics": TOPICS[words],
            "decisions": DECISIONS[words],
            "written_by": heads[1],
            "written_at": closes_at + timedelta(minutes=20),
            "host_signed_by": heads[0],
            "host_signed_at": closes_at + timedelta(hours=1),
            "recorder_signed_by": heads[1],
            "recorder_signed_at": closes_at + timedelta(minutes=30),
        }
    )


def _is_latest(kind: Kind, day: date, now: datetime) -> bool:
    return kind.key == "lesson" and now.date() - day < timedelta(days=92)


def _mark(rng: Random, line: Expected, *, surely: bool) -> Mark | None:
    chance = rng.random()
    if surely or chance < (0.82 if line.duty is Duty.MUST else 0.35):
        return Mark.LATE if chance > 0.78 and not surely else Mark.PRESENT
    return at_close(line.duty, on_leave=chance < 0.94 and line.duty is Duty.MUST)


def _attendee(
    rng: Random,
    meeting_id: int,
    member_id: int,
    line: Expected,
    mark: Mark | None,
    starts_at: datetime,
    closes_at: datetime,
) -> Row:
    came = mark in CAME
    means = rng.choice((Means.LINK, Means.CODE, Means.BUTTON, Means.HAND)) if came else Means.CLOSE
    after = rng.randint(11, 30) if mark is Mark.LATE else rng.randint(-12, 8)
    return {
        "meeting_id": meeting_id,
        "member_id": member_id,
        "duty": line.duty.value,
        "votes": line.votes,
        "reason": line.reason.value,
        "mark": mark.value if mark else None,
        "means": means.value if mark else None,
        "marked_at": (starts_at + timedelta(minutes=after) if came else closes_at) if mark else None,
    }


def _vote(year: Year, meeting_id: int, kind: Kind, roll: Sequence[Seen], at: datetime) -> None:
    figures = count(roll)
    sums = Sums(ayes=figures.voters_here)
    assert kind.rule is not None
    told = votes.result(kind.rule, electorate=figures.voters, present=figures.voters_here, sums=sums)
    year.motions.append(
        {
            "meeting_id": meeting_id,
            "text": MOTION,
            "rule": kind.rule.value,
            "secret": False,
            "ayes": sums.ayes,
            "put_at": at - timedelta(minutes=15),
            "closed_at": at - timedelta(minutes=5),
            "result": {
                "electorate": told.electorate,
                "present": told.present,
                "quorum": told.quorum,
                "needed": told.needed,
                "passed": told.passed,
            },
        }
    )


def _make_up(
    rng: Random, year: Year, rules: MeetingRules, lesson_ids: Sequence[str], *, without: int, now: datetime
) -> None:
    """Of what was missed some has been made up (by all but one); what was missed lately was offered to everybody."""
    if not lesson_ids:
        return
    held = {row["id"]: row for row in year.meetings}
    for row in year.attendees:
        meeting = held[row["meeting_id"]]
        missed = row["mark"] in (Mark.LEAVE, Mark.ABSENT)
        if not missed or meeting["kind"] not in rules.make_up.kinds or meeting["kind"] == OWN:
            continue
        lately = now - meeting["closed_at"] < OFFERED_WITHIN
        done_at = meeting["closed_at"] + timedelta(days=rng.randint(1, 9))
        done = rng.random() < 0.55 and done_at < now and row["member_id"] != without
        if done or lately or meeting["kind"] == "lesson":
            year.make_ups.append(
                {
                    "meeting_id": row["meeting_id"],
                    "member_id": row["member_id"],
                    "lesson_id": lesson_ids[row["meeting_id"] % len(lesson_ids)],
                    "due_on": makeup.due_on(day_of(meeting["closed_at"], DEFAULT_ZONE), rules.make_up),
                    "offered_at": meeting["closed_at"] + timedelta(hours=1),
                    "read_at": done_at if done else None,
                    "done_at": done_at if done else None,
                    "hours": makeup.worth(meeting["hours"], rules.make_up) if done else 0,
                }
            )


def _leave_to_sign(year: Year, unit_id: int) -> None:
    """The newest record of the first branch waits for both signatures."""
    newest = max(
        (row for row in year.meetings if row["unit_id"] == unit_id),
        key=lambda row: row["starts_at"],
    )
    newest["locked_at"] = None
    words = next(row for row in year.minutes if row["meeting_id"] == newest["id"])
    for side in ("host", "recorder"):
        words[f"{side}_signed_by"] = words[f"{side}_signed_at"] = None
