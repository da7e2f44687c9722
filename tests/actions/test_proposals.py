"""Packs that administrators send: nothing that is live changes before they say so."""

import asyncio
import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from actions import audit, packs, pictures, proposals, quizzes, roles
from actions.actors import Console
from actions.app import App
from actions.packs import Published
from actions.proposals import Proposal
from actions.questions import Shown
from storage.tables import Answer, Card, Outgoing, PackDraft, PackVersion, Quiz
from study.members import NotAllowed, Role
from study.packs.deciding import (
    AlreadyLive,
    DraftHasFaults,
    IdsElsewhere,
    NoSuchDraft,
    NoSuchVersion,
    NothingToTry,
    NotInFuture,
    NotLive,
    TooLarge,
)
from tests.conftest import Clock, Hospital
from tests.sample_packs import dumped, item, lesson, pack

ADMIN = 1006


def yaml(**changed: Any) -> bytes:
    return dumped(pack(**changed)).encode()


async def propose(app: App, **changed: Any) -> Proposal:
    return await proposals.propose(app, ADMIN, name="pack.yaml", data=yaml(**changed))


async def go_live(app: App, **changed: Any) -> Published:
    found = await propose(app, **changed)
    done = await proposals.publish(app, ADMIN, draft_id=found.draft_id)
    assert isinstance(done, Published)
    return done


async def live_title(app: App) -> str | None:
    found = await packs.live(app, ADMIN)
    return found[0].title if found else None


def renamed(title: str) -> dict[str, Any]:
    return {"pack": {"id": "sample", "title": title}}


async def test_a_draft_changes_nothing_until_it_is_published(app: App, hospital: Hospital) -> None:
    found = await propose(app)
    assert found.ready and len(found.difference.new_items) == 7
    assert await live_title(app) is None
    done = await proposals.publish(app, ADMIN, draft_id=found.draft_id)
    assert isinstance(done, Published) and done.version
    assert await live_title(app) == "样例"


