"""Taking a roster file over."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from actions import audit, roster
from actions.actors import Console
from actions.app import App
from actions.roster import Imported, Preview
from storage import members, units
from storage.tables import Member, Unit
from study.roster import FaultsLeft, NoSuchZone
from tests.conftest import Clock, Hospital

HEADER = "姓名,工号,党总支,支部,党小组,人员类别,入党时间,表决权,手机号\n"


def file(*lines: str) -> bytes:
    return (HEADER + "\n".join(lines)).encode("gb18030")


EVERYBODY = (
    "林小满,T0001,,内科第一党支部,,正式,,,",
    "白若谷,T0002,,内科第一党支部,,预备,,,",
    "方致远,T0003,,内科第一党支部,,正式,,,",
    "严知秋,T0004,,内科第二党支部,,正式,,,",
    "陆青禾,T0005,,手术室党支部,,正式,,,",
    "程守静,T0006,,手术室党支部,,正式,,,",
    "安可期,T0007,,内科第一党支部,,正式,,,",
)


async def take(app: App, data: bytes, *, full: bool = False) -> Imported:
    preview = await roster.read(app, Console.SHELL, data=data, full=full)
    assert not preview.proposal.faults
    done = await roster.confirm(
        app, Console.SHELL, people=preview.people, full=full, digest=preview.proposal.digest
    )
    assert isinstance(done, Imported)
    return done


async def names(app: App) -> list[str]:
    return [line.name for line in await roster.listing(app, Console.SHELL)]


async def test_a_first_file_builds_the_whole_tree(app: App) -> None:
    done = await take(
        app,
        file(
            "林小满,1,内科党总支,内科第一党支部,第一党小组,正式,2001.7.1,,138",
            "白若谷,2,内科党总支,内科第二党支部,,预备,,,",
        ),
    )
    assert done == Imported(units=5, added=2, changed=0, left=0)
    tree = await roster.overview(app, Console.SHELL)
    assert [(one.depth, one.name, one.people) for one in tree] == [
        (0, "党委", 2),
        (1, "内科党总支", 2),
        (2, "内科第一党支部", 1),
        (3, "第一党小组", 1),
        (2, "内科第二党支部", 1),
    ]
    async with app.db.reading() as tx:
        nurse, doctor = await tx.scalars(select(Member).order_by(Member.id))
    assert (nurse.staff_no, nurse.joined_party_on, nurse.can_vote) == ("1", date(2001, 7, 1), True)
    assert (doctor.kind, doctor.can_vote, doctor.telegram_id) == ("probationary", False, None)


async def test_the_same_file_again_changes_nothing(app: App, hospital: Hospital) -> None:
    preview = await roster.read(app, Console.SHELL, data=file(*EVERYBODY), full=True)
    assert preview.proposal.is_empty
    assert preview.proposal.unchanged == 7


async def test_a_file_with_a_fault_changes_nothing(app: App, hospital: Hospital) -> None:
    preview = await roster.read(
        app, Console.SHELL, data=file(*EVERYBODY, "新来的,T0008,,手术室党支部,,群众,,,")
    )
    assert [fault.problem for fault in preview.proposal.faults] == ["kind"]
    assert preview.people == ()  # so the good lines cannot be taken over without the bad one
    assert len(await names(app)) == 7


async def test_what_became_a_fault_meanwhile_changes_nothing(app: App, hospital: Hospital) -> None:
    preview = await roster.read(app, Console.SHELL, data=file("林小满,,,内科第一党支部,,,,,"))
    async with app.db.writing() as tx:
        twin = await members.find(tx, hospital.doctor.id)
        assert twin
        twin.name = "林小满"
    with pytest.raises(FaultsLeft):
        await roster.confirm(
            app, Console.SHELL, people=preview.people, full=False, digest=preview.proposal.digest
        )


async def test_a_change_keeps_the_member_and_the_chat(app: App, hospital: Hospital) -> None:
    done = await take(app, file("林小满,T0001,,手术室党支部,,退休,,否,", *EVERYBODY[1:]))
    assert done == Imported(units=0, added=0, changed=1, left=0)
    async with app.db.reading() as tx:
        nurse = await members.find(tx, hospital.nurse.id)
    assert nurse
    assert (nurse.unit_id, nurse.kind, nurse.can_vote) == (hospital.theatre.id, "retired", False)
    assert nurse.telegram_id == hospital.nurse.telegram_id


async def test_a_file_may_say_how_somebody_stands_and_without_a_word_it_stays(
    app: App, hospital: Hospital
) -> None:
    async def standing() -> str:
        async with app.db.reading() as tx:
            member = await members.find(tx, hospital.nurse.id)
            assert member
            return member.standing

    head = "姓名,工号,支部,党内状态\n"
    data = (head + "林小满,T0001,内科第一党支部,留党察看\n陆心远,T0009,内科第一党支部,").encode()
    assert (await take(app, data)).changed == 1
    assert await standing() == "watched"
    await take(app, "姓名,工号,支部\n林小满,T0001,内科第二党支部".encode())
    await take(app, (head + "林小满,T0001,内科第二党支部,").encode())
    assert await standing() == "watched"
    await take(app, (head + "林小满,T0001,内科第二党支部,正常").encode())
    assert await standing() == "regular"


async def test_whoever_comes_back_gets_the_old_record(app: App, hospital: Hospital) -> None:
    await take(app, file(*EVERYBODY[1:]))
    assert "林小满" not in await names(app)
    assert await take(app, file(*EVERYBODY)) == Imported(units=0, added=0, changed=1, left=0)
    async with app.db.reading() as tx:
        nurse = await members.find(tx, hospital.nurse.id)
    assert nurse
    assert nurse.left_at is None
    assert nurse.telegram_id is None  # a new link is needed


async def test_if_the_roster_changed_meanwhile_the_preview_is_shown_again(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    preview = await roster.read(app, Console.SHELL, data=file(*EVERYBODY, "新来的,T0008,,手术室党支部,,,,,"))
    async with app.db.writing() as tx:
        nurse = await members.find(tx, hospital.nurse.id)
        assert nurse
        nurse.name = "林小曼"
    again = await roster.confirm(
        app, Console.SHELL, people=preview.people, full=False, digest=preview.proposal.digest
    )
    assert isinstance(again, Preview)
    assert [change.fields for change in again.proposal.changed] == [("name",)]
    assert "新来的" not in await names(app)


async def test_confirming_twice_does_it_once(app: App, hospital: Hospital) -> None:
    preview = await roster.read(app, Console.SHELL, data=file(*EVERYBODY, "新来的,,,手术室党支部,,,,,"))
    for expected in (Imported, Preview):
        done = await roster.confirm(
            app, Console.SHELL, people=preview.people, full=False, digest=preview.proposal.digest
        )
        assert isinstance(done, expected)
    assert (await names(app)).count("新来的") == 1


async def test_a_preview_kept_meanwhile_compares_the_same(app: App, hospital: Hospital) -> None:
    preview = await roster.read(app, Console.SHELL, data=file(*EVERYBODY[:2]))
    again = await roster.compare(app, Console.SHELL, people=preview.people, notes=preview.notes, full=False)
    assert again == preview
    whole = await roster.compare(app, Console.SHELL, people=preview.people, full=True)
    assert whole.proposal.faults[0].problem == "last_administrator"


async def test_every_change_of_a_person_is_on_record(app: App, hospital: Hospital) -> None:
    await take(app, file("林小曼,T0001,,内科第一党支部,,,,,", *EVERYBODY[2:]))
    deeds = (await audit.page(app, Console.SHELL)).deeds
    assert {(deed.action, deed.member) for deed in deeds} == {
        ("roster.imported", None),
        ("roster.changed", "林小曼"),
        ("roster.left", "白若谷"),
    }


async def test_the_list_may_be_of_one_unit(app: App, hospital: Hospital) -> None:
    lines = await roster.listing(app, Console.SHELL, unit_id=hospital.medicine.id)
    assert {line.unit for line in lines} == {"内科第一党支部", "内科第二党支部"}
    assert {line.name for line in lines if not line.joined} == {"安可期"}


async def test_brothers_in_the_tree_keep_their_own_order(app: App, hospital: Hospital) -> None:
    async with app.db.writing() as tx:
        first = await units.add(
            tx,
            name="机关党总支",
            level="general_branch",
            parent=await tx.merge(hospital.committee),
            position=-1,
        )
    names_of_tree = [one.name for one in await roster.overview(app, Console.SHELL)]
    assert names_of_tree.index(first.name) == 1
    async with app.db.reading() as tx:
        assert await tx.get(Unit, first.id)


async def test_new_units_are_in_the_time_zone_of_the_settings_or_of_the_unit_above(app: App) -> None:
    await take(replace(app, timezone="Asia/Urumqi"), file("林小满,1,内科党总支,内科第一党支部,,正式,,,"))
    assert await zones(app) == {
        "党委": "Asia/Urumqi",
        "内科党总支": "Asia/Urumqi",
        "内科第一党支部": "Asia/Urumqi",
    }
    await take(app, file("白若谷,2,内科党总支,内科第二党支部,,正式,,,"))
    assert (await zones(app))["内科第二党支部"] == "Asia/Urumqi"


async def test_a_unit_moves_to_another_time_zone_with_all_below(app: App, hospital: Hospital) -> None:
    assert await roster.set_zone(app, Console.SHELL, unit_id=hospital.medicine.id, zone="Asia/Urumqi") == 3
    found = await zones(app)
    assert {name for name, zone in found.items() if zone == "Asia/Urumqi"} == {
        "内科党总支",
        "内科第一党支部",
        "内科第二党支部",
    }


@pytest.mark.parametrize("zone", ["", "乌鲁木齐", "../../etc/passwd", "Asia", "Asia/Atlantis"])
async def test_what_is_no_time_zone_is_refused(app: App, hospital: Hospital, zone: str) -> None:
    before = await zones(app)
    with pytest.raises(NoSuchZone):
        await roster.set_zone(app, Console.SHELL, unit_id=hospital.medicine.id, zone=zone)
    assert await zones(app) == before


async def zones(app: App) -> dict[str, str | None]:
    async with app.db.reading() as tx:
        return {unit.name: unit.timezone for unit in await tx.scalars(select(Unit))}
