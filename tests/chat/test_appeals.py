"""A second look in the chat: held answers, appeals, decisions without names, and wordings for everybody."""

import html
import re

import pytest
import yaml

from tests.chat.conftest import Person, Said, Talk

HELD = "执政考验、改革开放、市场经济、外部环境、金钱考验"  # everything asked for, and one thing more
OURS = "替老百姓办事"


async def answers(person: Person, item: str, words: str) -> Said:
    await person.says(f"/quiz {item}")
    [marked] = await person.says(words)
    return marked


async def appeals(person: Person, words: str = OURS, item: str = "dahui-7") -> Said:
    """Answer an item and appeal; the bot's receipt."""
    await answers(person, item, words)
    await person.presses("🙋 申诉")
    return await person.sees()


async def decides(secretary: Person, words: str, verdict: str) -> Said:
    """Open the queue, look at the answer with these words, decide; the message as it is then."""
    [queue] = await secretary.says("/appeals")
    await secretary.presses(words[:6], on=queue)
    await secretary.presses(verdict, on=await secretary.again(queue))
    return await secretary.again(queue)


def underlined(said: Said) -> list[str]:
    return [html.unescape(words) for words in re.findall("<u>(.*?)</u>", said.raw["html"])]


# Feedback in one glance.


async def test_what_was_matched_is_underlined_and_what_is_missing_named(nurse: Person) -> None:
    marked = await answers(nurse, "dahui-5", "执政考验，市场经济考验")
    assert "🟡 答对一部分" in marked.text
    assert underlined(marked) == ["执政考验", "市场经济考验"]
    assert "✔️ 执政考验" in marked.text and "▫️ 外部环境考验（没提到）" in marked.text
    assert "答出" not in marked.text and "还差" not in marked.text, "the ticks say so already"


async def test_a_wrong_figure_is_told_with_the_right_one(nurse: Person) -> None:
    marked = await answers(nurse, "dahui-6", "30学时")
    assert "❌ 这次没答对" in marked.text
    assert "数字不符：您写的是30学时，应为32学时。" in marked.text


async def test_a_negation_too_many_is_named(nurse: Person) -> None:
    marked = await answers(nurse, "dahui-7", "不是全心全意为人民服务")
    assert "多了否定" in marked.text


async def test_markup_in_an_answer_stays_as_typed(nurse: Person) -> None:
    marked = await answers(nurse, "dahui-5", "<b>执政考验</b> & 市场经济考验")
    assert "<b>执政考验</b> & 市场经济考验" in marked.text
    assert underlined(marked) == ["执政考验", "市场经济考验"]


async def test_a_right_answer_has_no_appeal(nurse: Person) -> None:
    marked = await answers(nurse, "dahui-7", "全心全意为人民服务")
    assert "🙋 申诉" not in marked.buttons
    assert not underlined(marked)


# Near the edge.


async def test_what_is_near_the_edge_waits_and_is_not_called_wrong(
    nurse: Person, secretary: Person, talk: Talk
) -> None:
    marked = await answers(nurse, "dahui-5", HELD)
    assert marked.text.startswith("🔎 待确认")
    assert "先按部分答对计分" in marked.text
    assert "🙋 申诉" not in marked.buttons, "nothing to do for the member"
    done = await decides(secretary, HELD, "✅ 算对")
    assert "已判为对" in done.text
    await talk.post()
    told = await nurse.sees()
    assert "您的回答算对" in told.text and "四大考验是什么" in told.text
    assert sum("您的回答算对" in one.text for one in await nurse.messages()) == 1


# An appeal from the tap to the letter.


async def test_an_appeal_from_the_tap_to_the_letter(nurse: Person, secretary: Person, talk: Talk) -> None:
    receipt = await appeals(nurse)
    assert "收到您的申诉" in receipt.text
    await nurse.presses("补充一句理由")
    [thanks] = await nurse.says("老百姓就是人民")
    assert "补充好了" in thanks.text
    await talk.post()
    assert "有党员对评判提出申诉" in (await secretary.sees()).text

    [queue] = await secretary.says("/appeals")
    assert "待裁定 1 条" in queue.text and "不显示姓名" in queue.text
    await secretary.presses(OURS, on=queue)
    case = await secretary.again(queue)
    for words in (
        "本人申诉",
        "党的根本宗旨是什么",
        "参考答案：全心全意为人民服务",
        f"回答：{OURS}",
        "系统评判：不对",
        "本人说：老百姓就是人民",
    ):
        assert words in case.text
    assert "林小满" not in case.text
    assert case.buttons[:3] == ["✅ 算对", "🟡 部分对", "📖 维持"]

    await secretary.presses("附一句话", on=case)
    [again] = await secretary.says("意思对，记住原文更好")
    assert "您的附言：意思对，记住原文更好" in again.text
    await secretary.presses("✅ 算对", on=again)
    done = await secretary.again(again)
    assert "已判为对" in done.text

    await talk.post()
    told = await nurse.sees()
    assert "您的回答算对" in told.text and "书记说：意思对，记住原文更好" in told.text
    [own] = await nurse.says("/appeals")
    assert "✅ 算对" in own.text and OURS in own.text


