"""A word to the administrators and their answer."""

from actions import roles
from actions.actors import Console
from study.members import Role
from tests.chat.conftest import Person, Talk
from tests.conftest import Hospital


async def test_a_word_goes_to_the_administrator_and_the_answer_comes_back(
    nurse: Person, administrator: Person, talk: Talk
) -> None:
    await nurse.says("/feedback")
    [thanks] = await nurse.says("第三题 <答案> 有错字")
    assert "已送到 1 位管理员" in thanks.text
    await talk.post()
    letter = await administrator.sees()
    assert "林小满（内科第一党支部）提了意见" in letter.text
    assert "第三题 <答案> 有错字" in letter.text
    await administrator.presses("回复")
    [done] = await administrator.says("已改好，谢谢！")
    assert "已回复 林小满" in done.text
    await talk.post()
    answer = await nurse.sees()
    assert "第三题 <答案> 有错字" in answer.text
    assert "已改好，谢谢！" in answer.text


async def test_the_second_administrator_sees_that_it_is_answered(
    nurse: Person, administrator: Person, hall: dict[str, Person], hospital: Hospital, talk: Talk
) -> None:
    other = hall["outsider"]
    await roles.grant(
        talk.app,
        Console.SHELL,
        member_id=hospital.outsider.id,
        role=Role.ADMINISTRATOR,
        unit_id=hospital.committee.id,
    )
    await nurse.says("/feedback 第三题有错字")
    await talk.post()
    letters = {person.id: await person.sees() for person in (other, administrator)}
    await other.presses("回复", on=letters[other.id])
    await administrator.presses("回复", on=letters[administrator.id])
    await administrator.says("已改好")
    [refused] = await other.says("好的")
    assert "程守静已经回复过了：已改好" in refused.text
    toast = await other.presses("回复", on=letters[other.id])
    assert toast.alert
    assert "程守静已回复：已改好" in toast.text
    [quiz] = await other.says("好的")  # the dialogue is over
    assert "没有在等您回答的题" in quiz.text


async def test_changing_ones_mind_and_sending_something_else(nurse: Person) -> None:
    [ask] = await nurse.says("/feedback")
    [hint] = await nurse.sends_file("cat.png", b"picture")
    assert "请用文字说" in hint.text
    [long] = await nurse.says("长" * 1001)
    assert "写了 1001 字，最多 1000 字" in long.text
    await nurse.presses("不说了", on=ask)
    assert "需要时随时点" in (await nurse.again(ask)).text
    [answer] = await nurse.says("你好")
    assert "没有在等您回答的题" in answer.text


async def test_what_waits_can_be_gone_through(nurse: Person, administrator: Person, talk: Talk) -> None:
    for word in ("甲", "乙"):
        await nurse.says(f"/feedback {word}")
    await administrator.says("/feedback")
    await administrator.presses("待回复（2）")
    shown = await administrator.sees()
    assert "甲" in shown.text
    await administrator.presses("下一条")
    assert "乙" in (await administrator.again(shown)).text
    await administrator.presses("回复")
    await administrator.says("好")
    [ask] = await administrator.says("/feedback")
    assert "📮 待回复（1）" in ask.buttons


async def test_an_answered_letter_is_not_sent_late(nurse: Person, administrator: Person, talk: Talk) -> None:
    await nurse.says("/feedback 甲")
    await administrator.says("/feedback")
    await administrator.presses("待回复")
    await administrator.presses("回复")
    await administrator.says("好")
    before = len(await administrator.messages())
    await talk.post()
    assert len(await administrator.messages()) == before


async def test_a_member_cannot_answer(nurse: Person, hall: dict[str, Person], talk: Talk) -> None:
    [thanks] = await nurse.says("/feedback 甲")
    for data in ("fr:1", "fn:0"):
        toast = await nurse.sends_data(thanks, data)
        assert toast.alert
        assert "需要相应的权限" in toast.text
