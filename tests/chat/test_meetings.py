"""Meetings in the chat: planned in three steps, everybody told, one board, votes, the close."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from actions import attendance, checkin, groups, meetings, summons
from actions.actors import Console
from bot import dispatcher as dispatching
from bot import livepage
from bot.settings import read
from tests.actions.meeting import EVENING
from tests.chat.conftest import Person, Said, Talk
from tests.conftest import Clock, Hospital


async def plans(secretary: Person, kind: str = "支部党员大会", when: str = "今晚7点半") -> Said:
    """Plan a meeting in three steps; its card."""
    [home] = await secretary.says("/attendance")
    await secretary.presses("新会议", on=home)
    await secretary.presses(kind, on=await secretary.again(home))
    [sure] = await secretary.says(when)
    await secretary.presses("就这个时间", on=sure)
    return await secretary.again(sure)


async def opens(talk: Talk, clock: Clock) -> None:
    """Check-in opens: time passes, reminders and boards go out."""
    clock.now = EVENING - timedelta(minutes=15)
    await summons.remind_due(talk.app)
    await talk.post()


async def later(talk: Talk, clock: Clock, **delta: float) -> None:
    """Time passes, and what is due goes out."""
    clock.tick(**delta)
    await talk.post()


async def last(person: Person, words: str) -> Said:
    """The newest message with these words, as it is now."""
    return next(one for one in reversed(await person.messages()) if words in one.text)


async def taps(person: Person, said: Said, *labels: str) -> Said:
    """Press one button after the other in the same message; the message as it is then."""
    for label in labels:
        await person.presses(label, on=await person.again(said))
    return await person.again(said)


@pytest.fixture
async def board(secretary: Person, nurse: Person, talk: Talk, clock: Clock) -> Said:
    """The board of an assembly in the secretary's chat, check-in just opened."""
    await plans(secretary)
    await opens(talk, clock)
    return await last(secretary, "还没到")


# From the plan to the close.


async def test_a_meeting_is_planned_in_three_steps(secretary: Person) -> None:
    card = await plans(secretary)
    for words in (
        "3月支部党员大会",
        "3月2日 周一 19:30",
        "签到 19:15 开放，19:40 后算迟到，21:30 截止",
        "主持 方致远　记录 方致远",
        "应到 4　可到 0　有表决权 3",
    ):
        assert words in card.text
    [home] = await secretary.says("/attendance")
    assert "今天 19:30 3月支部党员大会 · 内科第一党支部" in home.buttons


async def test_pressed_twice_it_is_planned_once(secretary: Person) -> None:
    [home] = await secretary.says("/attendance")
    offer = await taps(secretary, home, "新会议", "党课")
    data = offer.data("明天")
    await secretary.sends_data(offer, data)
    await secretary.sends_data(offer, data)
    [home] = await secretary.says("/attendance")
    assert sum("党课" in label for label in home.buttons) == 1


async def test_what_is_not_understood_is_asked_again(secretary: Person) -> None:
    [home] = await secretary.says("/attendance")
    await taps(secretary, home, "新会议", "主题党日")
    [answer] = await secretary.says("下个月吧")
    assert "没看懂这个时间" in answer.text
    [answer] = await secretary.says("2020-01-01 9:00")
    assert "请填以后的时间" in answer.text
    [sure] = await secretary.says("周五下午5点半")
    assert "3月6日 周五 17:30，对吗？" in sure.text
    await secretary.presses("算了", on=sure)
    assert "没有改动" in (await secretary.again(sure)).text
    [hint] = await secretary.says("周五下午5点半")
    assert "没有在等您回答的题" in hint.text


async def test_an_own_kind_of_meeting(secretary: Person) -> None:
    [home] = await secretary.says("/attendance")
    await taps(secretary, home, "新会议", "其他会议")
    [votes] = await secretary.says("青年理论学习小组")
    await taps(secretary, votes, "不表决", "明天")
    card = await secretary.again(votes)
    assert "青年理论学习小组" in card.text and "排好了" in card.text


