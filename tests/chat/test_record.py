"""One's own record, the points ledger, and the totals of a branch, told as dialogues."""

from datetime import UTC, datetime

import aiohttp

from storage.tables import Member
from tests.chat.conftest import Person, Talk
from tests.conftest import Clock, Hospital


async def test_my_record_is_a_picture_with_words(nurse: Person, talk: Talk) -> None:
    [said] = await nurse.says("/me")
    photo = said.raw["photo"]
    assert (photo["width"], photo["height"]) == (1080, 1220)
    async with aiohttp.ClientSession() as web, web.get(talk.sandbox.url + photo["url"]) as reply:
        assert (await reply.read()).startswith((b"\x89PNG", b"\xff\xd8"))
    assert "林小满 · 内科第一党支部" in said.text
    assert "2026年积分 0" in said.text
    assert "🏅 支部排行" not in said.buttons


async def test_the_ledger_explains_every_line(nurse: Person) -> None:
    await nurse.says("/today")
    await nurse.presses("读全文")
    [ledger] = await nurse.says("/points")
    assert "3月2日 +1 学完一课：党员大会多久开一次" in ledger.text
    assert "👥 给党员加分" not in ledger.buttons


async def test_the_ledger_opens_from_the_record(nurse: Person) -> None:
    await nurse.says("/me")
    await nurse.presses("积分明细")
    assert "还没有记录" in (await nurse.sees()).text


