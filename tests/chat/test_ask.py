"""Members ask in their own words."""

from tests.chat.conftest import Person


async def test_a_question_is_answered_with_passage_lesson_and_source(nurse: Person) -> None:
    [prompt] = await nurse.says("/ask")
    assert "想问什么" in prompt.text
    [answer] = await nurse.says("支部党员大會多久开一次呀")
    assert "党员大会多久开一次" in answer.text
    assert "一般每季度召开一次" in answer.text
    assert "《中国共产党支部工作条例（试行）》第十一条" in answer.text
    assert answer.buttons == ["📖 读这一课", "✏️ 做一道相关的题"]


async def test_the_question_may_follow_the_command(nurse: Person) -> None:
    [answer] = await nurse.says("/ask dangyuan dahui duojiu kai yi ci")
    assert "这一课说到了" in answer.text


async def test_the_lesson_can_be_read_and_an_item_tried(nurse: Person) -> None:
    [answer] = await nurse.says("/ask 党员大会多久开一次")
    await nurse.presses("做一道相关的题", on=answer)
    question = await nurse.sees()
    assert "第1题，共1题" in question.text and "多久开一次" in question.text
    [marked] = await nurse.says("每季度")
    assert "✅ 答对了" in marked.text
    await nurse.presses("读这一课", on=answer)
    assert "🩺 排班时先看开会日。" in (await nurse.sees()).text + (await nurse.again(answer)).text


async def test_what_nothing_teaches_is_said_honestly(nurse: Person) -> None:
    [answer] = await nurse.says("/ask 食堂几点开饭")
    assert "不敢乱答" in answer.text and "/feedback" in answer.text


async def test_endless_questions_are_declined_and_the_next_one_counts(nurse: Person) -> None:
    await nurse.says("/ask")
    [told] = await nurse.says("长" * 201)
    assert "不超过200个字" in told.text
    [answer] = await nurse.says("党员大会多久开一次")
    assert "这一课说到了" in answer.text


async def test_asking_leaves_a_waiting_question_waiting(nurse: Person) -> None:
    await nurse.says("/quiz dahui-1")
    await nurse.says("/ask")
    await nurse.says("党员大会多久开一次")
    [marked] = await nurse.says("每季度")
    assert "✅ 答对了" in marked.text


async def test_a_stranger_is_told_to_join_first(stranger: Person, nurse: Person) -> None:
    [told] = await stranger.says("/ask")
    assert "想问什么" not in told.text