async def test_a_year_of_meetings(secretary: Person) -> None:
    [home] = await secretary.says("/attendance")
    await taps(secretary, home, "全年计划", "主题党日")
    [days] = await secretary.says("3月12日 17:30")
    assert "共 10 次" in days.text and "4月9日 周四 17:30" in days.text
    by_date = await taps(secretary, days, "改为按几号")
    assert "4月12日 周日 17:30" in by_date.text
    done = await taps(secretary, days, "改为按星期几", "排好这 10 次")
    assert "10 次都排好了" in done.text
    await secretary.presses("全部加入日历", on=done)
    file = await secretary.sees()
    assert file.raw["document"]["file_name"] == "主题党日.ics"
    # The same year again is left out with a word; then all of it is called off at once.
    [home] = await secretary.says("/attendance")
    await taps(secretary, home, "全年计划", "主题党日")
    [days] = await secretary.says("3月12日 17:30")
    assert "这一年的都已经排好" in days.text and "这一期已有" in days.text
    assert not any("排好这" in label for label in days.buttons)
    [home] = await secretary.says("/attendance")
    ask = await taps(secretary, home, "3月主题党日", "修改", "取消会议", "连同一起排的，共取消 10 次")
    assert "还没开的 10 次都取消" in ask.text and "4月9日 周四 17:30 4月主题党日" in ask.text
    done = await taps(secretary, ask, "确定都取消")
    assert "已取消 10 次" in done.text
    [home] = await secretary.says("/attendance")
    assert "还没有排好的会议" in home.text


async def test_from_the_invitation_to_the_close(
    nurse: Person, secretary: Person, talk: Talk, clock: Clock
) -> None:
    card = await plans(secretary)
    toast = await secretary.presses("发会议通知", on=card)
    assert "发给 3 人，还没加入的 1 人请另外告知" in toast.text
    await talk.post()
    invitation = await nurse.sees()
    assert "📣 3月支部党员大会" in invitation.text
    assert invitation.buttons == ["收到", "🙋 我要请假", "📅 加入日历"]
    toast = await nurse.presses("收到", on=invitation)
    assert toast.text == "已确认，谢谢"
    invitation = await nurse.again(invitation)
    assert invitation.buttons == ["✓ 已确认", "🙋 我要请假", "📅 加入日历"], "leave stays at hand"
    [home] = await secretary.says("/attendance")
    card = await taps(secretary, home, "3月支部党员大会")
    assert "会议通知已发，收到 1／3" in card.text

    await opens(talk, clock)
    board = await last(secretary, "还没到")
    assert "应到 4　实到 0　请假 0　还没到 4" in board.text
    assert "还差 2 人才能表决" in board.text and "第十一条" in board.text
    reminder = await nurse.sees()
    assert "可以签到了" in reminder.text
    toast = await nurse.presses("✅ 签到", on=reminder)
    assert toast.text == "签到好了"
    assert "19:15 签到成功" in (await nurse.again(reminder)).text
    await talk.post()
    assert "您已签到" in (await nurse.again(invitation)).text

    await later(talk, clock, seconds=4)
    assert "实到 1" in (await secretary.again(board)).text
    marking = await taps(secretary, board, "登记到会")
    assert "还有 3 人" in marking.text and "现场确认" in marking.text
    marking = await taps(secretary, board, "缘由改为：没带手机", "安可期")
    assert "还有 2 人" in marking.text
    person = await taps(secretary, board, "📋 名单", "安可期")
    assert "登记：到会 · 19:15 · 方致远登记" in person.text and "缘由：没带手机" in person.text

    clock.now = EVENING + timedelta(minutes=60)
    sure = await taps(secretary, board, "📋 名单", "返回", "结束会议")
    assert "2 人会记为缺席" in sure.text
    closed = await taps(secretary, board, "确定结束")
    assert "应到 4　实到 2　请假 0　缺席 2" in closed.text
    assert "有表决权 3 人，到会 2 人" in closed.text


