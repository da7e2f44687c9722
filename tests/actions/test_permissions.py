"""Every action, walked by everybody: who is let in and who is not.

One line an action in `TABLE`; add yours. Each is tried by each of `EVERYBODY` for something in the ward 内科第一党支部
(or in the whole tree). An action may refuse for another reason once it has let somebody in; here only the door counts.
"""

import inspect
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import actions
from actions import (
    appeals,
    asking,
    attendance,
    audiences,
    audit,
    cadence,
    checkin,
    columns,
    feedback,
    groups,
    hours,
    invitations,
    invites,
    leave,
    makeups,
    meetings,
    minutes,
    motions,
    mydata,
    notices,
    occasions,
    overlays,
    packs,
    pictures,
    points,
    proposals,
    quizzes,
    recalls,
    receipts,
    recordbook,
    records,
    reports,
    reviews,
    roles,
    rolls,
    roster,
    seats,
    sending,
    settings,
    stats,
    today,
)
from actions.actors import Console, Who
from actions.app import App
from storage import motions as motion_records
from storage.tables import Member, Notice, Occasion, Unit
from study.appeals import State
from study.leave import AskedAlready
from study.meetings import Mark
from study.members import NotAllowed, NotJoined, Role, Standing
from study.minutes import Part, Side
from study.notices import Fate
from study.refusal import Refusal
from study.votes import Choice, Sums
from study.whens import Repeat
from tests.actions.appealing import NURSE, Pen, appeal_of, taught
from tests.actions.meeting import EVENING, planned
from tests.actions.recording import closed
from tests.conftest import Hospital
from tests.sample import PACK

STRANGER = 999_999

# Who there is: the hospital's people, somebody unknown, and the command line.
EVERYBODY = (
    *("stranger", "nurse", "doctor", "theatre_secretary"),
    *("secretary", "general_secretary", "administrator", "shell"),
)
MEMBERS = frozenset(EVERYBODY) - {"stranger", "shell"}  # act for themselves
INVITERS = frozenset({"secretary", "general_secretary", "administrator", "shell"})  # of the ward
SECRETARIES = INVITERS | {"theatre_secretary"}  # of any unit
ADMINISTRATORS = frozenset({"administrator", "shell"})
ANYBODY = frozenset(EVERYBODY)
SIGNERS = (INVITERS - {"shell"}) | {"nurse"}  # with chats, of a record that the nurse signs


@dataclass(frozen=True)
class Row:
    name: str
    call: Callable[[App, Who, Hospital], Awaitable[object]]
    allowed: frozenset[str]


def _account(who: Who) -> int:
    return who if isinstance(who, int) else 1


async def _on_a_draft(action: Callable[..., Awaitable[object]], app: App, who: Who, _: Hospital) -> object:
    return await action(app, who, draft_id=1)


async def _on_an_appeal(
    action: Callable[..., Awaitable[object]], app: App, who: Who, hospital: Hospital
) -> object:
    """Do it with an open appeal of the nurse's."""
    graded = await Pen(await taught(app)).writes(NURSE, "悬一线")
    return await action(app, who, appeal_id=(await appeal_of(app, graded)).id)


async def _in_the_group(
    action: Callable[..., Awaitable[object]], app: App, who: Who, hospital: Hospital
) -> object:
    """Do it with a group of the ward's."""
    await groups.bind(app, Console.SHELL, chat_id=-7, title="群", unit_id=hospital.ward1.id)
    return await action(app, who, chat_id=-7)


async def _file_a_notice(app: App, who: Who, hospital: Hospital) -> None:
    """Take a sent notice of the ward's out of its column."""
    async with app.db.writing() as tx:
        sent = Notice(
            unit_id=hospital.ward1.id,
            state="sent",
            title="",
            body="",
            media=[],
            audience={},
            receipt=False,
            revision=0,
            created_at=app.clock(),
        )
        tx.add(sent)
    await columns.file(app, who, notice_id=sent.id, column=None)


