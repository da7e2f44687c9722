"""Every action, walked by everybody: who is let in and who is not.

One line an action in `TABLE`; add yours. Each is tried by each of `EVERYBODY` for something in the ward 内科第一党支部
(or in the whole tree). An action may refuse for another reason once it has let somebody in; here only the door counts.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

import actions
from actions import (
    appeals,
    asking,
    audit,
    feedback,
    invites,
    mydata,
    overlays,
    packs,
    pictures,
    points,
    proposals,
    quizzes,
    records,
    reviews,
    roles,
    roster,
    settings,
    stats,
    today,
)
from actions.actors import Console, Who
from actions.app import App
from study.appeals import State
from study.members import NotAllowed, NotJoined, Role
from study.refusal import Refusal
from tests.actions.appealing import NURSE, Pen, appeal_of, taught
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


async def _on_a_question(action: Callable[..., Awaitable[object]], app: App, who: Who, _: Hospital) -> object:
    return await action(app, who, quiz_id=1, position=0)


async def _grant(app: App, who: Who, hospital: Hospital) -> points.Given:
    return await points.grant(
        app, who, member_id=hospital.nurse.id, amount=1, reason="义诊", source=f"{who}:1"
    )


async def _reverse(app: App, who: Who, hospital: Hospital) -> object:
    """Undo the first of the nurse's entries."""
    await _grant(app, Console.SHELL, hospital)
    return await points.reverse(app, who, entry_id=1, reason="记错了")


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