async def test_an_invitation_is_a_notice_with_a_report_by_name(
    nurse: Person, secretary: Person, talk: Talk, clock: Clock, hall: dict[str, Person]
) -> None:
    card = await plans(secretary)
    await secretary.presses("发会议通知", on=card)
    await talk.post()
    doctor = hall["doctor"]
    invitation = await doctor.sees()
    await nurse.presses("收到")
    asked = await taps(doctor, invitation, "我要请假", "值班")
    assert "请假" in asked.text
    # The sender finds it among the notices, with who has confirmed; leave is an answer too.
    [home] = await secretary.says("/broadcast")
    assert any("会议通知：3月支部党员大会" in label for label in home.buttons)
    report = await taps(secretary, home, "会议通知：3月支部党员大会")
    assert "已确认 2/3" in report.text and "未加入 1" in report.text
    assert not any(word in label for label in report.buttons for word in ("更正", "撤回"))
    names = await taps(secretary, report, "名单")
    assert "方致远" in names.text and "林小满" not in names.text
    await taps(secretary, names, "返回")
    # Only whoever has neither confirmed nor answered is reminded; the answer can be given right there.
    toast = await secretary.presses("提醒", on=await secretary.again(report))
    assert "1" in toast.text
    await talk.post()
    reminder = await last(secretary, "还没确认")
    await secretary.presses("收到", on=reminder)
    assert "✓ 已确认" in (await secretary.again(reminder)).buttons
    await talk.post()
    own = next(one for one in await secretary.messages() if "📣 3月支部党员大会" in one.text)
    assert "✓ 已确认" in own.buttons


async def test_an_invitation_follows_its_meeting(
    nurse: Person, secretary: Person, talk: Talk, clock: Clock, hall: dict[str, Person]
) -> None:
    card = await plans(secretary)
    await secretary.presses("发会议通知", on=card)
    await talk.post()
    invitation = await nurse.sees()
    await nurse.presses("收到", on=invitation)
    await taps(secretary, card, "修改", "地点或链接")
    await secretary.says("三楼示教室")
    await talk.post()
    invitation = await nurse.again(invitation)
    assert "三楼示教室" in invitation.text and "✓ 已确认" in invitation.buttons
    await taps(secretary, card, "算了", "时间")
    await secretary.says("明晚8点")
    await talk.post()
    invitation = await nurse.again(invitation)
    assert "3月3日 周二 20:00" in invitation.text and "收到" in invitation.buttons, "another time, asked anew"
    moved = await nurse.sees()
    assert "会议改期" in moved.text
    await nurse.presses("收到", on=moved)
    await talk.post()
    assert "✓ 已确认" in (await nurse.again(invitation)).buttons
    [home] = await secretary.says("/attendance")
    await taps(secretary, home, "3月支部党员大会", "修改", "取消会议", "确定取消")
    await talk.post()
    gone = await nurse.again(invitation)
    assert "会议取消" in gone.text and not gone.buttons
    toast = await nurse.sends_data(invitation, invitation.data("收到"))
    assert "会议取消" in (await nurse.again(invitation)).text and toast.text


async def test_a_reminder_knows_which_day_it_is(nurse: Person, secretary: Person, talk: Talk) -> None:
    await plans(secretary)
    await plans(secretary, kind="党课", when="明天 7:00")
    await summons.remind_due(talk.app)
    await talk.post()
    assert "今天开会：3月支部党员大会" in (await last(nurse, "党员大会")).text
    assert "明天开会：3月党课" in (await last(nurse, "党课")).text


async def test_the_board_is_not_drawn_over_another_page(
    board: Said, nurse: Person, secretary: Person, talk: Talk, clock: Clock
) -> None:
    names = await taps(secretary, board, "📋 名单")
    await nurse.presses("✅ 签到")
    await later(talk, clock, seconds=4)
    assert (await secretary.again(board)).text == names.text
    back = await taps(secretary, board, "返回")
    assert "实到 1" in back.text
    await taps(secretary, board, "登记到会", "白若谷", "📋 名单", "返回")
    await later(talk, clock, seconds=4)
    assert "实到 2" in (await secretary.again(board)).text


