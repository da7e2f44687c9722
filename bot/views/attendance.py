"""Who came: the board that keeps itself true, names to tap, one person's line, and the close."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions import rolls
from actions.attendance import Board, Guest, Guests
from actions.motions import Tally
from actions.rolls import Name, One, Part
from bot import texts
from bot.views import Page, button, changes, keyboard, turning
from bot.views import meetings as plans
from bot.views.doors import Code, Edit, List, Motions, Names, Open, Requests, Stop
from bot.views.recorddoors import Begin
from study.meetings import CAME, Count, Duty, Mark, Means, Stage
from study.members import Standing

BAR = 10  # squares
CHANGES = 12  # of one line, the latest
WHYS = ("there", "no_phone", "not_joined")  # why somebody is marked by hand while the meeting goes on
WHYS_AFTER = ("checked", "paper")
MONTHS = (3, 6, 12)


class Marking(CallbackData, prefix="vd"):
    """Names to tap: each tap marks one person as there, with this reason."""

    meeting: int
    why: str
    page: int


class Tick(CallbackData, prefix="vg"):
    """This person is there."""

    meeting: int
    member: int
    why: str
    page: int


class Person(CallbackData, prefix="vj"):
    """One person of the roll."""

    meeting: int
    member: int


class Set(CallbackData, prefix="vr"):
    """Mark this person by hand; an empty mark takes it back. After the close with a reason."""

    meeting: int
    member: int
    mark: str
    why: str


class Find(CallbackData, prefix="vz"):
    """Look for somebody by name."""

    meeting: int


class Found(CallbackData, prefix="v0"):
    """Another page of what was searched for; the query is in the dialogue."""

    meeting: int
    page: int


class AskIn(CallbackData, prefix="v1"):
    """Put somebody on the roll who was not expected."""

    meeting: int
    member: int


class Correct(CallbackData, prefix="v2"):
    """Must come or may (duty), votes or not (votes)."""

    meeting: int
    member: int
    what: str
    yes: bool


class Facts(CallbackData, prefix="v3"):
    """How a member stands, and whether anything is asked of them for now."""

    meeting: int
    member: int


class Stand(CallbackData, prefix="v4"):
    """How somebody stands: asked first, then done."""

    meeting: int
    member: int
    standing: Standing
    sure: bool


class Excuse(CallbackData, prefix="v5"):
    """Nothing is asked for so many months; 0 ends it."""

    meeting: int
    member: int
    months: int


class Close(CallbackData, prefix="v6"):
    """Close the meeting: asked first, then done."""

    meeting: int
    sure: bool


# --- the board ------------------------------------------------------------------------------------


def board(found: Board) -> Page:
    """The meeting in one message: while check-in is open, and after."""
    brief, count = found.brief, found.count
    lines = plans.facts(brief, head=_head(found))
    if brief.stage is Stage.OPEN:
        lines.append(texts.html("board.window", closes=f"{brief.closes:%H:%M}", late=f"{brief.late:%H:%M}"))
    lines += [Markup(""), *figures(count, closed=brief.closed)]
    if found.quorum is not None and brief.stage is not Stage.CANCELLED:
        lines.append(_quorum(found))
    if found.motion is not None:
        lines += [Markup(""), *motion(found.motion)]
    if found.missing and not brief.closed:
        more = count.open - len(found.missing)
        key = "board.missing_more" if more > 0 else "board.missing"
        lines += [Markup(""), texts.html(key, names="、".join(found.missing), more=more)]
    return Page(Markup("\n").join(lines), keyboard(*_board_rows(found)))


def shared(found: Board) -> Page:
    """The same in a group: without buttons, and with names only if the group has them."""
    return Page(board(found).text)


def figures(count: Count, *, closed: bool) -> list[Markup]:
    """应到, 实到, 请假, and who is missing, with a bar."""
    key = "board.figures_closed" if closed else "board.figures"
    if count.late:
        key += "_late"
    lines = [
        texts.html(
            key,
            late=count.late,
            expected=count.expected,
            came=count.came,
            leave=count.leave,
            open=count.open,
            absent=count.absent,
        ),
        texts.html("board.bar", bar=_bar(count)),
    ]
    if count.may:
        lines.append(texts.html("board.may", may=count.may, came=count.may_came))
    return lines


def motion(tally: Tally) -> list[Markup]:
    """A motion with its figures; of a secret one only how many have voted until it is closed."""
    lines = [texts.html("motion.line", text=tally.text, how=_how(tally))]
    if tally.sums is not None:
        lines.append(
            texts.html(
                "motion.sums", ayes=tally.sums.ayes, noes=tally.sums.noes, abstentions=tally.sums.abstentions
            )
        )
    if tally.result is None:
        lines.append(texts.html("motion.cast", cast=tally.cast, here=tally.here))
    else:
        found = tally.result
        lines.append(
            texts.html(
                f"motion.arithmetic.{tally.rule.value}",
                electorate=found.electorate,
                present=found.present,
                quorum=found.quorum,
                needed=found.needed,
            )
        )
        outcome = "passed" if found.passed else "failed" if found.quorate else "not_quorate"
        lines.append(texts.html(f"motion.result.{outcome}"))
    return lines


def _how(tally: Tally) -> str:
    secret = texts.plain("motion.secret" if tally.secret else "motion.open")
    return texts.plain("motion.how", rule=texts.plain(f"motion.rule.{tally.rule.value}"), secret=secret)


def _head(found: Board) -> str:
    if found.brief.stage is Stage.OPEN:
        return "board.head_open"
    if found.brief.stage is Stage.CANCELLED:
        return "board.head_cancelled"
    return "board.head_closed" if found.brief.closed else "meet.head"


def _quorum(found: Board) -> Markup:
    count, quorum = found.count, found.quorum or 0
    missing = max(0, quorum - count.voters_here) if count.voters else 1
    key = "board.no_quorum" if missing else "board.quorum"
    if found.brief.stage is Stage.OVER:
        key = "board.voters"
    source = found.brief.kind.rule_source
    text = texts.html(key, voters=count.voters, here=count.voters_here, quorum=quorum, missing=missing)
    return text + texts.html("board.source", source=source) if source else text


def _bar(count: Count) -> str:
    came = round(BAR * count.came / count.expected) if count.expected else 0
    away = min(BAR - came, round(BAR * count.leave / count.expected)) if count.expected else 0
    return "🟩" * came + "🟨" * away + "⬜️" * (BAR - came - away)


def _board_rows(found: Board) -> list[list[InlineKeyboardButton]]:
    brief = found.brief
    names = button(texts.plain("board.names"), Names(meeting=brief.id, part=Part.ALL, page=0))
    leaves = button(
        texts.plain(
            "board.leaves_waiting" if found.leaves_waiting else "board.leaves", waiting=found.leaves_waiting
        ),
        Requests(meeting=brief.id, page=0),
    )
    motions = (
        [button(texts.plain("board.motions"), Motions(meeting=brief.id, page=0))] if brief.kind.rule else []
    )
    record = button(texts.plain("minutes.open"), Begin(meeting=brief.id))
    if brief.stage is Stage.OPEN:
        return [
            [
                button(texts.plain("board.mark"), Marking(meeting=brief.id, why=WHYS[0], page=0)),
                button(texts.plain("board.code"), Code(meeting=brief.id, fresh=True)),
            ],
            [names, *motions],
            [leaves, button(texts.plain("board.close"), Close(meeting=brief.id, sure=False))],
            [record, button(texts.plain("meet.edit"), Edit(meeting=brief.id))] if found.leads else [record],
        ]
    if brief.stage is Stage.OVER and not brief.closed:
        return [[names, button(texts.plain("board.close"), Close(meeting=brief.id, sure=True))], [record]]
    if brief.stage is Stage.CANCELLED:
        return [[button(texts.plain("meet.list"), List(past=False, page=0))]]
    return [[record], [names, *motions], [leaves, button(texts.plain("meet.list"), List(past=True, page=0))]]


def ask_close(found: Board) -> Page:
    count = found.count
    key = "board.ask_close" if count.open else "board.ask_close_all"
    return Page(
        texts.html(key, title=found.brief.title, open=count.open, leave=count.leave),
        keyboard(
            [button(texts.plain("board.close_sure"), Close(meeting=found.brief.id, sure=True))],
            [button(texts.plain("meet.stop"), Open(meeting=found.brief.id))],
        ),
    )


# --- names ----------------------------------------------------------------------------------------


def names(found: rolls.Names) -> Page:
    """A page of the roll; each name opens its line."""
    brief = found.brief
    head = texts.html("roll.head", title=brief.title, total=found.leaf.total, part=_part(found.part))
    people = [button(_label(one), Person(meeting=brief.id, member=one.member_id)) for one in found.names]
    rows = [people[start : start + 2] for start in range(0, len(people), 2)]
    parts = [
        button(
            texts.plain("roll.chosen", part=_part(part)) if part is found.part else _part(part),
            Names(meeting=brief.id, part=part, page=0),
        )
        for part in Part
    ]
    turn = turning.row(found.leaf, lambda page: Names(meeting=brief.id, part=found.part, page=page))
    return Page(
        head,
        keyboard(
            *rows,
            turn,
            parts,
            [
                button(texts.plain("roll.find"), Find(meeting=brief.id)),
                button(texts.plain("meet.back"), Open(meeting=brief.id)),
            ],
        ),
    )


def marking(found: rolls.Names, *, why: str) -> Page:
    """Names to tap, those not marked yet."""
    brief = found.brief
    key = "roll.marking" if found.leaf.total else "roll.marking_done"
    text = texts.html(key, total=found.leaf.total, why=texts.plain(f"roll.why.{why}"))
    ticks = [
        button(one.name, Tick(meeting=brief.id, member=one.member_id, why=why, page=found.leaf.page))
        for one in found.names
    ]
    rows = [ticks[start : start + 2] for start in range(0, len(ticks), 2)]
    turn = turning.row(found.leaf, lambda page: Marking(meeting=brief.id, why=why, page=page))
    following = WHYS[(WHYS.index(why) + 1) % len(WHYS)] if why in WHYS else WHYS[0]
    return Page(
        text,
        keyboard(
            *rows,
            turn,
            [
                button(
                    texts.plain("roll.change_why", why=texts.plain(f"roll.why.{following}")),
                    Marking(meeting=brief.id, why=following, page=found.leaf.page),
                )
            ],
            [
                button(texts.plain("roll.find"), Find(meeting=brief.id)),
                button(texts.plain("board.names"), Names(meeting=brief.id, part=Part.ALL, page=0)),
            ],
        ),
    )


def ask_name() -> Page:
    return Page(texts.html("roll.ask_name"), keyboard([button(texts.plain("meet.stop"), Stop())]))


def found(result: Guests) -> Page:
    """Whoever the query may mean; those not on the roll can be asked in."""
    brief = result.brief
    rows = [[_guest(brief.id, one)] for one in result.people]
    key = "roll.found" if result.people else "people.nobody"
    turn = turning.row(result.leaf, lambda page: Found(meeting=brief.id, page=page))
    back = button(texts.plain("board.names"), Names(meeting=brief.id, part=Part.ALL, page=0))
    text = texts.html(key, query=result.query, total=result.leaf.total)
    return Page(text, keyboard(*rows, turn, [back]))


def _guest(meeting: int, one: Guest) -> InlineKeyboardButton:
    if not one.on_roll:
        label = texts.plain("roll.guest", name=one.name, unit=one.unit)
        return button(label, AskIn(meeting=meeting, member=one.member_id))
    label = texts.plain("people.one", name=f"{_sign(one.mark)} {one.name}", unit=one.unit)
    return button(label, Person(meeting=meeting, member=one.member_id))


# --- one person -----------------------------------------------------------------------------------


def person(one: One) -> Page:
    """A line of the roll with all that can be done about it."""
    brief, name = one.brief, one.name
    lines = [
        texts.html("roll.person", name=name.name, title=brief.title),
        texts.html("roll.duty", duty=_duty(name), reason=_reason(name)),
        texts.html("roll.mark", mark=_mark(one)),
    ]
    if name.note:
        lines.append(texts.html("roll.note", note=name.note))
    if name.leave:
        lines.append(texts.html("roll.leave", state=texts.plain(f"leave.state.{name.leave.value}")))
    if not name.joined:
        lines.append(texts.html("roll.no_chat"))
    if one.history:
        lines += [Markup(""), texts.html("roll.history")]
        lines += [changes.line(change, named=False) for change in one.history[-CHANGES:]]
    if brief.closed and not brief.locked:
        lines += [Markup(""), texts.html("roll.after_close")]
    return Page(Markup("\n").join(lines), keyboard(*_person_rows(one)))


def _person_rows(one: One) -> list[list[InlineKeyboardButton]]:
    brief, name = one.brief, one.name
    back = [button(texts.plain("board.names"), Names(meeting=brief.id, part=Part.ALL, page=0))]
    if brief.locked or brief.stage is Stage.CANCELLED:
        return [back]

    def to(mark: Mark | None) -> InlineKeyboardButton:
        value = mark.value if mark else "none"
        data = Set(meeting=brief.id, member=name.member_id, mark=value, why="")
        return button(texts.plain(f"roll.set.{value}"), data)

    marks = [Mark.LEAVE] if brief.stage is Stage.AHEAD else list(Mark)
    rows = [[to(mark) for mark in marks if mark is not name.mark]]
    if name.mark is not None and not brief.closed:
        rows.append([to(None)])
    if one.leads:
        rows.append(
            [
                _correct(one, "duty", yes=name.duty is Duty.MAY),
                _correct(one, "votes", yes=not name.votes),
            ]
        )
        facts = Facts(meeting=brief.id, member=name.member_id)
        rows.append([button(texts.plain("roll.facts"), facts)])
    return [*rows, back]


def _correct(one: One, what: str, *, yes: bool) -> InlineKeyboardButton:
    data = Correct(meeting=one.brief.id, member=one.name.member_id, what=what, yes=yes)
    return button(texts.plain(f"roll.correct.{what}.{'yes' if yes else 'no'}"), data)


def ask_why(one: One, mark: Mark) -> Page:
    """Why the record is changed after the meeting: a tap, or a few words."""
    brief, name = one.brief, one.name
    whys = [
        button(
            texts.plain(f"roll.why.{why}"),
            Set(meeting=brief.id, member=name.member_id, mark=mark.value, why=why),
        )
        for why in WHYS_AFTER
    ]
    text = texts.html("roll.ask_why", name=name.name, mark=texts.plain(f"roll.set.{mark.value}"))
    back = button(texts.plain("meet.stop"), Person(meeting=brief.id, member=name.member_id))
    return Page(text, keyboard(whys, [back]))


def facts(one: One) -> Page:
    """How a member stands in the Party, and until when nothing is asked of them. No reasons, nothing medical."""
    meeting, member = one.brief.id, one.name.member_id
    until = one.excused_until
    excused = (
        texts.html("roll.excused_until", year=until.year, month=until.month, day=until.day)
        if until
        else texts.html("roll.not_excused")
    )
    standings = [
        button(
            texts.plain(f"roll.standing.{standing.value}"),
            Stand(meeting=meeting, member=member, standing=standing, sure=False),
        )
        for standing in Standing
        if standing is not one.standing
    ]
    months = [
        button(
            texts.plain("roll.excuse", months=months), Excuse(meeting=meeting, member=member, months=months)
        )
        for months in MONTHS
    ]
    end = [button(texts.plain("roll.excuse_end"), Excuse(meeting=meeting, member=member, months=0))]
    return Page(
        Markup("\n").join(
            [
                texts.html("roll.facts_of", name=one.name.name),
                texts.html("roll.stands", standing=texts.plain(f"roll.standing.{one.standing.value}")),
                excused,
                Markup(""),
                texts.html("roll.facts_note"),
            ]
        ),
        keyboard(
            standings,
            months,
            end if until else [],
            [button(texts.plain("meet.back"), Person(meeting=meeting, member=member))],
        ),
    )


def ask_stand(one: One, standing: Standing) -> Page:
    """A tap that takes a vote away, or gives it back, is meant."""
    meeting, member = one.brief.id, one.name.member_id
    text = texts.html(
        f"roll.ask_standing.{standing.value}",
        name=one.name.name,
        before=texts.plain(f"roll.standing.{one.standing.value}"),
    )
    sure = Stand(meeting=meeting, member=member, standing=standing, sure=True)
    label = texts.plain("roll.standing_sure", standing=texts.plain(f"roll.standing.{standing.value}"))
    back = button(texts.plain("meet.stop"), Facts(meeting=meeting, member=member))
    return Page(text, keyboard([button(label, sure)], [back]))


def _label(one: Name) -> str:
    name = texts.plain("roll.label", sign=_sign(one.mark), name=one.name)
    extras = []
    if one.mark in CAME and one.at:
        extras.append(f"{one.at:%H:%M}")
    if one.mark is Mark.LATE:
        extras.append(texts.plain("roll.late"))
    if one.duty is Duty.MAY:
        extras.append(texts.plain("roll.may"))
    if not one.votes:
        extras.append(texts.plain("roll.no_vote"))
    return " · ".join([name, *extras])


def _sign(mark: Mark | None) -> str:
    return {
        Mark.PRESENT: "✅",
        Mark.LATE: "🕐",
        Mark.LEAVE: "🙋",
        Mark.ABSENT: "▫️",
        None: "⬜️",
    }[mark]


def _duty(name: Name) -> str:
    vote = texts.plain("roll.votes" if name.votes else "roll.no_vote")
    return texts.plain(f"roll.duty.{name.duty.value}", vote=vote)


def _reason(name: Name) -> str:
    reason = texts.plain(f"roll.reason.{name.reason.value if name.reason else 'private'}")
    return texts.plain("roll.corrected", reason=reason) if name.corrected else reason


def _mark(one: One) -> str:
    name = one.name
    if name.mark is None:
        return texts.plain("roll.unmarked")
    means = texts.plain(f"roll.means.{name.means.value}") if name.means else ""
    if name.means is Means.HAND and one.marked_by:
        means = texts.plain("roll.by", by=one.marked_by)
    parts = [texts.plain(f"roll.is.{name.mark.value}")]
    if name.at and name.mark in CAME:
        parts.append(f"{name.at:%H:%M}")
    return " · ".join([*parts, *([means] if means else [])])


def _part(part: Part) -> str:
    return texts.plain(f"roll.part.{part.value}")