async def test_a_second_tap_publishes_nothing_more(app: App, hospital: Hospital) -> None:
    found = await propose(app)
    outcomes = await asyncio.gather(
        *(proposals.publish(app, ADMIN, draft_id=found.draft_id) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["NoSuchDraft", "Published"]
    assert len(await packs.versions(app, ADMIN)) == 1


async def test_members_with_answers_to_what_changes_are_counted_once(app: App, hospital: Hospital) -> None:
    await go_live(app)
    async with app.db.writing() as tx:
        for member_id, item_id in [
            (1, "dahui-single"),
            (1, "dahui-fill"),
            (2, "dahui-fill"),
            (3, "dahui-short"),
        ]:
            tx.add(
                Card(member_id=member_id, item_id=item_id, state={}, due_at=app.clock(), last_verdict="wrong")
            )
    kept = [item(kind) for kind in ("multiple", "truefalse", "short", "list", "number")]
    found = await propose(app, items=[item("single", answer="A"), *kept])
    assert [change.new.id for change in found.difference.changed_items] == ["dahui-single"]
    assert [one.id for one in found.difference.removed_items] == ["dahui-fill"]
    assert found.members == 2


async def test_all_faults_are_told_and_such_a_draft_cannot_go_live(app: App, hospital: Hospital) -> None:
    found = await propose(app, items=[item(answer="Z"), item("fill", explanation=None)])
    assert not found.usable and len(found.faults) == 2
    assert await proposals.look(app, ADMIN, draft_id=found.draft_id) == found
    for refused in (proposals.publish, proposals.accept, proposals.try_out):
        with pytest.raises(DraftHasFaults):
            await refused(app, ADMIN, draft_id=found.draft_id)
    with pytest.raises(DraftHasFaults):
        await proposals.schedule(app, ADMIN, draft_id=found.draft_id, on=date(2027, 1, 1))


async def test_when_what_is_live_has_changed_the_difference_is_shown_again(
    app: App, hospital: Hospital
) -> None:
    await go_live(app)
    mine = await propose(app, **renamed("新版"))
    other = packs.roll_back
    await packs.withdraw(app, Console.SHELL, pack_id="sample")
    await other(app, Console.SHELL, version=1)
    seen = await proposals.publish(app, ADMIN, draft_id=mine.draft_id)
    assert isinstance(seen, Proposal) and seen.outdated
    assert await live_title(app) == "样例"
    done = await proposals.publish(app, ADMIN, draft_id=mine.draft_id)
    assert isinstance(done, Published)
    assert await live_title(app) == "新版"


async def test_a_new_file_takes_the_place_of_the_undecided_one(app: App, hospital: Hospital) -> None:
    first = await propose(app)
    second = await propose(app, **renamed("改过"))
    with pytest.raises(NoSuchDraft):
        await proposals.look(app, ADMIN, draft_id=first.draft_id)
    assert [(one.title, one.own) for one in await proposals.waiting(app, ADMIN)] == [("改过", True)]
    assert [one.own for one in await proposals.waiting(app, Console.SHELL)] == [False]
    assert await proposals.drop(app, ADMIN, draft_id=second.draft_id) == "改过"
    with pytest.raises(NoSuchDraft):
        await proposals.drop(app, ADMIN, draft_id=second.draft_id)


async def test_the_same_pack_again_is_no_change(app: App, hospital: Hospital) -> None:
    await go_live(app)
    found = await propose(app)
    assert not found.difference and not found.ready
    done = await proposals.publish(app, ADMIN, draft_id=found.draft_id)
    assert isinstance(done, Published) and done.version is None


async def test_ids_of_another_live_pack_are_a_fault(app: App, hospital: Hospital) -> None:
    await go_live(app)
    other = {"pack": {"id": "other", "title": "另一个"}}
    found = await propose(app, **other)
    assert not found.usable
    assert [fault.key for fault in found.faults] == ["pack.fault.ids_elsewhere"]
    await packs.withdraw(app, ADMIN, pack_id="sample")
    await go_live(app, **other)
    with pytest.raises(IdsElsewhere):
        await packs.roll_back(app, ADMIN, version=1)


async def test_a_pack_goes_live_at_the_beginning_of_its_day(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    found = await propose(app)
    with pytest.raises(NotInFuture):
        await proposals.schedule(app, ADMIN, draft_id=found.draft_id, on=date(2026, 3, 2))
    planned = await proposals.schedule(app, ADMIN, draft_id=found.draft_id, on=date(2026, 3, 3))
    assert planned.publish_on == date(2026, 3, 3)
    again = await proposals.schedule(app, ADMIN, draft_id=found.draft_id, on=date(2026, 3, 3))
    assert again == planned
    await propose(app, **renamed("别的"))
    assert len(await proposals.waiting(app, ADMIN)) == 2, "what is put off to a day stays"
    assert await proposals.publish_due(app) == 0
    clock.now += timedelta(hours=16)  # midnight in Shanghai
    assert await proposals.publish_due(app) == 1
    assert await proposals.publish_due(app) == 0
    assert await live_title(app) == "样例"
    async with app.db.reading() as tx:
        [letter] = (await tx.scalars(select(Outgoing).where(Outgoing.key.startswith("pack:")))).all()
    assert letter.payload["key"] == "packs.due.published"
    assert letter.not_before == clock.now + timedelta(hours=7), "nobody is woken at midnight"


async def test_a_day_can_be_taken_back(app: App, hospital: Hospital, clock: Clock) -> None:
    found = await propose(app)
    await proposals.schedule(app, ADMIN, draft_id=found.draft_id, on=date(2026, 3, 3))
    freed = await proposals.schedule(app, ADMIN, draft_id=found.draft_id, on=None)
    assert freed.publish_on is None
    clock.now += timedelta(days=3)
    assert await proposals.publish_due(app) == 0


async def stopped(app: App, clock: Clock) -> None:
    clock.now += timedelta(days=2)
    assert await proposals.publish_due(app) == 0
    assert await proposals.publish_due(app) == 0
    async with app.db.reading() as tx:
        [letter] = (await tx.scalars(select(Outgoing).where(Outgoing.key.startswith("pack:")))).all()
        [draft] = (await tx.scalars(select(PackDraft))).all()
    assert letter.payload["key"] == "packs.due.stopped"
    assert draft.publish_at is None, "it waits for a person"


async def test_a_pack_that_would_do_something_else_on_its_day_waits(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    await go_live(app)
    found = await propose(app, **renamed("下周的"))
    await proposals.schedule(app, ADMIN, draft_id=found.draft_id, on=date(2026, 3, 3))
    await packs.withdraw(app, ADMIN, pack_id="sample")
    await stopped(app, clock)
    assert await live_title(app) is None


async def test_a_pack_of_somebody_who_lost_the_role_waits(app: App, hospital: Hospital, clock: Clock) -> None:
    found = await propose(app)
    await proposals.schedule(app, ADMIN, draft_id=found.draft_id, on=date(2026, 3, 3))
    await roles.grant(app, Console.SHELL, member_id=1, role=Role.ADMINISTRATOR, unit_id=hospital.committee.id)
    held = await roles.held_by(app, Console.SHELL, member_id=hospital.administrator.id)
    await roles.withdraw(app, Console.SHELL, role_id=held[0].role_id)
    await stopped(app, clock)


async def test_the_command_line_may_put_off_as_well(app: App, hospital: Hospital, clock: Clock) -> None:
    found = await proposals.propose(app, Console.SHELL, name="pack.yaml", data=yaml())
    await proposals.schedule(app, Console.SHELL, draft_id=found.draft_id, on=date(2026, 3, 3))
    clock.now += timedelta(days=1)
    assert await proposals.publish_due(app) == 1


async def test_a_trial_is_for_the_sender_alone_and_leaves_no_trace(app: App, hospital: Hospital) -> None:
    await go_live(app)
    found = await propose(app, items=[item(question="新的题目？"), item("fill")])
    shown = await proposals.try_out(app, ADMIN, draft_id=found.draft_id)
    assert isinstance(shown, Shown) and shown.total == 1 and shown.item.question == "新的题目？"
    graded = await quizzes.choose(app, ADMIN, quiz_id=shown.quiz_id, position=0, option=1)
    assert graded.points == 0 and graded.mark.score == 1
    again = await quizzes.choose(app, ADMIN, quiz_id=shown.quiz_id, position=0, option=0)
    assert again.repeated and again.mark == graded.mark
    async with app.db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Card)) == 0
    await proposals.drop(app, ADMIN, draft_id=found.draft_id)
    async with app.db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Answer)) == 0
        assert await tx.scalar(select(func.count()).select_from(Quiz)) == 0