# Checking in.


async def test_a_typed_code_checks_in_and_other_digits_answer_quizzes(
    board: Said, nurse: Person, secretary: Person, hall: dict[str, Person]
) -> None:
    await taps(secretary, board, "签到码")
    picture = await last(secretary, "扫码签到")
    code = re.search(r"\d{3} \d{3}", picture.text)
    assert picture.raw["photo"] and code
    [done] = await nurse.says(code[0])
    assert "签到成功" in done.text
    [ask] = await nurse.says("/checkin")
    assert "六位签到码" in ask.text, "a tap on the command is no wrong guess"
    [again] = await nurse.says(f"/checkin {code[0]}")
    assert "已经登记到会" in again.text
    [wrong] = await hall["doctor"].says("000000" if code[0] != "000 000" else "000001")
    assert "签到码不对" in wrong.text
    [hint] = await hall["outsider"].says(code[0])
    assert hint.text == "现在没有您可以签到的会议。"
    [hint] = await hall["outsider"].says("12345")
    assert "没有在等您回答的题" in hint.text


async def test_six_digits_that_a_question_or_a_dialogue_waits_for_are_theirs(
    board: Said, nurse: Person, secretary: Person, hall: dict[str, Person]
) -> None:
    outsider = hall["outsider"]
    for person in (outsider, nurse):
        await asked_in_words(person)
        answer = (await person.says("201810"))[-1]
        assert "签到" not in answer.text and "会议" not in answer.text.split("\n")[0]
    [home] = await secretary.says("/attendance")
    await taps(secretary, home, "新会议", "其他会议")
    [votes] = await secretary.says("202610")
    assert "202610要表决吗" in votes.text
    await taps(secretary, board, "签到码")
    code = re.search(r"\d{3} \d{3}", (await last(secretary, "扫码签到")).text)
    assert code
    await asked_in_words(nurse)
    [done] = await nurse.says(code[0])
    assert "签到成功" in done.text, "a code that fits is a code, whatever else waits"


async def asked_in_words(person: Person) -> None:
    """Practise until a question waits that has no options to tap."""
    [menu] = await person.says("/quiz")
    await person.presses("dahui-6", on=menu)


async def test_the_picture_is_renewed(board: Said, secretary: Person, clock: Clock) -> None:
    await taps(secretary, board, "签到码")
    before = await last(secretary, "扫码签到")
    await secretary.presses("换新码", on=before)
    clock.tick(seconds=31)
    await secretary.presses("换新码", on=before)
    after = await secretary.again(before)
    assert after.text != before.text and after.raw["photo"]["url"] != before.raw["photo"]["url"]


async def test_a_scanned_picture_checks_in(board: Said, nurse: Person, talk: Talk) -> None:
    shown = await checkin.show(talk.app, Console.SHELL, meeting_id=1)
    [done] = await nurse.opens(shown.payload)
    assert "签到成功" in done.text
    [nonsense] = await nurse.opens("c_7")
    assert "链接不完整" in nonsense.text


async def test_ones_own_link_and_somebody_elses(
    board: Said, nurse: Person, hall: dict[str, Person], stranger: Person
) -> None:
    [mine] = await nurse.says("/leave")
    assert "可以签到了" in mine.text
    await taps(nurse, mine, "3月支部党员大会", "我的签到链接")
    link = await nurse.sees()
    payload = re.search(r"start=(\S+)", link.text)
    assert payload
    [others] = await hall["doctor"].opens(payload[1])
    assert "另一位同志的签到链接" in others.text and "林小满" not in others.text
    await hall["doctor"].presses("签我自己的到", on=others)
    assert "签到成功" in (await hall["doctor"].again(others)).text
    [outside] = await hall["outsider"].opens(payload[1])
    assert "只能由本人使用" in outside.text and not outside.buttons
    [answer] = await stranger.opens(payload[1])
    assert "只对名册上的党员开放" in answer.text
    [done] = await nurse.opens(payload[1])
    assert "签到成功" in done.text
    [broken] = await nurse.opens(payload[1][:-3])
    assert "链接不完整" in broken.text