async def test_the_button_shows_how_the_appeal_stands(nurse: Person, secretary: Person) -> None:
    marked = await answers(nurse, "dahui-7", OURS)
    await nurse.presses("🙋 申诉", on=marked)
    await nurse.presses("🙋 申诉", on=marked)
    assert "正等书记裁定" in (await nurse.sees()).text
    await decides(secretary, OURS, "📖 维持")
    await nurse.presses("🙋 申诉", on=marked)
    assert "维持原来的评判" in (await nurse.sees()).text


async def test_a_word_may_be_left_unsaid(nurse: Person) -> None:
    await appeals(nurse)
    await nurse.presses("补充一句理由")
    await nurse.presses("算了")
    assert "不补充了" in (await nurse.sees()).text
    [hint] = await nurse.says("你好")
    assert "没有在等您回答的题" in hint.text


async def test_a_word_that_comes_too_late_is_told(nurse: Person, secretary: Person) -> None:
    await appeals(nurse)
    await nurse.presses("补充一句理由")
    await decides(secretary, OURS, "🟡 部分对")
    [late] = await nurse.says("等等")
    assert "已经有人裁定过了" in late.text
    [hint] = await nurse.says("你好")
    assert "没有在等您回答的题" in hint.text


async def test_the_second_secretary_is_told(
    nurse: Person, secretary: Person, hall: dict[str, Person]
) -> None:
    await appeals(nurse)
    general = hall["general_secretary"]
    [queue] = await general.says("/appeals")
    await general.presses(OURS, on=queue)
    await decides(secretary, OURS, "✅ 算对")
    toast = await general.presses("📖 维持", on=await general.again(queue))
    assert toast.alert and "已经有人裁定过了" in toast.text
    await general.sends_data(queue, queue.data(OURS))
    seen = await general.again(queue)
    assert "算对" in seen.text and seen.buttons == ["◂ 待裁定"]


async def test_a_partly_right_answer_is_accepted_or_left(nurse: Person, secretary: Person) -> None:
    await appeals(nurse, "执政考验，市场经济考验", "dahui-5")
    [queue] = await secretary.says("/appeals")
    await secretary.presses("执政考验", on=queue)
    assert (await secretary.again(queue)).buttons[:2] == ["✅ 算对", "📖 维持"]


async def test_members_without_appeals_are_told_how(nurse: Person, secretary: Person) -> None:
    [own] = await nurse.says("/appeals")
    assert "您没有申诉过" in own.text
    [queue] = await secretary.says("/appeals")
    assert "没有待裁定的回答" in queue.text
    await secretary.presses("我的申诉", on=queue)
    assert (await secretary.again(queue)).buttons == ["◂ 待裁定"]


async def test_the_menu_leads_to_the_appeals(secretary: Person, nurse: Person) -> None:
    await secretary.says("/menu")
    await secretary.presses("申诉裁定")
    assert "没有待裁定的回答" in (await secretary.sees()).text
    await nurse.says("/menu")
    assert not any("申诉" in text for text in (await nurse.sees()).buttons)


# Wordings for everybody.


async def test_a_wording_is_accepted_for_everybody_and_equal_answers_follow(
    nurse: Person, secretary: Person, hall: dict[str, Person], talk: Talk
) -> None:
    await answers(hall["outsider"], "dahui-7", f"{OURS}。")
    await appeals(nurse)
    done = await decides(secretary, OURS, "✅ 算对")
    assert "今后这样说也算对吗" in done.text
    await secretary.presses(f"➕ {OURS} ＝ 全心全意为人民服务", on=done)
    adopted = await secretary.sees()
    assert "同样的回答补判了 1 份" in adopted.text
    await talk.post()
    told = await hall["outsider"].sees()
    assert "补判为对" in told.text and OURS in told.text
    assert "✅ 答对了" in (await answers(hall["doctor"], "dahui-7", OURS)).text

    await secretary.presses("已采纳的说法", on=adopted)
    listed = await secretary.again(adopted)
    assert f"“{OURS}” ＝ 全心全意为人民服务" in listed.text and "方致远" in listed.text
    toast = await secretary.presses("撤回 1", on=listed)
    assert toast.text == "已撤回"
    assert "还没有采纳过" in (await secretary.again(adopted)).text
    assert "✅ 答对了" not in (await answers(hall["doctor"], "dahui-7", OURS)).text


async def test_administrators_take_the_wordings_home_as_a_file(
    nurse: Person, secretary: Person, administrator: Person, talk: Talk
) -> None:
    await appeals(nurse)
    done = await decides(secretary, OURS, "✅ 算对")
    await secretary.presses("➕", on=done)
    [queue] = await administrator.says("/appeals")
    await administrator.presses("已采纳的说法", on=queue)
    await administrator.presses("导出", on=await administrator.again(queue))
    url = (await administrator.sees()).raw["document"]["url"]
    async with talk.web.get(f"{talk.sandbox.url}{url}") as reply:
        file = await reply.text()
    assert file.startswith("# 各支部采纳的说法")
    assert yaml.safe_load(file) == {
        "items": [
            {
                "id": "dahui-7",
                "question": "党的根本宗旨是什么？",
                "answer": "全心全意为人民服务",
                "aliases": [OURS],
            }
        ]
    }


@pytest.mark.parametrize("words", ["/appeals", "/quiz dahui-7"])
async def test_strangers_learn_nothing(stranger: Person, words: str) -> None:
    [answer] = await stranger.says(words)
    assert "只对名册上的党员开放" in answer.text
