"""Coming in by an invite."""

import asyncio

import pytest
from sqlalchemy import select

from actions import invites, roles, roster
from actions.actors import Console
from actions.app import App
from actions.invites import Joined
from storage import members
from storage.tables import Attempt, AuditEntry, Invite, Member, Outgoing
from study.invites import (
    GUESSES,
    AccountTaken,
    ExpiredInvite,
    HoldsMore,
    JustMade,
    NobodyToInvite,
    TooManyGuesses,
    UnknownInvite,
)
from study.members import NoSuchMember, NoSuchUnit, Role
from study.refusal import Refusal
from tests.conftest import Clock, Hospital

NEW = 5001  # a Telegram account that nobody has
OTHER = 5002


async def made(app: App, hospital: Hospital, person: Member | None = None) -> str:
    invitation = await invites.make(app, Console.SHELL, member_id=(person or hospital.newcomer).id)
    return invitation.token


async def bound(app: App, telegram_id: int) -> str | None:
    async with app.db.reading() as tx:
        found = await members.by_chat(tx, telegram_id)
        return found.member.name if found else None


async def test_a_link_lets_its_person_in_once(app: App, hospital: Hospital) -> None:
    token = await made(app, hospital)
    joined = await invites.join(app, NEW, token=token)
    assert joined == Joined("安可期", "内科第一党支部", 450)
    assert await bound(app, NEW) == "安可期"
    with pytest.raises(UnknownInvite):
        await invites.join(app, OTHER, token=token)


async def test_only_a_hash_of_the_token_is_kept(app: App, hospital: Hospital) -> None:
    token = await made(app, hospital)
    assert len(token) <= 64
    async with app.db.reading() as tx:
        (invite,) = await tx.scalars(select(Invite))
        assert token not in repr(vars(invite))
        (entry,) = await tx.scalars(select(AuditEntry))
        assert token not in repr(entry.details)


async def test_tapping_ones_own_link_again_is_harmless(app: App, hospital: Hospital) -> None:
    token = await made(app, hospital)
    await invites.join(app, NEW, token=token)
    assert (await invites.join(app, NEW, token=token)).again


async def test_a_new_link_revokes_the_old(app: App, hospital: Hospital, clock: Clock) -> None:
    old = await made(app, hospital)
    clock.tick(minutes=1)
    new = await made(app, hospital)
    with pytest.raises(UnknownInvite):
        await invites.join(app, NEW, token=old)
    assert await invites.join(app, NEW, token=new)


async def test_a_double_tap_keeps_the_first_link(app: App, hospital: Hospital, clock: Clock) -> None:
    secretary = hospital.secretary.telegram_id
    assert secretary
    first = await invites.make(app, secretary, member_id=hospital.newcomer.id)
    clock.tick(seconds=2)
    with pytest.raises(JustMade):
        await invites.make(app, secretary, member_id=hospital.newcomer.id)
    with pytest.raises(JustMade):
        await invites.make_for_unit(app, secretary, unit_id=hospital.ward1.id)
    assert await invites.join(app, NEW, token=first.token)


async def test_a_revoked_link_is_unknown(app: App, hospital: Hospital) -> None:
    token = await made(app, hospital)
    assert await invites.revoke(app, Console.SHELL, member_id=hospital.newcomer.id) == "安可期"
    assert await invites.revoke(app, Console.SHELL, member_id=hospital.newcomer.id) == "安可期"
    with pytest.raises(UnknownInvite):
        await invites.join(app, NEW, token=token)


async def test_a_link_expires_and_says_so(app: App, hospital: Hospital, clock: Clock) -> None:
    token = await made(app, hospital)
    clock.tick(days=14)
    with pytest.raises(ExpiredInvite):
        await invites.join(app, NEW, token=token)
    assert await bound(app, NEW) is None