async def test_too_early_too_late_and_called_off(
    nurse: Person, secretary: Person, talk: Talk, clock: Clock
) -> None:
    card = await plans(secretary)
    [mine] = await nurse.says("/leave")
    own = await taps(nurse, mine, "3月支部党员大会")
    assert not any("✅ 签到" in label for label in own.buttons)
    data = "ji:1"
    toast = await nurse.sends_data(own, data)
    assert toast.alert and "19:15 开放" in toast.text
    await taps(secretary, card, "发会议通知", "修改", "取消会议", "确定取消")
    await talk.post()
    assert "会议取消" in (await nurse.sees()).text
    toast = await nurse.sends_data(own, data)
    assert "已经取消" in toast.text
    assert "已取消" in (await secretary.again(card)).text


async def test_a_move_is_told_and_old_buttons_say_so(
    board: Said, nurse: Person, secretary: Person, talk: Talk
) -> None:
    reminder = await nurse.sees()
    await nurse.presses("✅ 签到", on=reminder)
    await taps(secretary, board, "修改", "时间")
    [card] = await secretary.says("明天19:30")
    assert "3月3日 周二 19:30" in card.text and "应到 4" in card.text
    await talk.post()
    assert "会议改期" in (await nurse.sees()).text
    toast = await nurse.sends_data(reminder, "ji:1")
    assert "3月3日 19:15 开放" in toast.text


async def test_reminders_vanish_when_they_are_answered_elsewhere(
    board: Said, nurse: Person, talk: Talk
) -> None:
    reminder = await last(nurse, "可以签到了")
    [mine] = await nurse.says("/leave")
    await taps(nurse, mine, "3月支部党员大会", "✅ 签到")
    await talk.post()
    assert reminder.id not in [one.id for one in await nurse.messages() if not one.raw["deleted"]]


async def test_a_restart_in_the_middle_forgets_nothing(
    secretary: Person, nurse: Person, talk: Talk, clock: Clock
) -> None:
    card = await plans(secretary)
    await taps(secretary, card, "修改", "议程")
    async with restarted(talk):
        [changed] = await secretary.says("一、学习\n二、<表决>")
        assert "二、<表决>" in changed.text
        await opens(talk, clock)
        await nurse.presses("✅ 签到")
    async with restarted(talk):
        await later(talk, clock, seconds=4)
        assert "实到 1" in (await last(secretary, "还没到")).text
        # … and down until two days after the meeting.
        await later(talk, clock, days=2)
        assert await attendance.close_due(talk.app) == 1
        [past] = await secretary.says("/attendance")
        listed = await taps(secretary, past, "以往")
        assert "3月支部党员大会" in "".join(listed.buttons)


@asynccontextmanager
async def restarted(talk: Talk) -> AsyncIterator[None]:
    """The bot as another process would be that finds nothing but the database."""
    site = web.Application()
    SimpleRequestHandler(dispatching.build(talk.app), talk.bot, handle_in_background=False).register(
        site, path="/hook"
    )
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    before = (await talk.bot.get_webhook_info()).url
    await talk.bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
    try:
        yield
    finally:
        await talk.bot.set_webhook(before)
        await runner.cleanup()


# Leave.


