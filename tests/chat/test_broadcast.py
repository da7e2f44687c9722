"""A notice from its first word to its report, as a secretary and the readers see it."""

import io

import pytest
from openpyxl import load_workbook

from actions import deliveries, sending
from storage.tables import Group, Member
from tests.chat.conftest import Person, Said, Talk
from tests.chat.test_minutes import picture
from tests.conftest import Hospital


async def written(secretary: Person, words: str = "周五下午三点，在示教室开支部大会。") -> Said:
    """A draft with these words; its panel."""
    await secretary.says("/broadcast")
    await secretary.presses("✍️ 写通知")
    *_, panel = await secretary.says(words)
    return panel


async def sends(secretary: Person, panel: Said) -> None:
    await secretary.presses("🚀 发送", on=panel)
    await secretary.presses("✅ 确认发送", on=await secretary.again(panel))


async def sent(secretary: Person, talk: Talk, *, asking: bool = False) -> Said:
    """A notice sent and delivered; its report."""
    panel = await written(secretary)
    if asking:
        await secretary.presses("要“收到”", on=panel)
    await sends(secretary, panel)
    await talk.post()
    await latest(talk)
    return await secretary.again(panel)


async def latest(talk: Talk) -> None:
    """Have the edits made that wait for their moment."""
    talk.app.clock.tick(seconds=4)  # type: ignore[attr-defined]  # the tests' clock
    await talk.post()


async def test_a_notice_from_the_first_word_to_the_report(
    secretary: Person, nurse: Person, hall: dict[str, Person], talk: Talk
) -> None:
    [empty] = await secretary.says("/broadcast")
    assert "不再刷“收到请回复”" in empty.text
    await secretary.presses("✍️ 写通知")
    assert "最多 4096 字" in (await secretary.sees()).text
    preview, panel = await secretary.says("周五下午三点开支部大会，{姓名}同志请到会。")
    assert preview.text == "周五下午三点开支部大会，方致远同志请到会。"
    for words in ("内科第一党支部，含下级", "共发 3 份", "还没有加入，1 人", "不传涉密"):
        assert words in panel.text
    await secretary.presses("🙅 谁收不到", on=panel)
    assert "安可期" in (await secretary.again(panel)).text
    await secretary.presses("◂ 返回", on=await secretary.again(panel))

    await secretary.presses("🚀 发送", on=panel)
    asked = await secretary.again(panel)
    assert "共 3 份" in asked.text
    await secretary.presses("✅ 确认发送", on=asked)
    going = await secretary.again(panel)
    assert "正在发送" in going.text and "还剩 3" in going.text
    assert going.buttons[:2] == ["⏸ 暂停", "✖️ 取消发送"]
    await talk.post()
    assert "林小满同志请到会" in (await nurse.sees()).text
    await latest(talk)
    done = await secretary.again(panel)
    assert "发完了" in done.text and "送达 3" in done.text and "未加入 1" in done.text
    outsiders = await hall["outsider"].messages()
    assert not any("支部大会" in one.text for one in outsiders)


async def test_readers_confirm_with_one_tap_and_the_others_are_reminded_once_a_day(
    secretary: Person, nurse: Person, hall: dict[str, Person], talk: Talk
) -> None:
    report = await sent(secretary, talk, asking=True)
    assert "已确认 0/3" in report.text
    copy = await nurse.sees()
    assert copy.buttons == ["收到"]
    assert (await nurse.presses("收到")).text == "已确认，谢谢"
    assert (await nurse.again(copy)).buttons == ["✓ 已确认"]
    assert (await nurse.presses("✓ 已确认")).text == "您已确认过"
    assert (await nurse.sends_data(copy, copy.data("收到"))).text == "您已确认过"
    await latest(talk)
    report = await secretary.again(report)
    assert "已确认 1/3" in report.text

    toast = await secretary.presses("🔔 提醒没确认的 2 人", on=report)
    assert "悄悄提醒 2 人" in toast.text
    await talk.post()
    reminder = await hall["doctor"].sees()
    assert "还没确认" in reminder.text and reminder.raw["silent"] and reminder.raw["reply_to"]
    assert not any("还没确认" in one.text for one in await nurse.messages())
    await latest(talk)
    assert not any("提醒" in label for label in (await secretary.again(report)).buttons)
    await hall["doctor"].presses("收到", on=reminder)
    await secretary.presses("📋 名单", on=await secretary.again(report))
    assert "方致远" in (await secretary.again(report)).text
    assert "白若谷" not in (await secretary.again(report)).text