async def _on_an_occasion(
    action: Callable[..., Awaitable[object]], app: App, who: Who, hospital: Hospital
) -> object:
    """Do it with a reminder proposed to the ward."""
    async with app.db.writing() as tx:
        one = Occasion(unit_id=hospital.ward1.id, entry=str(who), year=2026, proposed_at=app.clock())
        tx.add(one)
    return await action(app, who, occasion_id=one.id)


async def _on_a_record(
    action: Callable[..., Awaitable[object]], app: App, who: Who, hospital: Hospital
) -> object:
    """Do it with a meeting of the ward that is over, hosted and recorded by the nurse."""
    meeting_id = await closed(app, hospital, kind="committee", host=hospital.nurse, recorder=hospital.nurse)
    return await action(app, who, meeting_id=meeting_id)


async def _on_minutes(
    action: Callable[..., Awaitable[object]], app: App, who: Who, hospital: Hospital
) -> object:
    """Do it with the words of such a meeting."""
    meeting_id = await closed(app, hospital, kind="committee", host=hospital.nurse, recorder=hospital.nurse)
    sheet = await minutes.write(app, NURSE, meeting_id=meeting_id, part=Part.TOPICS, text="学习")
    return await action(app, who, minutes_id=sheet.minutes_id)


async def _on_a_question(action: Callable[..., Awaitable[object]], app: App, who: Who, _: Hospital) -> object:
    return await action(app, who, quiz_id=1, position=0)


async def _on_a_notice(
    action: Callable[..., Awaitable[object]],
    app: App,
    who: Who,
    hospital: Hospital,
    *,
    out: bool = True,
) -> object:
    """Do it with a notice to the ward: one that is out, or a draft of whoever asks."""
    async with app.db.writing() as tx:
        author = await tx.scalar(select(Member.id).where(Member.telegram_id == _account(who)))
        unit = await tx.get_one(Unit, hospital.ward1.id)
        notice_id = await notices.make(app, tx, author_id=author, unit=unit, body="周五开会")
    if out:
        await notices.announce(app, Console.SHELL, notice_id=notice_id)
    return await action(app, who, notice_id=notice_id)


async def _grant(app: App, who: Who, hospital: Hospital) -> points.Given:
    return await points.grant(
        app, who, member_id=hospital.nurse.id, amount=1, reason="义诊", source=f"{who}:1"
    )


async def _reverse(app: App, who: Who, hospital: Hospital) -> object:
    """Undo the first of the nurse's entries."""
    await _grant(app, Console.SHELL, hospital)
    return await points.reverse(app, who, entry_id=1, reason="记错了")


async def _in_the_ward(
    action: Callable[..., Awaitable[object]], app: App, who: Who, hospital: Hospital, **more: Any
) -> object:
    return await action(app, who, unit_id=hospital.ward1.id, kind="assembly", **more)


async def _on_a_meeting(
    action: Callable[..., Awaitable[object]], app: App, who: Who, hospital: Hospital, **more: Any
) -> object:
    """Do it with a meeting of the ward that nobody hosts or records."""
    card = await planned(app, hospital, who=Console.SHELL, kind="lesson")
    return await action(app, who, meeting_id=card.brief.id, **more)


async def _decide_leave(app: App, who: Who, hospital: Hospital) -> object:
    """Decide about the nurse's leave."""
    card = await planned(app, hospital, who=Console.SHELL, kind="lesson")
    with suppress(AskedAlready):
        await leave.ask(app, NURSE, meeting_id=card.brief.id, reason="duty")
    return await leave.decide(app, who, leave_id=1, approve=True)


async def _on_a_motion(
    action: Callable[..., Awaitable[object]], app: App, who: Who, hospital: Hospital, **more: Any
) -> object:
    """Do it with a motion in a meeting of the ward."""
    card = await planned(app, hospital, who=Console.SHELL)
    async with app.db.writing() as tx:
        values = {"text": "同意", "rule": "majority", "secret": False, "put_at": app.clock(), "source": "7:7"}
        await motion_records.put_once(tx, meeting_id=card.brief.id, **values)
    return await action(app, who, motion_id=1, **more)