async def test_leave_from_the_tap_to_the_answer(nurse: Person, secretary: Person, talk: Talk) -> None:
    card = await plans(secretary)
    await taps(secretary, card, "发会议通知")
    await talk.post()
    invitation = await nurse.sees()
    why = await taps(nurse, invitation, "我要请假")
    assert why.buttons[:3] == ["值班", "手术抢救", "出差学习"]
    asked = await taps(nurse, invitation, "手术抢救")
    assert "已报书记" in asked.text and "请假不是缺席" in asked.text
    await talk.post()
    letter = await secretary.sees()
    assert "林小满请假：手术抢救" in letter.text
    await secretary.presses("✅ 准假", on=letter)
    assert "已准假" in (await secretary.again(letter)).text
    await talk.post()
    assert "请假批准了" in (await nurse.sees()).text
    toast = await secretary.sends_data(letter, letter.data("准假"))
    assert toast.alert and "已经处理过了" in toast.text


async def test_leave_in_ones_own_words_and_taken_back(nurse: Person, secretary: Person) -> None:
    card = await plans(secretary)
    [mine] = await nurse.says("/leave")
    await taps(nurse, mine, "3月支部党员大会", "我要请假", "其他")
    [long] = await nurse.says("很" * 51)
    assert "不超过50字" in long.text
    [asked] = await nurse.says("<孩子>家长会")
    assert "已报书记" in asked.text
    requests = await taps(secretary, card, "🙋 请假")
    assert "林小满（<孩子>家长会）请假待批" in requests.text
    back = await taps(nurse, asked, "不请假了")
    assert "请参加" in back.text


async def test_the_list_of_requests_is_decided_with_one_tap_each(
    nurse: Person, secretary: Person, hall: dict[str, Person]
) -> None:
    card = await plans(secretary)
    for person in (nurse, hall["doctor"]):
        [mine] = await person.says("/leave")
        await taps(person, mine, "3月支部党员大会", "我要请假", "值班")
    found = await taps(secretary, card, "🙋 请假")
    assert found.buttons[:4] == ["✅ 准 林小满", "✖️ 不准", "✅ 准 白若谷", "✖️ 不准"]
    found = await taps(secretary, card, "准 林小满", "不准")
    assert "林小满（值班）已准假" in found.text and "白若谷（值班）未准假" in found.text


# Votes.


async def test_a_vote_with_the_arithmetic_shown(
    board: Said, nurse: Person, secretary: Person, talk: Talk, clock: Clock
) -> None:
    votes = await taps(secretary, board, "🗳 表决")
    assert "还差 2 名有表决权的党员到会" in votes.text
    toast = await secretary.presses("提出表决", on=votes)
    assert toast.alert and "不能表决" in toast.text
    await nurse.presses("✅ 签到")
    await taps(secretary, board, "返回", "登记到会", "方致远", "📋 名单", "返回", "🗳 表决", "提出表决")
    [rule] = await secretary.says("同意白若谷同志转为正式党员")
    assert "半数以上到会" in rule.text and "记名" in rule.text
    await secretary.presses("开始表决", on=rule)
    await talk.post()
    ask = await nurse.sees()
    assert "同意白若谷同志转为正式党员" in ask.text
    await nurse.presses("👎 反对", on=ask)
    await nurse.presses("👍 赞成", on=await nurse.again(ask))
    assert "您投了：赞成" in (await nurse.again(ask)).text
    listing = await secretary.again(rule)
    await secretary.presses("现场计票", on=listing)
    [few] = await secretary.says("赞成1票")
    assert "三个数" in few.text
    [counted] = await secretary.says("赞成１ 反对0 弃权0")
    assert "赞成 2　反对 0　弃权 0" in counted.text and "已投 2 / 到会有表决权 2" in counted.text
    done = await taps(secretary, counted, "结束表决", "确定结束")
    assert "有表决权 3 人，到会 2 人（须 2 人）；赞成须 2 票，即超过 3 的一半" in done.text
    assert "✅ 通过" in done.text
    who = await taps(secretary, done, "◂ 表决", "谁投了什么")
    assert "赞成 1：林小满" in who.text
    toast = await nurse.presses("👎 反对", on=await nurse.again(ask))
    assert "表决已经结束" in toast.text and "✅ 通过" in (await nurse.again(ask)).text


