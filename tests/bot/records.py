"""A meeting as it is printed, with all that there may be to print."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from actions.minutes import Record, Sheet, Signature, Version
from actions.recordbook import Book, Entry, Line, Vote
from actions.signatures import Correction
from storage import meetingrules
from study.changes import What
from study.meetings import Count, Duty, Mark, Means, State
from study.members import MemberKind
from study.minutes import Change, Part, Side
from study.votes import Result, Rule, Sums

RULES = meetingrules.read(meetingrules.SHIPPED)
ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 12, 21, 20, tzinfo=ZONE)

ENTRY = Entry(
    meeting_id=1,
    unit="内科第一党支部",
    kind=RULES.kinds["assembly"],
    title="讨论白若谷同志转正",
    agenda="转正",
    state=State.CLOSED,
    starts_at=datetime(2026, 3, 12, 19, 30, tzinfo=ZONE),
    ends_at=datetime(2026, 3, 12, 21, 5, tzinfo=ZONE),
    place="三楼示教室",
    online=True,
    host="方致远",
    recorder="林小满",
    count=Count(expected=4, came=2, late=1, leave=1, absent=1, voters=3, voters_here=2),
    made_up=1,
    offered=2,
    votes=(
        Vote(
            "同意白若谷同志按期转正",
            Rule.ADMISSION,
            True,
            Sums(2, 0, 0),
            Result(electorate=3, present=2, quorum=2, needed=2, passed=True),
        ),
    ),
    topics="一、学习党章\n二、讨论转正",
    decisions="同意按期转正，报党总支审批。",
    quarters=6,
    is_locked=True,
)
LINES = (
    Line("方致远", MemberKind.FULL, Duty.MUST, True, Mark.PRESENT, Means.CODE, AT, None, None, None),
    Line("林小满", MemberKind.FULL, Duty.MUST, True, Mark.LATE, Means.HAND, AT, "手机没电", None, None),
    Line("安可期", MemberKind.FULL, Duty.MUST, True, Mark.LEAVE, Means.CLOSE, None, None, "夜班", None),
    Line(
        "白若谷",
        MemberKind.PROBATIONARY,
        Duty.MUST,
        False,
        Mark.ABSENT,
        Means.CLOSE,
        None,
        None,
        None,
        date(2026, 3, 20),
    ),
)
SHEET = Sheet(
    entry=ENTRY,
    minutes_id=7,
    version=2,
    written_by="林小满",
    written_at=AT,
    signatures=(Signature(Side.HOST, "方致远", AT), Signature(Side.RECORDER, "林小满", AT, "方致远")),
    enclosures=3,
    locked_at=AT,
    keeps=True,
)
RECORD = Record(SHEET, LINES)


def corrected(
    member: str | None = "白若谷", *, what: What = What.MARK, note: str | None = "纸质签到表"
) -> Correction:
    """Somebody was marked absent and came after all."""
    at = datetime(2026, 3, 13, 9, 5, tzinfo=ZONE)
    return Correction(what, at, "林小满", member, "absent", "present", note, 2, True)


def corrected_record(*corrections: Correction) -> Record:
    """A record with these corrections, whose decisions were rewritten when it was signed already."""
    first = Version(1, "林小满", AT, 2, ())
    second = Version(
        2, "方致远", AT.replace(day=14), 0, (Change(Part.DECISIONS, ("同意",), ("同意按期转正",)),)
    )
    return replace(RECORD, versions=(first, second), corrections=corrections)


def book(*entries: Entry, rolls: bool = True) -> Book:
    """The ledger of these meetings."""
    return Book("内科第一党支部", 2026, date(2026, 6, 1), entries, (LINES,) * len(entries) if rolls else ())


def saying(text: str) -> Record:
    """A record with these topics."""
    return replace(RECORD, sheet=replace(SHEET, entry=replace(ENTRY, topics=text)))