async def test_whoever_confirms_what_was_withdrawn_hears_so(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    report = await sent(secretary, talk, asking=True)
    await secretary.presses("🔔 提醒没确认的", on=report)
    await talk.post()
    reminder = await nurse.sees()
    await latest(talk)
    await secretary.presses("↩️ 撤回", on=await secretary.again(report))
    toast = await secretary.presses("确认撤回", on=await secretary.again(report))
    assert toast.text == "↩️ 正在撤回 3 份"
    assert (await nurse.presses("收到", on=reminder)).text == "这条通知已经撤回，不用确认了。"
    await talk.post()
    await latest(talk)
    assert not any("支部大会" in one.text and not one.raw["deleted"] for one in await nurse.messages())
    assert "撤回了 3 份" in (await secretary.again(report)).text


async def test_a_picture_without_words_has_a_name_too(secretary: Person) -> None:
    await secretary.says("/broadcast")
    await secretary.presses("✍️ 写通知")
    _, panel = await secretary.sends_file("海报.png", picture(), kind="photo")
    assert "“（没有文字）”" in panel.text
    await secretary.presses("🚀 发送", on=panel)
    assert "把“（没有文字）”发给" in (await secretary.again(panel)).text


async def test_where_nobody_can_be_reached_after_all_a_retry_says_so(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    await nurse.blocks()
    await deliveries.reachable(talk.app, nurse.id)  # nobody knows of it yet
    report = await sent(secretary, talk)
    assert "未送达 1" in report.text
    assert "现在还是发不到" in (await secretary.presses("🔁 补发", on=report)).text


async def test_the_report_is_a_workbook_too(secretary: Person, nurse: Person, talk: Talk) -> None:
    report = await sent(secretary, talk, asking=True)
    await nurse.presses("收到")
    await secretary.presses("📊 Excel", on=report)
    url = (await secretary.sees()).raw["document"]["url"]
    async with talk.web.get(f"{talk.sandbox.url}{url}") as reply:
        rows = list(load_workbook(io.BytesIO(await reply.read())).worksheets[0].values)
    assert rows[0] == ("姓名", "支部", "送达情况", "送达时间", "确认时间")
    lines = {row[0]: row for row in rows[1:]}
    assert lines["林小满"][2:4] == ("已送达", "2026-03-02 08:00") and lines["林小满"][4]
    assert lines["安可期"][2:] == ("还没有加入", None, None)


async def test_members_send_no_notices(nurse: Person, stranger: Person) -> None:
    [answer] = await nurse.says("/broadcast")
    assert "权限" in answer.text
    [answer] = await stranger.says("/broadcast")
    assert "只对名册上的党员" in answer.text


# Writing.


async def test_a_photo_and_a_file_keep_their_words(secretary: Person, nurse: Person, talk: Talk) -> None:
    await secretary.says("/broadcast")
    await secretary.presses("✍️ 写通知")
    preview, panel = await secretary.sends_file("安排.pdf", b"%PDF-1.4", caption="值班安排，{姓名}请看")
    assert preview.text == "值班安排，方致远请看" and preview.raw["document"]
    assert "📎 文件，说明" in panel.text
    await sends(secretary, panel)
    await talk.post()
    copy = await nurse.sees()
    assert copy.text == "值班安排，林小满请看" and copy.raw["document"]["file_name"] == "安排.pdf"


async def test_too_long_is_told_and_the_dialogue_goes_on(secretary: Person) -> None:
    await secretary.says("/broadcast")
    await secretary.presses("✍️ 写通知")
    [refusal] = await secretary.says("{性名}同志")
    assert "“性名”不能自动填写" in refusal.text
    *_, panel = await secretary.says("{姓名}同志")
    assert "通知草稿" in panel.text


async def test_a_template_is_filled_in_blank_by_blank(secretary: Person, nurse: Person, talk: Talk) -> None:
    await secretary.says("/broadcast")
    await secretary.presses("📋 用模板")
    await secretary.presses("限时报送")
    assert "请回复：截止时间" in (await secretary.sees()).text
    for words in ("周五下班", "学习笔记"):
        [asked] = await secretary.says(words)
        assert "请回复：" in asked.text
    preview, panel = await secretary.says("发到支部邮箱")
    assert "请于 周五下班 前完成：学习笔记" in preview.text
    assert "请大家点“收到”" in panel.text
    await sends(secretary, panel)
    await talk.post()
    assert "林小满同志" in (await nurse.sees()).text


async def test_a_draft_outlives_commands_and_is_found_in_the_list(secretary: Person) -> None:
    panel = await written(secretary, "没写完的通知")
    await secretary.presses("✏️ 改内容", on=panel)
    await secretary.says("/menu")
    [listed] = await secretary.says("/broadcast")
    await secretary.presses("📝 没写完的通知", on=listed)
    assert "通知草稿" in (await secretary.again(listed)).text
    await secretary.presses("✏️ 改内容", on=await secretary.again(listed))
    *_, panel = await secretary.says("写完的通知")
    assert "“写完的通知”" in panel.text
    await secretary.presses("🗑 删除", on=panel)
    await secretary.presses("🗑 删除", on=await secretary.again(panel))
    [listed] = await secretary.says("/broadcast")
    assert not any("通知" in label and "📝" in label for label in listed.buttons)


# Whom it is for.


async def test_people_are_picked_by_initials_and_units_by_taps(
    secretary: Person, hall: dict[str, Person], talk: Talk
) -> None:
    panel = await written(secretary)
    await secretary.presses("👥 改对象", on=panel)
    await secretary.presses("按姓名挑人", on=await secretary.again(panel))
    [found] = await secretary.says("lxm")
    await secretary.presses("林小满", on=found)
    assert any(label.startswith("✅ 林小满") for label in (await secretary.again(found)).buttons)
    await secretary.presses("◂ 返回", on=await secretary.again(found))
    chosen = await secretary.again(found)
    assert "发给：林小满" in chosen.text and "共发 1 份" in chosen.text
    await secretary.presses("本周没答题的", on=chosen)
    await secretary.presses("含下级全体", on=await secretary.again(found))
    await secretary.presses("按党员类别", on=await secretary.again(found))
    await secretary.presses("预备", on=await secretary.again(found))
    await secretary.presses("◂ 返回", on=await secretary.again(found))
    await secretary.presses("选好了", on=await secretary.again(found))
    assert "（含下级）里的：预备" in (await secretary.again(found)).text
    await sends(secretary, await secretary.again(found))
    await talk.post()
    assert "支部大会" in (await hall["doctor"].sees()).text
    assert not any("支部大会" in one.text for one in await hall["nurse"].messages())


# When.


async def test_a_notice_goes_out_at_its_time(secretary: Person, nurse: Person, talk: Talk) -> None:
    panel = await written(secretary)
    await secretary.presses("⏰ 定时", on=panel)
    [nonsense] = await secretary.says("回头再说")
    assert "看懂" in nonsense.text or "时间" in nonsense.text
    [set_] = await secretary.says("明天8点")
    assert "3月3日 08:00 发出" in set_.text
    talk.app.clock.tick(days=1)  # type: ignore[attr-defined]  # the tests' clock
    await sending.send_due(talk.app)
    await talk.post()
    assert "支部大会" in (await nurse.sees()).text


async def test_made_up_words_in_buttons_of_ones_own_draft_do_nothing(
    secretary: Person, caplog: pytest.LogCaptureFixture
) -> None:
    panel = await written(secretary)
    number = panel.data("🚀 发送").split(":")[1]
    for forged in (
        "np:{}:r:zzz:0",
        "np:{}:k:zzz:0",
        "np:{}:u:x:0",
        "na:{}:2026-13-45:60",
        "na:{}:2027-01-01:9999",
    ):
        toast = await secretary.sends_data(panel, forged.format(number))
        assert "已经过期" in toast.text, forged
    assert not [one for one in caplog.records if one.levelname == "ERROR"]
    assert "通知草稿" in (await secretary.again(panel)).text


async def test_a_time_at_night_says_when_it_will_really_go(secretary: Person, talk: Talk) -> None:
    panel = await written(secretary)
    await secretary.presses("⏰ 定时", on=panel)
    [set_] = await secretary.says("今晚23点")
    assert "3月2日 23:00 发出" in set_.text and "免打扰时段，3月3日 07:00 开始发" in set_.text
    await secretary.presses("改回草稿", on=set_)
    await secretary.presses("⏰ 定时", on=await secretary.again(set_))
    [set_] = await secretary.says("今晚8点")
    assert "免打扰" not in set_.text


async def test_a_notice_that_could_not_go_out_comes_back_with_the_reason(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    panel = await written(secretary)
    await secretary.presses("👥 改对象", on=panel)
    await secretary.presses("选支部", on=await secretary.again(panel))
    await secretary.presses("✅ 内科第一党支部", on=await secretary.again(panel))
    await secretary.presses("◂ 返回", on=await secretary.again(panel))
    await secretary.presses("选好了", on=await secretary.again(panel))
    await secretary.presses("⏰ 定时", on=await secretary.again(panel))
    await secretary.says("明天8点")
    talk.app.clock.tick(days=1)  # type: ignore[attr-defined]  # the tests' clock
    await sending.send_due(talk.app)
    await talk.post()
    told = await secretary.sees()
    assert "到时间了，没有发出" in told.text and "一个人也收不到" in told.text
    await secretary.presses("去看看", on=told)
    assert "通知草稿" in (await secretary.again(told)).text
    assert not await nurse.messages()


async def test_a_monthly_notice_can_be_called_back(secretary: Person) -> None:
    panel = await written(secretary, "请交党费")
    await secretary.presses("🔁 每月", on=panel)
    await secretary.presses("月末", on=await secretary.again(panel))
    await secretary.presses("09:00", on=await secretary.again(panel))
    assert "每月最后一天 09:00 发出，下次 3月31日 09:00" in (await secretary.again(panel)).text
    await secretary.presses("改回草稿", on=await secretary.again(panel))
    assert "通知草稿" in (await secretary.again(panel)).text


async def test_urgent_needs_a_reason(secretary: Person) -> None:
    panel = await written(secretary)
    await secretary.presses("加急", on=panel)
    [short] = await secretary.says("急")
    assert "2 到 100 个字" in short.text
    [panel] = await secretary.says("台风今夜登陆")
    assert "🚨 加急，夜间也发：台风今夜登陆" in panel.text
    await secretary.presses("🚀 发送", on=panel)
    assert "不避夜间" in (await secretary.again(panel)).text


# Second thoughts.


async def test_paused_and_going_on(secretary: Person, nurse: Person, talk: Talk) -> None:
    panel = await written(secretary)
    await sends(secretary, panel)
    assert "已暂停" in (await secretary.presses("⏸ 暂停", on=await secretary.again(panel))).text
    await talk.post()
    assert not any("支部大会" in one.text for one in await nurse.messages())
    assert "已暂停" in (await secretary.again(panel)).text
    await secretary.presses("▶️ 继续", on=await secretary.again(panel))
    await talk.post()
    assert "支部大会" in (await nurse.sees()).text


async def test_a_sent_notice_is_corrected_in_every_copy(secretary: Person, nurse: Person, talk: Talk) -> None:
    report = await sent(secretary, talk, asking=True)
    await nurse.presses("收到")
    copy = await nurse.sees()
    await secretary.presses("✏️ 更正", on=report)
    preview, asked = await secretary.says("改到周六下午三点。")
    assert preview.text == "改到周六下午三点。" and preview.buttons == ["收到"]
    assert "已送达的 3 份" in asked.text
    assert (await nurse.again(copy)).text == copy.text
    await secretary.presses("✅ 确认更正", on=asked)
    going = await secretary.again(asked)
    assert "正在更正：0/3" in going.text
    await talk.post()
    await latest(talk)
    assert "更正了 3 份" in (await secretary.again(going)).text
    changed = await nurse.again(copy)
    assert changed.text == "改到周六下午三点。" and changed.buttons == ["✓ 已确认"]


async def test_a_sent_notice_is_withdrawn(secretary: Person, nurse: Person, talk: Talk) -> None:
    report = await sent(secretary, talk)
    await secretary.presses("↩️ 撤回", on=report)
    assert "已送达的 3 份会从大家的聊天里删除" in (await secretary.again(report)).text
    toast = await secretary.presses("↩️ 确认撤回", on=await secretary.again(report))
    assert "正在撤回 3 份" in toast.text
    await talk.post()
    await latest(talk)
    assert "撤回了 3 份" in (await secretary.again(report)).text
    assert not any("支部大会" in one.text and not one.raw["deleted"] for one in await nurse.messages())


async def test_what_is_older_than_two_days_stays_and_the_sender_is_told(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    report = await sent(secretary, talk)
    talk.app.clock.tick(hours=49)  # type: ignore[attr-defined]  # the tests' clock
    await secretary.presses("↩️ 撤回", on=report)
    assert "还有 3 份已超过 48 小时" in (await secretary.again(report)).text


async def test_what_telegram_refuses_stops_the_broadcast_with_its_reason(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    panel = await written(secretary)
    talk.sandbox.world.faults.place(
        {
            "method": "sendMessage",
            "chat": nurse.id,
            "kind": "400",
            "times": 1,
            "description": "Bad Request: MESSAGE_TOO_STRANGE",
        }
    )
    await sends(secretary, panel)
    await talk.post()
    told = await secretary.again(panel)
    assert "停下来了" in told.text and "MESSAGE_TOO_STRANGE" in told.text
    await secretary.presses("▶️ 继续", on=told)
    await talk.post()
    await latest(talk)
    assert "送达 3" in (await secretary.again(panel)).text


async def test_a_notice_in_the_group_is_confirmed_there_and_the_button_stays(
    secretary: Person, hall: dict[str, Person], hospital: Hospital, talk: Talk
) -> None:
    doctor = hall["doctor"]
    group = talk.sandbox.found_group("病区群", [secretary.id, doctor.id, "bot"])
    async with talk.app.db.writing() as tx:
        tx.add(Group(chat_id=group, title="病区群", unit_id=hospital.ward1.id, bound_at=talk.app.clock()))
        (await tx.get_one(Member, hospital.doctor.id)).muted = True
    panel = await written(secretary, "请{姓名}看通知")
    await secretary.presses("要“收到”", on=panel)
    await secretary.presses("👥 改对象", on=await secretary.again(panel))
    await secretary.presses("发到群", on=await secretary.again(panel))
    await secretary.presses("病区群", on=await secretary.again(panel))
    await secretary.presses("◂ 返回", on=await secretary.again(panel))
    await secretary.presses("选好了", on=await secretary.again(panel))
    await sends(secretary, await secretary.again(panel))
    await talk.post()

    async def in_group() -> Said:
        found = await talk.call("GET", f"chats/{group}/messages?as={doctor.id}&limit=50")
        return [Said(one) for one in found["messages"] if one["from"]["is_bot"]][-1]

    posted = await in_group()
    assert posted.text == "请各位看通知"
    data = {"as": doctor.id, "message_id": posted.id, "data": posted.data("收到")}
    answers = [(await talk.call("POST", f"chats/{group}/press", **data))["text"] for _ in range(2)]
    assert answers == ["已确认，谢谢", "您已确认过"]
    assert (await in_group()).buttons == ["收到"]
    await latest(talk)
    assert "已确认 1/3" in (await secretary.again(panel)).text