async def test_a_secret_vote_is_cast_once_and_says_nothing_meanwhile(
    board: Said, nurse: Person, secretary: Person, talk: Talk
) -> None:
    await nurse.presses("✅ 签到")
    await taps(secretary, board, "登记到会", "方致远", "📋 名单", "返回", "🗳 表决", "提出表决")
    [rule] = await secretary.says("接收预备党员")
    checked = await taps(secretary, rule, "接收、转正")
    assert "无记名" in checked.text
    listing = await taps(secretary, rule, "开始表决")
    await talk.post()
    ask = await nurse.sees()
    data = ask.data("反对")
    await nurse.presses("👍 赞成", on=ask)
    assert "已投票" in (await nurse.again(ask)).text
    toast = await nurse.sends_data(ask, data)
    assert toast.alert and "无记名投票不能更改" in toast.text
    listing = await taps(secretary, rule, "结束表决", "算了")
    assert "已投 1 / 到会有表决权 2" in listing.text and "赞成" not in listing.text


# Names.


async def test_somebody_is_found_and_asked_in(
    board: Said, secretary: Person, hall: dict[str, Person]
) -> None:
    administrator = hall["administrator"]
    [home] = await administrator.says("/attendance")
    page = await taps(administrator, home, "3月支部党员大会", "登记到会", "找人")
    assert "还有 4 人" in page.text
    [found] = await administrator.says("lqh")
    guest = await taps(administrator, found, "陆青禾")
    assert "列席" in guest.text and "无表决权" in guest.text
    there = await taps(administrator, found, "✅ 到会")
    assert "登记：到会" in there.text
    [nobody] = await administrator.says("张三丰")
    assert "没有找到人" in nobody.text


async def test_after_the_close_a_reason_is_asked_for(board: Said, secretary: Person, clock: Clock) -> None:
    clock.now = EVENING
    await taps(secretary, board, "结束会议", "确定结束", "📋 名单", "林小满", "✅ 到会")
    assert "缘由是？" in (await secretary.again(board)).text
    [changed] = await secretary.says("<纸质>签到表在支部")
    assert "登记：到会" in changed.text and "缘由：<纸质>签到表在支部" in changed.text
    await taps(secretary, changed, "📋 名单", "白若谷", "🕐 迟到", "会后核实")
    assert "登记：迟到" in (await secretary.again(changed)).text


async def test_corrections_standing_and_care(board: Said, secretary: Person) -> None:
    person = await taps(secretary, board, "📋 名单", "林小满", "改为可到", "改为无表决权")
    assert "可到可不到，无表决权" in person.text and "书记已更正" in person.text
    facts = await taps(secretary, board, "📋 名单", "安可期", "党内状态与照顾", "照顾 6 个月")
    assert "到 2026年9月30日" in facts.text and "不记原因" in facts.text
    ask = await taps(secretary, board, "结束照顾", "留党察看")
    assert "由“正常”改为“留党察看”" in ask.text
    facts = await taps(secretary, board, "算了")
    assert "党内状态：正常" in facts.text, "one tap alone takes no vote away"
    facts = await taps(secretary, board, "留党察看", "确定：留党察看")
    assert "党内状态：留党察看" in facts.text


async def test_the_committee_is_set_in_the_chat(secretary: Person) -> None:
    [home] = await secretary.says("/attendance")
    empty = await taps(secretary, home, "支委名单")
    assert "还没有委员名单" in empty.text
    await secretary.presses("添加委员", on=empty)
    [found] = await secretary.says("lxm")
    seated = await taps(secretary, found, "林小满", "组织委员")
    assert "组织委员 林小满" in seated.text
    await secretary.presses("添加委员", on=seated)
    [found] = await secretary.says("方致远")
    await taps(secretary, found, "方致远")
    [seated] = await secretary.says("书记")
    assert "书记 方致远" in seated.text
    left = await taps(secretary, seated, "移出 林小满")
    assert "林小满" not in left.text


# Groups and who may not.


