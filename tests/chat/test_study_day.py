"""A member's day of study, told as dialogues."""

import dataclasses
from datetime import timedelta

from actions import packs
from actions.actors import Console
from tests.chat.conftest import Person, Said, Talk
from tests.conftest import Clock
from tests.sample import FILL, ITEMS, PACK, SINGLE, TRUTH


async def test_the_lesson_of_the_day_comes_as_a_card(nurse: Person) -> None:
    [card] = await nurse.says("/today")
    assert "今日一课 · 3月2日 周一" in card.text
    assert "党员大会多久开一次" in card.text
    assert "主题：三会一课 · 约3分钟" in card.text
    assert "• 来不了先请假" in card.text
    assert card.buttons == ["📖 读全文", "✏️ 今日小测", "📚 出处"]


async def test_reading_to_the_end_brings_its_point_once(nurse: Person) -> None:
    [card] = await nurse.says("/today")
    await nurse.presses("读全文")
    page = await nurse.again(card)
    assert "一般每季度召开一次" in page.text
    assert "🩺 排班时先看开会日。" in page.text
    assert "已读完，+1分" in page.text
    await nurse.presses("回到要点")
    assert "今日一课" in (await nurse.again(card)).text
    await nurse.presses("读全文")
    assert "+1分" not in (await nurse.again(card)).text


async def test_the_source_is_shown_as_an_alert(nurse: Person) -> None:
    await nurse.says("/today")
    toast = await nurse.presses("出处")
    assert toast.alert
    assert toast.text == "出处：《中国共产党支部工作条例（试行）》第十一条（2018年10月28日）"


async def answer_everything(person: Person) -> str:
    """Answer each question rightly, by tap or in words; the text of the last mark."""
    right = {
        "多久开一次": "每季度",
        "三会有哪些": "党员大会、支委会、党小组会",
        "不计入应到": "错",
        "放在首位": "政治标准",
        "四大考验": "执政考验、外部环境考验、市场经济、改革开放",
        "多少学时": "三十二学时",
        "根本宗旨": "全心全意为人民服务",
    }
    while True:
        asked = await person.sees()
        words = next(words for part, words in right.items() if part in asked.text)
        [marked] = await person.says(words)
        if "完成：" in marked.text:
            return marked.text
        await person.presses("下一题")


async def test_the_quiz_of_the_day_is_answered_in_words_to_the_end(nurse: Person) -> None:
    await nurse.says("/today")
    await nurse.presses("今日小测")
    question = await nurse.sees()
    assert "今日小测 · 第1题，共" in question.text
    end = await answer_everything(nurse)
    assert "答对" in end and "完成小测 +1分" in end and "今年累计" in end
    [card] = await nurse.says("/today")
    assert "✅ 小测已完成" in card.buttons


async def asks(person: Person, item: str) -> Said:
    """Practise one item; its question."""
    [question] = await person.says(f"/quiz {item}")
    return question


async def test_a_tap_answers_and_shows_which_option_was_right(nurse: Person) -> None:
    question = await asks(nurse, "dahui-1")
    await nurse.presses("每月", on=question)
    marked = (await nurse.again(question)).text
    assert "❌ 这次没答对" in marked
    assert "👉" in marked[marked.index("每季度") - 6 : marked.index("每季度")]
    assert "📚 出处：" in marked
    assert "今年累计" not in marked, "practice brings no points"


async def test_an_old_topic_button_opens_its_own_topic_after_a_new_pack(nurse: Person, talk: Talk) -> None:
    [menu] = await nurse.says("/quiz")
    more = [dataclasses.replace(TRUTH, id=f"dahui-{number}", tags=("党课",)) for number in range(8, 12)]
    await packs.publish(talk.app, Console.SHELL, dataclasses.replace(PACK, items=(*reversed(ITEMS), *more)))
    await nurse.presses("dahui-4", on=menu)
    assert FILL.question in (await nurse.sees()).text

    await packs.publish(talk.app, Console.SHELL, dataclasses.replace(PACK, items=(SINGLE,)))
    assert "/quiz" in (await nurse.presses("dahui-4", on=menu)).text
    await nurse.presses("三会一课", on=menu)
    assert SINGLE.question in (await nurse.sees()).text


async def test_choices_may_be_typed_in_any_mood(nurse: Person) -> None:
    question = await asks(nurse, "dahui-1")
    letter = next(text[0] for text in question.buttons if "每季度" in text)
    [marked] = await nurse.says(f"我觉得应该选 {letter.lower()} 吧")
    assert "✅ 答对了" in marked.text