async def test_without_changed_questions_any_of_the_pack_are_tried(app: App, hospital: Hospital) -> None:
    await go_live(app)
    found = await propose(app, **renamed("只改名"))
    shown = await proposals.try_out(app, ADMIN, draft_id=found.draft_id)
    assert shown.total == 7
    none = await propose(app, items=[])
    with pytest.raises(NothingToTry):
        await proposals.try_out(app, ADMIN, draft_id=none.draft_id)


async def test_going_back_makes_a_new_version_with_the_old_body(app: App, hospital: Hospital) -> None:
    await go_live(app)
    await go_live(app, **renamed("第二版"))
    done = await packs.roll_back(app, ADMIN, version=1)
    assert done.version == 3 and done.difference.renamed
    assert [(one.id, one.title, one.live) for one in await packs.versions(app, ADMIN)] == [
        (3, "样例", True),
        (2, "第二版", False),
        (1, "样例", False),
    ]
    with pytest.raises(AlreadyLive):
        await packs.roll_back(app, ADMIN, version=1)
    with pytest.raises(NoSuchVersion):
        await packs.roll_back(app, ADMIN, version=99)
    deeds = (await audit.page(app, ADMIN)).deeds
    assert [deed.action for deed in deeds][:2] == ["pack.roll_back", "pack.publish"]
    assert deeds[0].details == {"pack": "sample", "version": 3, "to": 1}


async def test_a_withdrawn_pack_stays_away_until_somebody_brings_it_back(
    app: App, hospital: Hospital
) -> None:
    await go_live(app)
    whole = await packs.body(app, ADMIN, pack_id="sample")
    withdrawn = await packs.withdraw(app, ADMIN, pack_id="sample")
    assert withdrawn.title == "样例" and not withdrawn.live
    with pytest.raises(NotLive):
        await packs.withdraw(app, ADMIN, pack_id="sample")
    with pytest.raises(NotLive):
        await packs.body(app, ADMIN, pack_id="sample")
    assert await packs.ensure(app, whole) is None, "nor does it come back with the next start"
    assert (await packs.roll_back(app, ADMIN, version=1)).version == 2