async def test_a_new_phone_takes_over_and_the_old_one_is_told_once(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    old = hospital.nurse.telegram_id
    assert old
    token = await made(app, hospital, hospital.nurse)
    await invites.join(app, NEW, token=token)
    clock.tick(minutes=1)
    await invites.join(app, NEW, token=token)
    assert await bound(app, NEW) == "林小满"
    assert await bound(app, old) is None
    async with app.db.reading() as tx:
        (letter,) = await tx.scalars(select(Outgoing))
    assert (letter.chat_id, letter.payload["key"]) == (old, "invite.told_unbound")
    assert letter.member_id is None  # it goes to an account that is nobody's now


async def test_an_account_speaks_for_one_person_only(app: App, hospital: Hospital) -> None:
    token = await made(app, hospital)
    nurse = hospital.nurse.telegram_id
    assert nurse
    with pytest.raises(AccountTaken) as refusal:
        await invites.join(app, nurse, token=token)
    assert refusal.value.params == {"name": "林小满"}
    assert await invites.join(app, NEW, token=token)  # the link is still good for its person


async def test_wrong_guesses_are_slowed_down(app: App, hospital: Hospital, clock: Clock) -> None:
    token = await made(app, hospital)
    for _ in range(GUESSES):
        with pytest.raises(UnknownInvite):
            await invites.join(app, NEW, token="in_wrong")
    with pytest.raises(TooManyGuesses):
        await invites.join(app, NEW, token=token)
    assert await invites.join(app, OTHER, token=token)  # others are not held up
    clock.tick(minutes=61)
    with pytest.raises(UnknownInvite):
        await invites.join(app, NEW, token="in_wrong")


async def test_guesses_of_all_accounts_together_are_bounded(
    app: App, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("study.invites.GUESSES_OF_ALL", 3)
    for account in range(3):
        with pytest.raises(UnknownInvite):
            await invites.join(app, 7000 + account, token="in_wrong")
    with pytest.raises(TooManyGuesses):
        await invites.join(app, NEW, token=await made(app, hospital))


async def test_a_real_link_is_no_guess_and_old_guesses_are_forgotten(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    token = await made(app, hospital)
    with pytest.raises(UnknownInvite):
        await invites.join(app, NEW, token="in_wrong")
    clock.tick(days=15)
    for _ in range(GUESSES + 1):
        with pytest.raises(ExpiredInvite):
            await invites.join(app, NEW, token=token)
    async with app.db.reading() as tx:
        assert not list(await tx.scalars(select(Attempt)))


async def test_of_two_accounts_racing_for_one_link_one_wins(app: App, hospital: Hospital) -> None:
    token = await made(app, hospital)
    outcomes = await asyncio.gather(
        *(invites.join(app, account, token=token) for account in (NEW, OTHER, 5003)), return_exceptions=True
    )
    assert sum(isinstance(one, Joined) for one in outcomes) == 1
    assert sum(isinstance(one, UnknownInvite) for one in outcomes) == 2


async def test_of_two_links_raced_by_one_account_one_wins(app: App, hospital: Hospital) -> None:
    tokens = [await made(app, hospital), await made(app, hospital, hospital.nurse)]
    outcomes = await asyncio.gather(
        *(invites.join(app, NEW, token=token) for token in tokens), return_exceptions=True
    )
    assert sum(isinstance(one, Joined) for one in outcomes) == 1
    assert sum(isinstance(one, AccountTaken) for one in outcomes) == 1


async def test_whoever_left_the_roster_cannot_come_in(app: App, hospital: Hospital, clock: Clock) -> None:
    token = await made(app, hospital)
    async with app.db.writing() as tx:
        member = await members.find(tx, hospital.newcomer.id)
        assert member
        member.left_at = clock()
    with pytest.raises(UnknownInvite):
        await invites.join(app, NEW, token=token)
    with pytest.raises(NoSuchMember):
        await made(app, hospital)


async def test_slips_are_for_everybody_of_the_unit_who_has_not_joined(app: App, hospital: Hospital) -> None:
    slips = await invites.make_for_unit(app, Console.SHELL, unit_id=hospital.medicine.id)
    assert (slips.unit, [one.name for one in slips.invitations]) == ("内科党总支", ["安可期"])
    assert await invites.join(app, NEW, token=slips.invitations[0].token)
    with pytest.raises(NobodyToInvite):
        await invites.make_for_unit(app, Console.SHELL, unit_id=hospital.medicine.id)
    with pytest.raises(NoSuchUnit):
        await invites.make_for_unit(app, Console.SHELL, unit_id=777)


async def test_a_secretary_sees_own_units_with_who_is_missing(app: App, hospital: Hospital) -> None:
    account = hospital.general_secretary.telegram_id
    assert account
    units = await invites.units_waiting(app, account)
    assert [(one.name, one.people, one.waiting) for one in units.units] == [
        ("内科第一党支部", 4, 1),
        ("内科第二党支部", 1, 0),
    ]
    assert (units.people, units.waiting) == (5, 1)


async def test_people_are_found_by_name_joined_or_not(app: App, hospital: Hospital) -> None:
    account = hospital.secretary.telegram_id
    assert account
    assert [one.name for one in (await invites.candidates(app, account)).people] == ["安可期"]
    (found,) = (await invites.candidates(app, account, query="lxm")).people
    assert (found.name, found.joined, found.invited) == ("林小满", True, False)
    assert not (await invites.candidates(app, account, query="陆青禾")).people  # another branch's
    await invites.make(app, account, member_id=hospital.newcomer.id)
    (waiting,) = (await invites.candidates(app, account, unit_id=hospital.ward1.id)).people
    assert waiting.invited


async def test_every_refusal_has_its_own_text_key() -> None:
    kinds = (AccountTaken, ExpiredInvite, JustMade, NobodyToInvite, TooManyGuesses, UnknownInvite)
    assert len({kind.key for kind in kinds}) == len(kinds)
    assert all(issubclass(kind, Refusal) for kind in kinds)


async def test_leaving_with_a_new_roster_ends_links_roles_and_the_chat(app: App, hospital: Hospital) -> None:
    token = await made(app, hospital)
    preview = await roster.read(
        app, Console.SHELL, data="姓名,支部\n林小满,内科第一党支部\n白若谷,内科第一党支部\n".encode()
    )
    assert {one.name for one in preview.proposal.missing} == {"方致远", "安可期"}
    done = await roster.confirm(
        app, Console.SHELL, people=preview.people, full=False, digest=preview.proposal.digest
    )
    assert isinstance(done, roster.Imported)
    with pytest.raises(UnknownInvite):
        await invites.join(app, NEW, token=token)
    assert await bound(app, 1003) is None
    held = await roles.holders(app, Console.SHELL)
    assert "方致远" not in {one.name for one in held.holdings}


async def test_nobody_can_make_a_way_to_a_role_beyond_their_own(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    secretary = hospital.secretary.telegram_id
    assert secretary
    for person in (hospital.nurse, hospital.newcomer):
        await roles.grant(
            app, Console.SHELL, member_id=person.id, role=Role.ADMINISTRATOR, unit_id=hospital.ward1.id
        )
        with pytest.raises(HoldsMore):
            await invites.make(app, secretary, member_id=person.id)
    with pytest.raises(NobodyToInvite):
        await invites.make_for_unit(app, secretary, unit_id=hospital.ward1.id)
    assert await invites.make(app, secretary, member_id=hospital.secretary.id)  # one's own new phone
    assert await invites.make(app, 1004, member_id=hospital.secretary.id)  # from above
    assert await invites.make(app, 1006, member_id=hospital.nurse.id)


async def test_slips_leave_out_whoever_holds_more_and_say_so(app: App, hospital: Hospital) -> None:
    secretary = hospital.secretary.telegram_id
    assert secretary
    await roles.grant(
        app, Console.SHELL, member_id=hospital.newcomer.id, role=Role.ADMINISTRATOR, unit_id=hospital.ward1.id
    )
    async with app.db.writing() as tx:
        doctor = await members.find(tx, hospital.doctor.id)
        assert doctor
        doctor.telegram_id = None
    slips = await invites.make_for_unit(app, secretary, unit_id=hospital.ward1.id)
    assert [one.name for one in slips.invitations] == ["白若谷"]
    assert slips.left_out == ("安可期",)