TABLE: tuple[Row, ...] = (
    # the roster
    Row("roster.read", lambda app, who, _: roster.read(app, who, data=b"x"), ADMINISTRATORS),
    Row("roster.compare", lambda app, who, _: roster.compare(app, who, people=()), ADMINISTRATORS),
    Row(
        "roster.confirm",
        lambda app, who, _: roster.confirm(app, who, people=(), full=False, digest=""),
        ADMINISTRATORS,
    ),
    Row("roster.overview", lambda app, who, _: roster.overview(app, who), ADMINISTRATORS),
    Row("roster.listing", lambda app, who, h: roster.listing(app, who, unit_id=h.ward1.id), INVITERS),
    Row(
        "roster.set_zone",
        lambda app, who, h: roster.set_zone(app, who, unit_id=h.ward1.id, zone="Asia/Urumqi"),
        ADMINISTRATORS,
    ),
    # ways in
    Row("invites.units_waiting", lambda app, who, _: invites.units_waiting(app, who), SECRETARIES),
    Row(
        "invites.candidates",
        lambda app, who, h: invites.candidates(app, who, unit_id=h.ward1.id),
        INVITERS,
    ),
    Row("invites.make", lambda app, who, h: invites.make(app, who, member_id=h.newcomer.id), INVITERS),
    Row(
        "invites.make_for_unit",
        lambda app, who, h: invites.make_for_unit(app, who, unit_id=h.ward1.id),
        INVITERS,
    ),
    Row("invites.revoke", lambda app, who, h: invites.revoke(app, who, member_id=h.newcomer.id), INVITERS),
    Row("invites.join", lambda app, who, _: invites.join(app, _account(who), token="in_wrong"), ANYBODY),
    # roles and the record
    Row("roles.holders", lambda app, who, _: roles.holders(app, who), ADMINISTRATORS),
    Row("roles.search", lambda app, who, _: roles.search(app, who, query="林"), ADMINISTRATORS),
    Row("roles.offer", lambda app, who, h: roles.offer(app, who, member_id=h.nurse.id), ADMINISTRATORS),
    Row(
        "roles.grant",
        lambda app, who, h: roles.grant(
            app, who, member_id=h.nurse.id, role=Role.SECRETARY, unit_id=h.ward1.id
        ),
        ADMINISTRATORS,
    ),
    Row("roles.withdraw", lambda app, who, _: roles.withdraw(app, who, role_id=1), ADMINISTRATORS),
    Row("roles.held", lambda app, who, _: roles.held(app, who, role_id=3), ADMINISTRATORS),
    Row("roles.held_by", lambda app, who, h: roles.held_by(app, who, member_id=h.nurse.id), ADMINISTRATORS),
    Row(
        "roles.unit_named", lambda app, who, h: roles.unit_named(app, who, name=h.ward1.name), ADMINISTRATORS
    ),
    Row("roles.top", lambda app, who, _: roles.top(app, who), ADMINISTRATORS),
    Row("audit.page", lambda app, who, _: audit.page(app, who), ADMINISTRATORS),
    # one's own choices
    Row("settings.of", lambda app, who, _: settings.of(app, who), MEMBERS),
    Row("settings.set_hour", lambda app, who, _: settings.set_hour(app, who, minute=480), MEMBERS),
    Row(
        "settings.set_hour_typed", lambda app, who, _: settings.set_hour_typed(app, who, text="8:00"), MEMBERS
    ),
    Row(
        "settings.set_quiet_day",
        lambda app, who, _: settings.set_quiet_day(app, who, weekday=6, quiet=True),
        MEMBERS,
    ),
    Row("settings.set_muted", lambda app, who, _: settings.set_muted(app, who, muted=True), MEMBERS),
    Row("settings.set_locale", lambda app, who, _: settings.set_locale(app, who, locale="en"), MEMBERS),
    Row(
        "settings.set_in_ranking",
        lambda app, who, _: settings.set_in_ranking(app, who, taking_part=False),
        MEMBERS,
    ),
    Row("settings.home", lambda app, who, _: settings.home(app, who), MEMBERS | {"shell"}),
    # a word to the administrators
    Row("feedback.send", lambda app, who, _: feedback.send(app, who, text="好", source="9:9"), MEMBERS),
    Row("feedback.look", lambda app, who, _: feedback.look(app, who, feedback_id=1), ADMINISTRATORS),
    Row("feedback.count_waiting", lambda app, who, _: feedback.count_waiting(app, who), MEMBERS | {"shell"}),
    Row("feedback.waiting", lambda app, who, _: feedback.waiting(app, who), ADMINISTRATORS),
    Row(
        "feedback.answer",
        lambda app, who, _: feedback.answer(app, who, feedback_id=1, text="谢谢"),
        ADMINISTRATORS,
    ),
    # meetings, before and during
    Row("meetings.kept", lambda app, who, _: meetings.kept(app, who), SECRETARIES),
    Row("meetings.keeps_any", lambda app, who, _: meetings.keeps_any(app, who), ANYBODY - {"stranger"}),
    Row("meetings.places", lambda app, who, _: meetings.places(app, who), SECRETARIES),
    Row("meetings.kinds", lambda app, who, h: meetings.kinds(app, who, unit_id=h.ward1.id), INVITERS),
    *(
        Row(f"meetings.{action.__name__}", partial(_in_the_ward, action, **more), INVITERS)
        for action, more in (
            (meetings.offer, {}),
            (meetings.read_when, {"text": "明天"}),
            (meetings.plan, {"starts_at": EVENING, "source": "2:2"}),
            (meetings.series, {"starts_at": EVENING, "by": Repeat.WEEKDAY}),
            (meetings.plan_series, {"starts_at": EVENING, "by": Repeat.WEEKDAY, "source": "2:2"}),
        )
    ),
    *(
        Row(name, partial(_on_a_meeting, action, **more), INVITERS)
        for name, action, more in (
            ("meetings.look", meetings.look, {}),
            ("meetings.rename", meetings.rename, {"title": "大会"}),
            ("meetings.set_agenda", meetings.set_agenda, {"agenda": "一"}),
            ("meetings.set_place", meetings.set_place, {"place": "示教室"}),
            ("meetings.set_host", meetings.set_host, {"member_id": 1}),
            ("meetings.set_recorder", meetings.set_recorder, {"member_id": 1}),
            ("meetings.set_end", meetings.set_end, {"minutes": 60}),
            ("meetings.move", meetings.move, {"text": "明天"}),
            ("meetings.cancel", meetings.cancel, {}),
            ("meetings.series_ahead", meetings.series_ahead, {}),
            ("meetings.cancel_series", meetings.cancel_series, {}),
            ("meetings.whom", meetings.whom, {"query": "林"}),
            ("invitations.invite", invitations.invite, {}),
            ("rolls.page", rolls.page, {}),
            ("rolls.one", rolls.one, {"member_id": 1}),
            ("rolls.facts", rolls.facts, {"member_id": 1}),
            ("rolls.correct", rolls.correct, {"member_id": 1, "votes": False}),
            ("rolls.stand", rolls.stand, {"member_id": 1, "standing": Standing.WATCHED}),
            ("rolls.excuse", rolls.excuse, {"member_id": 1, "months": 3}),
            ("attendance.board", attendance.board, {}),
            ("attendance.mark", attendance.mark, {"member_id": 1, "mark": Mark.LEAVE}),
            ("attendance.tick", attendance.tick, {"member_id": 1, "note": "现场确认"}),
            ("attendance.find", attendance.find, {"query": "林"}),
            ("attendance.ask_in", attendance.ask_in, {"member_id": 1}),
            ("attendance.close", attendance.close, {}),
            ("checkin.show", checkin.show, {}),
            ("leave.of_meeting", leave.of_meeting, {}),
            ("motions.listing", motions.listing, {}),
            ("motions.ensure_can_put", motions.ensure_can_put, {}),
            (
                "motions.put",
                motions.put,
                {"text": "同意", "rule": "majority", "secret": False, "source": "9:9"},
            ),
        )
    ),
    Row(
        "meetings.calendar",
        partial(_on_a_meeting, meetings.calendar),
        INVITERS | {"nurse", "doctor"},
    ),
    Row("seats.committee", lambda app, who, h: seats.committee(app, who, unit_id=h.ward1.id), INVITERS),
    Row("seats.whom", lambda app, who, h: seats.whom(app, who, unit_id=h.ward1.id, query="林"), INVITERS),
    Row(
        "seats.seat",
        lambda app, who, h: seats.seat(app, who, unit_id=h.ward1.id, member_id=h.nurse.id, title="书记"),
        INVITERS,
    ),
    Row("seats.unseat", lambda app, who, h: seats.unseat(app, who, unit_id=h.ward1.id, seat_id=1), INVITERS),
    *(
        Row(name, partial(_on_a_meeting, action, **more), MEMBERS)
        for name, action, more in (
            ("checkin.by_button", checkin.by_button, {}),
            ("checkin.own_link", checkin.own_link, {}),
            ("invitations.receive", invitations.receive, {}),
            ("leave.look", leave.look, {}),
            ("leave.ask", leave.ask, {"reason": "duty"}),
            ("leave.withdraw", leave.withdraw, {}),
        )
    ),
    Row("leave.ahead", lambda app, who, _: leave.ahead(app, who), MEMBERS),
    Row("leave.decide", _decide_leave, INVITERS),
    *(
        Row(name, partial(_on_a_motion, action, **more), INVITERS)
        for name, action, more in (
            ("motions.of", motions.of, {}),
            ("motions.count_hands", motions.count_hands, {"sums": Sums()}),
            ("motions.close", motions.close, {}),
            ("motions.choices", motions.choices, {}),
        )
    ),
    *(
        Row(name, partial(_on_a_motion, action, **more), MEMBERS)
        for name, action, more in (
            ("motions.look", motions.look, {}),
            ("motions.cast", motions.cast, {"choice": Choice.AYE}),
        )
    ),
    # what is taught
    Row("packs.live", lambda app, who, _: packs.live(app, who), ADMINISTRATORS),
    Row("packs.versions", lambda app, who, _: packs.versions(app, who), ADMINISTRATORS),
    Row("packs.body", lambda app, who, _: packs.body(app, who, pack_id="x"), ADMINISTRATORS),
    Row("packs.compare", lambda app, who, _: packs.compare(app, who, PACK), ADMINISTRATORS),
    Row("packs.publish", lambda app, who, _: packs.publish(app, who, PACK), ADMINISTRATORS),
    Row("packs.roll_back", lambda app, who, _: packs.roll_back(app, who, version=1), ADMINISTRATORS),
    Row("packs.withdraw", lambda app, who, _: packs.withdraw(app, who, pack_id="x"), ADMINISTRATORS),
    Row("pictures.find", lambda app, who, _: pictures.find(app, who, "x"), MEMBERS | {"shell"}),
    Row("proposals.ensure_allowed", lambda app, who, _: proposals.ensure_allowed(app, who), ADMINISTRATORS),
    Row(
        "proposals.propose",
        lambda app, who, _: proposals.propose(app, who, name="x.yaml", data=b"x"),
        ADMINISTRATORS,
    ),
    Row("proposals.waiting", lambda app, who, _: proposals.waiting(app, who), ADMINISTRATORS),
    *(
        Row(f"proposals.{action.__name__}", partial(_on_a_draft, action), ADMINISTRATORS)
        for action in (
            proposals.look,
            proposals.accept,
            proposals.publish,
            proposals.drop,
            proposals.try_out,
        )
    ),
    Row(
        "proposals.schedule",
        lambda app, who, _: proposals.schedule(app, who, draft_id=1, on=None),
        ADMINISTRATORS,
    ),
    # notices
    Row("notices.listing", lambda app, who, _: notices.listing(app, who), SECRETARIES),
    Row("notices.draft", lambda app, who, h: notices.draft(app, who, unit_id=h.ward1.id), INVITERS),
    Row("notices.from_template", lambda app, who, _: notices.from_template(app, who, key="x"), SECRETARIES),
    Row("notices.write", lambda app, who, _: notices.write(app, who, body="开会"), SECRETARIES),
    *(
        Row(name, partial(_on_a_notice, action, out=False), INVITERS)
        for name, action in (
            ("notices.look", notices.look),
            ("notices.fill_blank", partial(notices.fill_blank, said="周五")),
            ("notices.set_receipt", partial(notices.set_receipt, on=True)),
            ("notices.set_urgent", partial(notices.set_urgent, reason="台风来了")),
            ("notices.discard", notices.discard),
            ("notices.left_out", partial(notices.left_out, fate=Fate.MUTED)),
            ("notices.announce", notices.announce),
            ("audiences.options", partial(audiences.options, part=audiences.Part.UNIT)),
            ("audiences.choose", partial(audiences.choose, part=audiences.Part.UNANSWERED, value="1")),
            ("audiences.reset", audiences.reset),
            ("sending.schedule", partial(sending.schedule, at=datetime(2027, 1, 1, tzinfo=UTC))),
            ("sending.repeat", partial(sending.repeat, day=1, minute=480)),
        )
    ),
    *(
        Row(name, partial(_on_a_notice, action), INVITERS)
        for name, action in (
            ("sending.unschedule", sending.unschedule),
            ("sending.pause", sending.pause),
            ("sending.resume", sending.resume),
            ("sending.cancel", sending.cancel),
            ("sending.retry", sending.retry),
            ("receipts.remind", receipts.remind),
            ("notices.preview_soon", partial(notices.preview_soon, chat_id=1, reply_to=1)),
            ("recalls.corrected", partial(recalls.corrected, body="改到周六")),
            ("recalls.correct", partial(recalls.correct, body="改到周六")),
            ("recalls.withdraw", recalls.withdraw),
            ("reports.report", reports.report),
            ("reports.names", partial(reports.names, fates=[Fate.SENT])),
            ("reports.export", reports.export),
        )
    ),
    Row("receipts.confirm", lambda app, who, _: receipts.confirm(app, who, notice_id=1), MEMBERS),
    # a second look
    Row("appeals.ask", lambda app, who, _: appeals.ask(app, who, answer_id=1), MEMBERS),
    Row("appeals.explain", lambda app, who, _: appeals.explain(app, who, appeal_id=1, word="好"), MEMBERS),
    Row("appeals.mine", lambda app, who, _: appeals.mine(app, who), MEMBERS),
    Row("appeals.look_at_own", lambda app, who, _: appeals.look_at_own(app, who, appeal_id=1), MEMBERS),
    Row("appeals.may_decide", lambda app, who, _: appeals.may_decide(app, who), MEMBERS | {"shell"}),
    Row("appeals.waiting", lambda app, who, _: appeals.waiting(app, who), SECRETARIES),
    *(
        Row(name, partial(_on_an_appeal, action), INVITERS)
        for name, action in (
            ("appeals.look", appeals.look),
            ("appeals.decide", partial(appeals.decide, state=State.ACCEPTED)),
            ("overlays.adopt", partial(overlays.adopt, offer=0)),
        )
    ),
    Row("overlays.listing", lambda app, who, _: overlays.listing(app, who), SECRETARIES),
    Row("overlays.revoke", lambda app, who, _: overlays.revoke(app, who, overlay_id=1), SECRETARIES),
    Row("overlays.export", lambda app, who, _: overlays.export(app, who), ADMINISTRATORS),
    # a day of study
    Row("today.card", lambda app, who, _: today.card(app, who), MEMBERS | {"shell"}),
    Row("today.read", lambda app, who, _: today.read(app, who, lesson_id="x"), MEMBERS | {"shell"}),
    Row("today.lesson", lambda app, who, _: today.lesson(app, who, lesson_id="x"), MEMBERS | {"shell"}),
    Row("quizzes.start_day", lambda app, who, _: quizzes.start_day(app, who), MEMBERS),
    Row("quizzes.start_practice", lambda app, who, _: quizzes.start_practice(app, who, topic=None), MEMBERS),
    Row(
        "quizzes.start_item",
        lambda app, who, _: quizzes.start_item(app, who, item_id="x"),
        MEMBERS,
    ),
    Row("quizzes.start_review", lambda app, who, _: quizzes.start_review(app, who), MEMBERS),
    Row("quizzes.go_on", lambda app, who, _: quizzes.go_on(app, who, quiz_id=1), MEMBERS),
    *(
        Row(f"quizzes.{action.__name__}", partial(_on_a_question, action), MEMBERS)
        for action in (quizzes.submit, quizzes.give_up)
    ),
    *(
        Row(f"quizzes.{action.__name__}", partial(_on_a_question, partial(action, option=0)), MEMBERS)
        for action in (quizzes.tick, quizzes.choose)
    ),
    Row("quizzes.say", lambda app, who, _: quizzes.say(app, who, text="好", source="9:9"), MEMBERS),
    Row(
        "quizzes.was_answer",
        lambda app, who, _: quizzes.was_answer(app, who, source="9:9"),
        MEMBERS | {"shell"},
    ),
    Row("reviews.backlog", lambda app, who, _: reviews.backlog(app, who), MEMBERS),
    Row("quizzes.topics", lambda app, who, _: quizzes.topics(app, who), MEMBERS | {"shell"}),
    Row("asking.ask", lambda app, who, _: asking.ask(app, who, question="党费"), MEMBERS | {"shell"}),
    # the record, points and totals
    Row("records.mine", lambda app, who, _: records.mine(app, who), MEMBERS),
    Row("points.mine", lambda app, who, _: points.mine(app, who), MEMBERS),
    Row("points.of_member", lambda app, who, h: points.of_member(app, who, member_id=h.nurse.id), INVITERS),
    Row("points.find", lambda app, who, _: points.find(app, who, name="林"), SECRETARIES),
    Row("points.may_give", lambda app, who, _: points.may_give(app, who), MEMBERS | {"shell"}),
    Row("points.ensure_may_give", lambda app, who, _: points.ensure_may_give(app, who), SECRETARIES),
    Row("points.grant", _grant, INVITERS),
    Row("points.reverse", _reverse, INVITERS),
    Row("stats.of_unit", lambda app, who, h: stats.of_unit(app, who, unit_id=h.ward1.id), INVITERS),
    Row(
        "stats.set_ranking",
        lambda app, who, h: stats.set_ranking(app, who, unit_id=h.ward1.id, on=True),
        INVITERS,
    ),
    Row("stats.ranking", lambda app, who, _: stats.ranking(app, who), MEMBERS | {"shell"}),
    # groups
    Row("groups.offer", lambda app, who, _: groups.offer(app, who, chat_id=-1), SECRETARIES),
    Row(
        "groups.bind",
        lambda app, who, h: groups.bind(app, who, chat_id=-1, title="群", unit_id=h.ward1.id),
        INVITERS,
    ),
    Row("groups.listing", lambda app, who, _: groups.listing(app, who), SECRETARIES),
    *(
        Row(name, partial(_in_the_group, action), INVITERS)
        for name, action in (
            ("groups.look", groups.look),
            ("groups.set_names_shown", partial(groups.set_names_shown, shown=True)),
            ("groups.unbind", groups.unbind),
        )
    ),
    # columns
    Row("columns.shelves", lambda app, who, _: columns.shelves(app, who), MEMBERS),
    Row("columns.listing", lambda app, who, _: columns.listing(app, who, column="x"), MEMBERS),
    Row("columns.search", lambda app, who, _: columns.search(app, who, words="党费"), MEMBERS),
    Row("columns.read", lambda app, who, _: columns.read(app, who, notice_id=1), MEMBERS),
    Row(
        "columns.set_weekly",
        lambda app, who, _: columns.set_weekly(app, who, column="x", weekly=True),
        MEMBERS,
    ),
    Row("columns.file", _file_a_notice, INVITERS),
    # reminders of the year
    Row("occasions.calendar", lambda app, who, _: occasions.calendar(app, who), SECRETARIES),
    Row("occasions.open_entry", lambda app, who, _: occasions.open_entry(app, who, key="x"), SECRETARIES),
    *(
        Row(f"occasions.{action.__name__}", partial(_on_an_occasion, action), INVITERS)
        for action in (occasions.look, occasions.use, occasions.dismiss)
    ),
    # after a meeting
    *(
        Row(f"minutes.{name}", partial(_on_a_record, action), INVITERS | {"nurse"})
        for name, action in (
            ("look", minutes.look),
            ("record", minutes.record),
            ("write", partial(minutes.write, part=Part.TOPICS, text="学习")),
            ("enclosures", minutes.enclosures),
            ("enclose", partial(minutes.enclose, form="photo", file_id="x", unique_id="x", name="x")),
            ("take_out", partial(minutes.take_out, enclosure_id=1)),
            ("candidates", partial(minutes.candidates, side=Side.HOST)),
            ("appoint", partial(minutes.appoint, side=Side.HOST, member_id=1)),
            ("call", minutes.call),
            ("versions", minutes.versions),
        )
    ),
    Row("minutes.sign", partial(_on_minutes, partial(minutes.sign, side=Side.HOST)), SIGNERS),
    Row(
        "minutes.sign_on_paper",
        partial(_on_minutes, partial(minutes.sign_on_paper, side=Side.HOST)),
        INVITERS,
    ),
    Row("minutes.lock", partial(_on_minutes, minutes.lock), INVITERS),
    *(
        Row(f"makeups.{name}", partial(_on_a_record, action), INVITERS)
        for name, action in (
            ("progress", makeups.progress),
            ("lessons", makeups.lessons),
            ("choose", partial(makeups.choose, lesson_id="x")),
        )
    ),
    *(
        Row(f"makeups.{action.__name__}", partial(_on_a_record, action), MEMBERS)
        for action in (makeups.look, makeups.read, makeups.start)
    ),
    Row("makeups.mine", lambda app, who, _: makeups.mine(app, who), MEMBERS),
    Row("hours.mine", lambda app, who, _: hours.mine(app, who), MEMBERS),
    Row("recordbook.shelf", lambda app, who, h: recordbook.shelf(app, who, unit_id=h.ward1.id), INVITERS),
    Row("recordbook.year", lambda app, who, h: recordbook.year(app, who, unit_id=h.ward1.id), INVITERS),
    Row("cadence.board", lambda app, who, h: cadence.board(app, who, unit_id=h.ward1.id), INVITERS),
    # everything about oneself
    Row("mydata.export", lambda app, who, _: mydata.export(app, who), MEMBERS),
    Row("mydata.summary", lambda app, who, _: mydata.summary(app, who), MEMBERS),
    Row("mydata.erase", lambda app, who, _: mydata.erase(app, who), MEMBERS),
)