async def test_what_ships_gives_way_to_an_administrators_version(app: App, hospital: Hospital) -> None:
    await proposals.publish(
        app,
        Console.SHELL,
        draft_id=(await proposals.propose(app, Console.SHELL, name="a.yaml", data=yaml())).draft_id,
    )
    shipped = await packs.body(app, ADMIN, pack_id="sample")
    assert (await packs.compare(app, ADMIN, shipped)) == (await packs.publish(app, ADMIN, shipped)).difference
    assert await packs.ensure(app, shipped) is not None
    await go_live(app, **renamed("我们自己的"))
    assert await packs.ensure(app, shipped) is None


async def test_only_administrators_come_near(app: App, hospital: Hospital) -> None:
    with pytest.raises(NotAllowed):
        await proposals.propose(app, 1001, name="pack.yaml", data=yaml())


async def test_what_is_too_large_is_not_read(app: App, hospital: Hospital) -> None:
    with pytest.raises(TooLarge):
        await proposals.propose(app, ADMIN, name="pack.zip", data=b"x" * (proposals.LARGEST_BYTES + 1))


# --- pictures -------------------------------------------------------------------------------------


def image(size: tuple[int, int] = (40, 30), format: str = "PNG", mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, format)
    return file.getvalue()


def zipped(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("pack.yaml", yaml(items=[item(picture="pictures/x.png")]))
        for name, content in files.items():
            archive.writestr(f"pictures/{name}.png", content)
    return data.getvalue()


async def test_pictures_are_kept_by_digest_and_written_anew(app: App, hospital: Hospital) -> None:
    sent = image() + b"<script>hidden behind the picture</script>"
    found = await proposals.propose(app, ADMIN, name="pack.zip", data=zipped(x=sent, unused=image()))
    assert found.usable
    digest = found.difference.new_items[0].picture
    assert digest and len(digest) == 64
    picture = await pictures.find(app, 1001, digest)
    assert picture and picture.file_id is None
    assert picture.data.startswith(b"\xff\xd8\xff") and b"hidden" not in picture.data
    await pictures.sent(app, digest, file_id="abc")
    again = await pictures.find(app, 1001, digest)
    assert again and again.file_id == "abc"
    assert await pictures.find(app, 1001, "nothing") is None
    await proposals.propose(app, ADMIN, name="pack.zip", data=zipped(x=sent))


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 30, "pack.fault.picture_broken"),
        (image((20_000, 20_000), mode="1"), "pack.fault.picture_too_large"),
        (image((6_000, 6_000), mode="1"), "pack.fault.picture_too_large"),
    ],
)
async def test_pictures_that_cannot_be_used_are_faults(
    app: App, hospital: Hospital, data: bytes, key: str
) -> None:
    found = await proposals.propose(app, ADMIN, name="pack.zip", data=zipped(x=data))
    assert not found.usable
    assert [(fault.file, fault.key) for fault in found.faults] == [("pictures/x.png", key)]


@pytest.mark.parametrize(("format", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "L"), ("WEBP", "RGB")])
async def test_pictures_of_any_usual_kind_become_one_kind(
    app: App, hospital: Hospital, format: str, mode: str
) -> None:
    data = image((3_000, 20), format=format, mode=mode)
    found = await proposals.propose(app, ADMIN, name="pack.zip", data=zipped(x=data))
    digest = found.difference.new_items[0].picture
    assert digest
    kept = await pictures.find(app, ADMIN, digest)
    assert kept
    with Image.open(io.BytesIO(kept.data)) as picture:
        assert (picture.format, picture.mode, picture.width) == ("JPEG", "RGB", 1_600)


async def test_doubtful_answers_are_remarked_upon(app: App, hospital: Hospital) -> None:
    found = await propose(app, items=[item("multiple", answer="A")], lessons=[lesson(review_by="2026-01-31")])
    assert {note.key for note in found.notes} == {"pack.advice.multiple_one", "pack.advice.review"}
    async with app.db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(PackVersion)) == 0