async def test_not_knowing_shows_the_answer(nurse: Person) -> None:
    await asks(nurse, "dahui-1")
    [marked] = await nurse.says("不知道")
    assert "先看答案" in marked.text and "👉" in marked.text
    await asks(nurse, "dahui-3")
    [hint] = await nurse.says("也许吧")
    assert "对、错" in hint.text


async def test_words_that_name_no_option_are_asked_again(nurse: Person) -> None:
    await asks(nurse, "dahui-1")
    [hint] = await nurse.says("也许吧")
    assert "没看懂选的是哪一项" in hint.text and "A、B、C、D" in hint.text
    [marked] = await nurse.says("每季度")
    assert "✅ 答对了" in marked.text


async def test_a_second_tap_changes_nothing_and_says_so(nurse: Person) -> None:
    await nurse.says("/today")
    await nurse.presses("今日小测")
    question = await nurse.sees()
    data = question.raw["buttons"][0][0]["data"]
    if data.startswith("t:"):  # several right ones: tick one and submit
        await nurse.sends_data(question, data)
        data = (await nurse.again(question)).data("提交")
    await nurse.sends_data(question, data)
    first = await nurse.again(question)
    again = await nurse.sends_data(question, data)
    assert again.text == "这题已经答过了"
    assert (await nurse.again(question)).text == first.text


async def test_ticks_are_kept_and_nothing_ticked_is_told(nurse: Person) -> None:
    question = await asks(nurse, "dahui-2")
    toast = await nurse.sends_data(question, question.data("提交"))
    assert toast.alert and "还没有选" in toast.text
    for label in ("党员大会", "支委会", "党小组会"):
        await nurse.sends_data(question, question.data(label))
    ticked = await nurse.again(question)
    assert sum(text.startswith("☑") for text in ticked.buttons) == 3
    assert "提交（已选3项）" in ticked.buttons
    await nurse.presses("提交", on=ticked)
    assert "✅ 答对了" in (await nurse.again(question)).text


async def test_missing_points_are_named_kindly(nurse: Person) -> None:
    await asks(nurse, "dahui-5")
    [marked] = await nurse.says("执政考验，市场经济考验")
    assert "🟡 答对一部分" in marked.text
    assert "✔️ 执政考验" in marked.text
    assert "▫️ 外部环境考验（没提到）" in marked.text


async def test_words_without_a_question_get_a_kind_hint(nurse: Person) -> None:
    [hint] = await nurse.says("你好呀")
    assert "没有在等您回答的题" in hint.text


async def test_an_edited_answer_keeps_the_first_one(nurse: Person) -> None:
    await asks(nurse, "dahui-5")
    await nurse.says("不知道")
    [told] = await nurse.edits(nurse.last_sent, "执政考验")
    assert "以第一次的回答为准" in told.text


async def test_yesterdays_quiz_can_still_be_finished(nurse: Person, clock: Clock) -> None:
    [card] = await nurse.says("/today")
    await nurse.presses("今日小测")
    clock.now += timedelta(days=1)
    end = await answer_everything(nurse)
    assert "完成：" in end
    await nurse.sends_data(card, card.data("今日小测"))
    assert "今日小测完成" in (await nurse.sees()).text


async def test_a_quiz_older_than_a_week_is_put_away_politely(nurse: Person, clock: Clock) -> None:
    await nurse.says("/today")
    await nurse.presses("今日小测")
    question = await nurse.sees()
    clock.now += timedelta(days=8)
    toast = await nurse.sends_data(question, question.raw["buttons"][0][0]["data"])
    assert toast.alert and "已经收起来了" in toast.text


async def test_mistakes_come_up_in_the_review(nurse: Person, clock: Clock) -> None:
    [nothing] = await nurse.says("/review")
    assert "没有待回顾的题" in nothing.text
    await asks(nurse, "dahui-5")
    await nurse.says("不知道")
    clock.now += timedelta(days=2)
    [waiting] = await nurse.says("/review")
    assert "四大考验是什么？\n   上次没答对 · 2天前" in waiting.text
    await nurse.presses("错题回顾")
    assert "错题回顾 · 第1题" in (await nurse.sees()).text


async def test_a_bug_is_told_politely_and_logged(nurse: Person, talk: Talk, caplog) -> None:  # type: ignore[no-untyped-def]
    await nurse.says("/quiz")
    toast = await nurse.sends_data(await nurse.sees(), "n:999999999999999999999999999")
    assert toast.alert
    assert "Traceback" not in toast.text