def _who(person: str, hospital: Hospital) -> Who:
    if person == "shell":
        return Console.SHELL
    if person == "stranger":
        return STRANGER
    account = hospital.people["outsider" if person == "theatre_secretary" else person].telegram_id
    assert account is not None
    return account


def test_no_action_is_left_out() -> None:
    folder = Path(actions.__file__).parent
    found = {
        f"{path.stem}.{name}"
        for path in folder.glob("[a-z]*.py")
        for name, action in vars(import_module(f"actions.{path.stem}")).items()
        if inspect.iscoroutinefunction(action) and action.__module__ == f"actions.{path.stem}"
        if not name.startswith("_") and list(inspect.signature(action).parameters)[:2] == ["app", "who"]
    }
    assert found - {row.name for row in TABLE} == {"actors.ensure_joined"}  # the door itself


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
async def test_the_door_opens_for_those_allowed_and_nobody_else(
    app: App, hospital: Hospital, row: Row
) -> None:
    await roles.grant(
        app, Console.SHELL, member_id=hospital.outsider.id, role=Role.SECRETARY, unit_id=hospital.theatre.id
    )
    let_in = set()
    for person in EVERYBODY:
        try:
            await row.call(app, _who(person, hospital), hospital)
        except (NotAllowed, NotJoined):
            continue
        except Refusal:
            pass
        let_in.add(person)
    assert let_in == row.allowed