async def test_the_bound_group_has_a_board_without_names(
    secretary: Person, nurse: Person, hospital: Hospital, talk: Talk, clock: Clock
) -> None:
    group = await talk.call(
        "POST", "groups", title="内科一支部", members=[secretary.id, nurse.id, "bot"], type="supergroup"
    )
    await groups.bind(
        talk.app, secretary.id, chat_id=group["id"], title="内科一支部", unit_id=hospital.ward1.id
    )
    await plans(secretary)
    await opens(talk, clock)
    await nurse.presses("✅ 签到")
    await later(talk, clock, seconds=4)

    async def boards() -> list[str]:
        found = await talk.call("GET", f"chats/{group['id']}/messages?as={nurse.id}&limit=50")
        said = [one for one in found["messages"] if one["from"]["is_bot"] and "实到" in (one["text"] or "")]
        assert not any(one["buttons"] for one in said)
        return [one["text"] for one in said]

    [board] = await boards()
    assert "实到 1" in board and "方致远" not in board
    # Put off, it says so where it stands, and a new one goes up at the new time.
    await meetings.move(talk.app, secretary.id, meeting_id=1, text="今晚20:30")
    await talk.post()
    [board] = await boards()
    assert "20:30" in board and "实到 0" in board and "🟢" not in board
    clock.now = EVENING + timedelta(minutes=45)
    await summons.remind_due(talk.app)
    await talk.post()
    [_, board] = await boards()
    assert "🟢" in board
    await later(talk, clock, minutes=20)
    await attendance.close(talk.app, secretary.id, meeting_id=1)
    await talk.post()
    [_, board] = await boards()
    assert "🏁" in board and "缺席 4" in board, "the last word is how it ended"


async def test_members_see_their_own_meetings_and_nobody_elses_boards(
    board: Said, nurse: Person, hall: dict[str, Person]
) -> None:
    [mine] = await nurse.says("/attendance")
    assert "我的会议" in mine.text and "新会议" not in "".join(mine.buttons)
    toast = await nurse.sends_data(mine, "vo:1")
    assert toast.alert and "需要相应的权限" in toast.text
    [none] = await hall["outsider"].says("/leave")
    assert "没有要参加的会议" in none.text


async def test_the_recorder_keeps_the_board_without_being_secretary(
    secretary: Person, nurse: Person, talk: Talk, clock: Clock
) -> None:
    card = await plans(secretary)
    await taps(secretary, card, "修改", "记录人")
    [found] = await secretary.says("林小满")
    await secretary.presses("林小满", on=found)
    assert "记录 林小满" in (await secretary.again(found)).text
    await opens(talk, clock)
    board = await last(nurse, "还没到")
    assert not any("修改" in label for label in board.buttons)
    marking = await taps(nurse, board, "登记到会", "方致远")
    assert "还有 3 人" in marking.text


# The page for the screen.


async def test_the_page_shows_a_code_that_checks_in(board: Said, nurse: Person, talk: Talk) -> None:
    app = replace(talk.app, page_url="http://127.0.0.1")
    page = livepage.LivePage(read(_env_file=None, port=0, page_url="http://127.0.0.1"), app, talk.bot)
    await page.start()
    try:
        base = f"http://127.0.0.1:{page.port}/meet/1/"
        token = (await checkin.show(app, Console.SHELL, meeting_id=1)).page_token
        async with talk.web.get(f"{base}{token}") as answer:
            assert answer.status == 200 and "default-src 'none'" in answer.headers["Content-Security-Policy"]
        async with talk.web.get(f"{base}{token}/now") as answer:
            told = await answer.json()
        assert told["title"] == "3月支部党员大会" and told["picture"].startswith("data:image/svg+xml")
        [done] = await nurse.says(told["code"])
        assert "签到成功" in done.text
        for wrong in (
            f"{base}{token[::-1]}",
            f"{base}{token}/now/x",
            f"http://127.0.0.1:{page.port}/meet/2/x",
        ):
            async with talk.web.get(wrong) as answer:
                assert answer.status == 404
    finally:
        await page.stop()