async def test_a_secretary_gives_points_and_the_member_hears_of_it(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    await secretary.says("/points")
    await secretary.presses("给党员加分")
    [found] = await secretary.says("lxm")
    assert found.buttons[0] == "林小满 · 内科第一党支部"
    await secretary.presses("林小满")
    await secretary.presses("加分")
    await secretary.presses("+5")
    [done] = await secretary.says("周末义诊 <b>两天</b>")
    assert "林小满 +5分" in done.text
    await talk.post()
    heard = await nurse.sees()
    assert "您的积分 +5：周末义诊 <b>两天</b>" in heard.text, "people's text is never markup"
    [ledger] = await nurse.says("/points")
    assert "+5 书记加分：周末义诊 <b>两天</b>" in ledger.text


async def test_a_typed_amount_is_read_and_a_wild_one_refused(secretary: Person) -> None:
    [found] = await secretary.says("/points 小满")
    await secretary.presses("林小满", on=found)
    await secretary.presses("加分")
    [refused] = await secretary.says("一百")
    assert "1到50分之间" in refused.text
    [asked] = await secretary.says("7分")
    assert "+7分的理由" in asked.text


async def test_a_grant_is_reversed_with_a_reason(secretary: Person, nurse: Person, talk: Talk) -> None:
    await secretary.says("/points 小满")
    await secretary.presses("林小满")
    await secretary.presses("加分")
    await secretary.presses("+2")
    await secretary.says("值班")
    await secretary.says("/points 小满")
    await secretary.presses("林小满")
    await secretary.presses("撤销 #1")
    [done] = await secretary.says("记错了人")
    assert "林小满 -2分，今年共 0 分" in done.text
    [ledger] = await nurse.says("/points")
    assert "（已撤销）" in ledger.text and "撤销 #1：记错了人" in ledger.text


async def test_a_change_of_mind_changes_nothing(secretary: Person) -> None:
    await secretary.says("/points 小满")
    await secretary.presses("林小满")
    await secretary.presses("加分")
    await secretary.presses("算了")
    assert "没有改动任何积分" in (await secretary.sees()).text
    [hint] = await secretary.says("值班")
    assert "没有在等您回答的题" in hint.text


async def test_a_command_ends_a_dialogue_half_done(secretary: Person) -> None:
    await secretary.says("/points 小满")
    await secretary.presses("林小满")
    await secretary.presses("加分")
    await secretary.says("/quiz dahui-4")
    [marked] = await secretary.says("政治标准")
    assert "✅ 答对了" in marked.text


async def test_an_old_amount_button_is_out_of_date(secretary: Person) -> None:
    await secretary.says("/points 小满")
    await secretary.presses("林小满")
    await secretary.presses("加分")
    asked = await secretary.sees()
    await secretary.says("/today")
    toast = await secretary.sends_data(asked, asked.data("+5"))
    assert toast.alert and "已经过期" in toast.text


async def test_an_amount_goes_to_whom_its_message_names(secretary: Person) -> None:
    await secretary.says("/points 小满")
    await secretary.presses("林小满")
    await secretary.presses("加分")
    for_nurse = await secretary.sees()
    await secretary.says("/points 若谷")
    await secretary.presses("白若谷")
    await secretary.presses("加分")
    await secretary.presses("+5", on=for_nurse)
    assert "给 林小满 +5分的理由" in (await secretary.again(for_nurse)).text
    [done] = await secretary.says("义诊")
    assert "林小满 +5分" in done.text


async def test_who_may_give_no_more_is_not_asked_for_a_name(nurse: Person) -> None:
    [menu] = await nurse.says("/menu")
    toast = await nurse.sends_data(menu, "ps")
    assert toast.alert and "需要相应的权限" in toast.text
    [hint] = await nurse.says("林小满")
    assert "没有在等您回答的题" in hint.text


async def test_many_of_one_name_are_not_passed_over_in_silence(
    secretary: Person, talk: Talk, hospital: Hospital
) -> None:
    async with talk.app.db.writing() as tx:
        tx.add_all(
            Member(unit_id=hospital.ward1.id, name="王芳", kind="full", created_at=talk.app.clock())
            for _ in range(18)
        )
    [found] = await secretary.says("/points 王芳")
    assert len(found.buttons) == 16 + 1
    assert "还有 2 人" in found.text


async def test_lines_of_another_year_say_so(nurse: Person, clock: Clock) -> None:
    await nurse.says("/today")
    await nurse.presses("读全文")
    clock.now = datetime(2027, 1, 1, 1, 0, tzinfo=UTC)
    [ledger] = await nurse.says("/points")
    assert "2027年积分 0" in ledger.text
    assert "2026年3月2日 +1 学完一课" in ledger.text


async def test_members_cannot_see_totals_or_others(nurse: Person, hall: dict[str, Person]) -> None:
    [refused] = await nurse.says("/stats")
    assert "需要相应的权限" in refused.text
    toast = await nurse.sends_data(refused, f"pt:{1}:0")
    assert toast.alert and "需要相应的权限" in toast.text


async def test_totals_name_nobody(administrator: Person) -> None:
    [totals] = await administrator.says("/stats")
    assert "云杉医院党委 近七天" in totals.text
    assert "党员 7 人，已加入 6 人" in totals.text
    assert "林小满" not in totals.text
    await administrator.presses("内科党总支")
    await administrator.presses("内科第一党支部")
    assert "已加入不足5人" in (await administrator.again(totals)).text
    await administrator.presses("上一级")
    assert "内科党总支" in (await administrator.again(totals)).text


async def test_who_read_a_lesson_counts_as_having_studied(
    nurse: Person, secretary: Person, administrator: Person
) -> None:
    for reader in (nurse, secretary):
        await reader.says("/today")
        await reader.presses("读全文")
    await nurse.says("/quiz dahui-4")
    await nurse.says("政治标准")
    [totals] = await administrator.says("/stats")
    assert "学习过的 2 人" in totals.text
    assert "答题 1 次" in totals.text


async def test_a_branch_may_switch_on_a_ranking(secretary: Person, nurse: Person) -> None:
    await secretary.says("/stats")
    toast = await secretary.presses("排行：关")
    assert toast.text == "已更改"
    assert "排行：开（点此关闭）" in (await secretary.sees()).buttons
    await nurse.says("/me")
    await nurse.presses("支部排行")
    ranking = (await nurse.sees()).text
    assert "内科第一党支部 2026年积分" in ranking and "林小满" in ranking


async def test_what_nobody_understands_gets_a_kind_word(nurse: Person, stranger: Person) -> None:
    [hint] = await nurse.says("/nonsense")
    assert "没有这个命令" in hint.text
    [hello] = await stranger.says("你好")
    assert "只对名册上的党员开放" in hello.text
    assert len(await stranger.messages()) == 1


async def test_english_is_spoken_to_those_who_chose_it(nurse: Person, talk: Talk) -> None:
    from storage import members

    async with talk.app.db.writing() as tx:
        found = await members.by_chat(tx, nurse.id)
        assert found
        found.member.locale = "en"
    [card] = await nurse.says("/today")
    assert "Lesson of the day · Mon 2/3" in card.text
