"""Notices as people write them: formatted, with pictures and albums; changed while they wait, and once they are out."""

import asyncio
import io
from collections.abc import Sequence

from aiogram.types import Update
from PIL import Image

from actions import audiences, groups, sending
from actions.audiences import Part
from bot import dispatcher as dispatching
from storage.tables import Group
from tests.chat.conftest import Person, Said, Talk
from tests.chat.test_broadcast import latest, sends, sent, written
from tests.conftest import Hospital


def pictures(number: int) -> list[tuple[str, bytes]]:
    """Pictures that differ."""
    found = []
    for place in range(number):
        held = io.BytesIO()
        Image.new("RGB", (8, 8), (place * 20, 90, 90)).save(held, "PNG")
        found.append((f"图{place}.png", held.getvalue()))
    return found


async def content_of(talk: Talk, said: Said) -> bytes:
    """The picture or file of a message."""
    shown = said.raw["photo"] or said.raw["document"]
    async with talk.web.get(f"{talk.sandbox.url}{shown['url']}") as reply:
        return await reply.read()


async def soon(talk: Talk) -> None:
    """Nothing more of an album came."""
    talk.app.clock.tick(seconds=1)  # type: ignore[attr-defined]  # the tests' clock
    await talk.post()


async def begun(secretary: Person) -> None:
    await secretary.says("/broadcast")
    await secretary.presses("✍️ 写通知")


# Formatted text.


async def test_formatting_is_kept_from_the_draft_to_every_copy(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    await begun(secretary)
    words = "重要：{姓名}同志，<周五>三点&四点 详情 code 机密不发 引用"
    at = words.index
    entities = [
        {"type": "bold", "offset": 0, "length": 3},
        {"type": "underline", "offset": 0, "length": 2},
        {"type": "italic", "offset": at("{"), "length": 4},
        {"type": "text_link", "offset": at("详情"), "length": 2, "url": "https://example.org/?a=1&b=2"},
        {"type": "code", "offset": at("code"), "length": 4},
        {"type": "spoiler", "offset": at("机密"), "length": 4},
        {"type": "strikethrough", "offset": at("引用"), "length": 2},
    ]
    preview, panel = await secretary.says(words, entities=entities)
    assert preview.text == words.replace("{姓名}", "方致远")
    await sends(secretary, panel)
    await talk.post()
    copy = await nurse.sees()
    assert copy.text == words.replace("{姓名}", "林小满")
    for piece in (
        "<b><u>重要</u>：</b>",
        "<i>林小满</i>",
        "&lt;周五&gt;三点&amp;四点",
        '<a href="https://example.org/?a=1&amp;b=2"',
        "<code>code</code>",
        '<span class="tg-spoiler">机密不发</span>',
        "<s>引用</s>",
    ):
        assert piece in copy.raw["html"], piece


async def test_formatting_that_cuts_a_name_in_two_is_refused_with_the_place(secretary: Person) -> None:
    await begun(secretary)
    [refusal] = await secretary.says(
        "请{姓名}同志到会", entities=[{"type": "bold", "offset": 2, "length": 1}]
    )
    assert "格式有问题" in refusal.text and "{姓名}" in refusal.text
    *_, panel = await secretary.says("请{姓名}同志到会")
    assert "通知草稿" in panel.text


async def test_what_is_too_long_is_refused_with_the_place(secretary: Person) -> None:
    await begun(secretary)
    [refusal] = await secretary.says("{姓名}" + "学" * 4080 + "到此为止")
    assert "最多 4096 字" in refusal.text and "到此为止" in refusal.text
    [refusal] = await secretary.sends_album(pictures(1), "{姓名}" + "学" * 1015 + "到此为止")
    assert "最多 1024 字" in refusal.text and "到此为止" in refusal.text


async def test_a_text_that_the_app_cut_is_told_and_sent_again(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    await begun(secretary)
    *_, panel = await secretary.says("学" * 4000 + "第一段到此")
    assert "通知草稿" in panel.text
    [told] = await secretary.says("第二段" * 1000)
    assert "分成了几条" in told.text and "第一段到此" in told.text
    assert await secretary.says("第三段") == []
    await talk.call("POST", "clock", advance_minutes=1)
    _, panel = await secretary.says("短一些的通知")
    assert "“短一些的通知”" in panel.text
    [listed] = await secretary.says("/broadcast")
    assert not any("学学" in one for one in listed.buttons)


async def test_what_telegram_does_not_take_is_told_in_the_composer(secretary: Person, talk: Talk) -> None:
    await begun(secretary)
    talk.sandbox.world.faults.place(
        {
            "method": "sendDocument",
            "kind": "400",
            "times": 1,
            "description": "Bad Request: wrong file identifier/HTTP URL specified",
        }
    )
    [refusal] = await secretary.sends_album([("坏.pdf", b"%PDF")], "请看附件", kind="document")
    assert "不接受" in refusal.text and "wrong file identifier" in refusal.text
    preview, panel = await secretary.sends_album([("好.pdf", b"%PDF-1.7")], "请看附件", kind="document")
    assert preview.raw["document"]["file_name"] == "好.pdf" and "📎 文件" in panel.text
    [listed] = await secretary.says("/broadcast")
    assert len([one for one in listed.buttons if "请看附件" in one]) == 1


# Albums.


async def test_an_album_is_shown_once_whole_and_reaches_everybody_in_order(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    await begun(secretary)
    bold = {"type": "bold", "offset": 0, "length": 2}
    [panel] = await secretary.sends_album(pictures(3), "合影：{姓名}同志留念", entities=[bold])
    assert "🗂 相册 3 张" in panel.text
    before = len(await secretary.messages())
    await soon(talk)
    shown = (await secretary.messages())[before:]
    assert [one.text for one in shown] == ["合影：方致远同志留念", "", ""]
    assert len({one.raw["media_group_id"] for one in shown}) == 1
    assert shown[0].raw["reply_to"] == panel.id and "<b>合影</b>" in shown[0].raw["html"]
    await soon(talk)
    assert len(await secretary.messages()) == before + 3

    await sends(secretary, panel)
    await talk.post()
    album = (await nurse.messages())[-3:]
    assert [one.text for one in album] == ["合影：林小满同志留念", "", ""]
    assert [await content_of(talk, one) for one in album] == [data for _, data in pictures(3)]


async def parts(secretary: Person, talk: Talk, number: int, caption: str) -> Sequence[Update]:
    """An album sent while nobody listens: its parts, yet to be handled."""
    at = (await talk.bot.get_webhook_info()).url
    await talk.bot.delete_webhook()
    sending = asyncio.create_task(secretary.sends_album(pictures(number), caption))
    found: Sequence[Update] = ()
    while len(found) < number:
        found = await talk.bot.get_updates()
    await talk.bot.get_updates(offset=found[-1].update_id + 1)
    await sending
    await talk.bot.set_webhook(at)
    return found


async def test_parts_that_come_to_several_processes_at_once_are_one_album_with_one_panel(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    await begun(secretary)
    updates = await parts(secretary, talk, 6, "合影")
    await talk.call("POST", "settings", latency_ms=60)  # all are written down before the first panel is up
    before = len(await secretary.messages())
    processes = [dispatching.build(talk.app) for _ in updates]
    pairs = zip(processes, updates, strict=True)
    await asyncio.gather(*(one.feed_update(talk.bot, update) for one, update in pairs))
    await talk.call("POST", "settings", latency_ms=0)
    [panel] = (await secretary.messages())[before:]
    assert "🗂 相册 6 张" in panel.text
    await soon(talk)
    shown = (await secretary.messages())[before + 1 :]
    assert [one.text for one in shown] == ["合影", *[""] * 5]

    await sends(secretary, panel)
    await talk.post()
    album = (await nurse.messages())[-6:]
    assert [await content_of(talk, one) for one in album] == [data for _, data in pictures(6)]


async def test_an_album_that_begins_with_a_video_is_taken_without_it_and_says_so_once(
    secretary: Person, talk: Talk
) -> None:
    await begun(secretary)
    first, *others = await parts(secretary, talk, 4, "写在视频下面")
    before = len(await secretary.messages())
    dispatcher = dispatching.build(talk.app)
    await dispatcher.feed_update(talk.bot, as_video(first))
    for update in others[:2]:
        await dispatcher.feed_update(talk.bot, update)
    await dispatcher.feed_update(talk.bot, as_video(others[2]))
    told, panel = (await secretary.messages())[before:]
    assert "相册里的视频发不了" in told.text and "文字也没有收" in told.text
    assert "🗂 相册 2 张，说明 0/1024 字" in panel.text


def as_video(update: Update) -> Update:
    """The same, with a video in place of the picture; the sandbox has none."""
    assert update.message
    video = {"file_id": "v", "file_unique_id": "v", "width": 8, "height": 8, "duration": 1}
    told = update.model_dump(mode="json", exclude_none=True, exclude_unset=True)
    del told["message"]["photo"]
    return Update.model_validate({**told, "message": {**told["message"], "video": video}})


async def test_ten_files_are_an_album_too_and_a_second_album_takes_no_ones_place(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    await begun(secretary)
    files = [(f"附件{number}.pdf", b"%%PDF %d" % number) for number in range(10)]
    [panel] = await secretary.sends_album(files, "十个附件", kind="document")
    [told] = await secretary.sends_album(pictures(2), "另一组")
    assert "只收了前一组" in told.text and "最多 10 张" in told.text
    panel = await secretary.again(panel)
    assert "🗂 相册 10 张" in panel.text
    await sends(secretary, panel)
    await talk.post()
    names = [one.raw["document"]["file_name"] for one in (await nurse.messages())[-10:]]
    assert names == [name for name, _ in files]


async def test_captions_of_several_pictures_are_all_kept(secretary: Person, talk: Talk) -> None:
    await begun(secretary)
    await secretary.sends_album(pictures(3), "第一张", "", "第三张")
    await soon(talk)
    assert (await secretary.messages())[-3].text == "第一张\n第三张"


async def test_words_sent_after_an_album_are_not_lost_in_silence(secretary: Person) -> None:
    await begun(secretary)
    [panel] = await secretary.sends_album(pictures(2))
    [told] = await secretary.says("植树节合影")
    assert "没有放进相册" in told.text and "改内容" in told.text
    assert any("改内容" in label for label in (await secretary.again(panel)).buttons)


async def test_an_album_takes_the_place_of_words(secretary: Person, talk: Talk) -> None:
    panel = await written(secretary, "先写的文字")
    await secretary.presses("✏️ 改内容", on=panel)
    [panel] = await secretary.sends_album(pictures(2), "相册的文字")
    assert "🗂 相册 2 张" in panel.text and "“相册的文字”" in panel.text
    await soon(talk)
    before = len(await secretary.messages())
    await secretary.presses("👀 看效果", on=panel)
    shown = (await secretary.messages())[before:]
    assert [one.text for one in shown[:2]] == ["相册的文字", ""] and "通知草稿" in shown[2].text


async def test_an_album_that_telegram_does_not_take_is_told_with_the_reason(
    secretary: Person, talk: Talk
) -> None:
    await begun(secretary)
    await secretary.sends_album(pictures(2), "合影")
    talk.sandbox.world.faults.place(
        {"method": "sendMediaGroup", "kind": "400", "times": 1, "description": "Bad Request: PHOTO_INVALID"}
    )
    await soon(talk)
    told = await secretary.sees()
    assert "不接受" in told.text and "PHOTO_INVALID" in told.text


async def test_an_album_that_asks_is_confirmed_corrected_and_withdrawn_whole(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    await begun(secretary)
    [panel] = await secretary.sends_album(pictures(3), "请看三张图")
    await secretary.presses("要“收到”", on=panel)
    await secretary.presses("👀 看效果", on=await secretary.again(panel))
    *_, sample, _ = await secretary.messages()
    assert sample.buttons == ["收到"]
    await sends(secretary, await secretary.again(panel))
    await talk.post()
    *_, first, second, third, ask = await nurse.messages()
    assert ask.buttons == ["收到"] and [one.text for one in (second, third)] == ["", ""]
    await nurse.presses("收到", on=ask)
    assert (await nurse.again(ask)).buttons == ["✓ 已确认"]

    await latest(talk)
    report = await secretary.again(panel)
    await secretary.presses("✏️ 更正", on=report)
    assert "换不了" in (await secretary.sees()).text
    [refusal] = await secretary.sends_album(pictures(2), "换两张")
    assert "换不了" in refusal.text
    [refusal] = await secretary.sends_album(pictures(1), "换一张")
    assert "换不了" in refusal.text
    *_, asked = await secretary.says("请看这三张图")
    await secretary.presses("✅ 确认更正", on=asked)
    await talk.post()
    assert (await nurse.again(first)).text == "请看这三张图"
    assert (await nurse.again(second)).raw["photo"] == second.raw["photo"]

    await latest(talk)
    await secretary.presses("↩️ 撤回", on=await secretary.again(asked))
    await secretary.presses("确认撤回", on=await secretary.again(asked))
    await talk.post()
    left = {one.id for one in await nurse.messages()}
    assert left.isdisjoint({first.id, second.id, third.id, ask.id})


# Correcting what is out.


async def test_a_picture_is_replaced_in_every_copy(secretary: Person, nurse: Person, talk: Talk) -> None:
    (name, old), (_, new) = pictures(2)
    await begun(secretary)
    *_, panel = await secretary.sends_album([(name, old)], "{姓名}请看图")
    await secretary.presses("要“收到”", on=panel)
    await sends(secretary, await secretary.again(panel))
    await talk.post()
    copy = await nurse.sees()
    await latest(talk)
    await secretary.presses("✏️ 更正", on=await secretary.again(panel))
    assert "图片或文件不变" in (await secretary.sees()).text
    preview, asked = await secretary.sends_album([("新.png", new)])
    assert preview.text == "方致远请看图" and await content_of(talk, preview) == new
    assert await content_of(talk, await nurse.again(copy)) == old
    await secretary.presses("✅ 确认更正", on=asked)
    await talk.post()
    changed = await nurse.again(copy)
    assert await content_of(talk, changed) == new
    assert (changed.text, changed.buttons) == ("林小满请看图", ["收到"])
    await latest(talk)
    await secretary.presses("✏️ 更正", on=await secretary.again(asked))
    *_, asked = await secretary.says("只改文字")
    await secretary.presses("✅ 确认更正", on=asked)
    await talk.post()
    changed = await nurse.again(copy)
    assert changed.text == "只改文字" and await content_of(talk, changed) == new


async def test_words_get_a_file_and_what_is_wrong_is_refused_before_anybody_sees_it(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    report = await sent(secretary, talk)
    copy = await nurse.sees()
    await secretary.presses("✏️ 更正", on=report)
    [refusal] = await secretary.says("{性名}同志")
    assert "“性名”不能自动填写" in refusal.text
    *_, asked = await secretary.sends_album([("议程.pdf", b"%PDF")], "议程见附件", kind="document")
    await secretary.presses("✅ 确认更正", on=asked)
    await talk.post()
    changed = await nurse.again(copy)
    assert changed.text == "议程见附件" and changed.raw["document"]["file_name"] == "议程.pdf"


async def test_a_correction_that_was_broken_off_changes_nothing(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    report = await sent(secretary, talk)
    copy = await nurse.sees()
    await secretary.presses("✏️ 更正", on=report)
    *_, asked = await secretary.says("改到周六")
    await secretary.says("/menu")
    toast = await secretary.presses("✅ 确认更正", on=asked)
    assert "中断" in toast.text
    await talk.post()
    assert (await nurse.again(copy)).text == copy.text


# What waits for its time.


async def test_a_notice_that_waits_is_changed_where_it_stands(
    secretary: Person, nurse: Person, hall: dict[str, Person], talk: Talk
) -> None:
    panel = await written(secretary)
    await secretary.presses("⏰ 定时", on=panel)
    [waiting] = await secretary.says("明天8点")
    await secretary.presses("✏️ 改内容", on=waiting)
    [refusal] = await secretary.says("{地点?}开会")
    assert "没有填" in refusal.text
    _, waiting = await secretary.says("改在周六，{姓名}请到会。")
    assert "3月3日 08:00 发出" in waiting.text and "改在周六" in waiting.text
    await secretary.presses("要“收到”", on=waiting)
    await secretary.presses("👥 改对象", on=await secretary.again(waiting))
    await secretary.presses("按姓名挑人", on=await secretary.again(waiting))
    [found] = await secretary.says("lxm")
    await secretary.presses("林小满", on=found)
    await secretary.presses("◂ 返回", on=await secretary.again(found))
    await secretary.presses("选好了", on=await secretary.again(found))
    await secretary.presses("⏰ 改时间", on=await secretary.again(found))
    [waiting] = await secretary.says("明天9点")
    assert "3月3日 09:00 发出" in waiting.text and "共发 1 份" in waiting.text
    # Half a change of time is none.
    await secretary.presses("⏰ 改时间", on=waiting)
    await secretary.says("/menu")

    talk.app.clock.tick(days=1, minutes=30)  # type: ignore[attr-defined]  # the tests' clock
    assert await sending.send_due(talk.app) == 0
    talk.app.clock.tick(minutes=30)  # type: ignore[attr-defined]
    assert await sending.send_due(talk.app) == 1
    await talk.post()
    copy = await nurse.sees()
    assert copy.text == "改在周六，林小满请到会。" and copy.buttons == ["收到"]
    assert not any("周六" in one.text for one in await hall["doctor"].messages())


async def test_half_a_change_of_what_waits_loses_nothing(
    secretary: Person, nurse: Person, talk: Talk
) -> None:
    panel = await written(secretary)
    await secretary.presses("⏰ 定时", on=panel)
    [waiting] = await secretary.says("明天8点")
    await secretary.presses("✏️ 改内容", on=waiting)
    await secretary.says("/menu")
    talk.app.clock.tick(days=1)  # type: ignore[attr-defined]  # the tests' clock
    await sending.send_due(talk.app)
    await talk.post()
    assert "支部大会" in (await nurse.sees()).text
    toast = await secretary.presses("要“收到”", on=waiting)
    assert "刚变过" in toast.text


async def test_once_becomes_monthly_on_any_day_and_back(secretary: Person) -> None:
    panel = await written(secretary, "请交党费")
    await secretary.presses("⏰ 定时", on=panel)
    [waiting] = await secretary.says("明天8点")
    await secretary.presses("🔁 每月", on=waiting)
    [nonsense] = await secretary.says("三十二号")
    assert "看懂" in nonsense.text or "时间" in nonsense.text
    [waiting] = await secretary.says("17号 9点半")
    assert "每月 17 日 09:30 发出，下次 3月17日 09:30" in waiting.text
    await secretary.presses("改日子", on=waiting)
    [waiting] = await secretary.says("月末下午3点")
    assert "每月最后一天 15:00 发出，下次 3月31日 15:00" in waiting.text
    await secretary.presses("改为只发一次", on=waiting)
    [waiting] = await secretary.says("明天8点")
    assert "定时通知" in waiting.text and "每月" not in waiting.text


# Who is left out, and who is reminded.


async def test_groups_that_nothing_reaches_are_named_with_the_reason(
    secretary: Person, hospital: Hospital, talk: Talk
) -> None:
    now = talk.app.clock()
    async with talk.app.db.writing() as tx:
        tx.add_all(
            [
                Group(chat_id=-11, title="移出群", unit_id=hospital.ward1.id, bound_at=now),
                Group(chat_id=-12, title="解绑群", unit_id=hospital.ward1.id, bound_at=now),
                Group(chat_id=-13, title="在用群", unit_id=hospital.ward1.id, bound_at=now),
            ]
        )
    panel = await written(secretary)
    number = int(panel.data("🚀 发送").split(":")[1])
    for chat in (-11, -12, -13):
        await audiences.choose(talk.app, secretary.id, notice_id=number, part=Part.GROUP, value=str(chat))
    await groups.removed(talk.app, -11)
    await groups.unbind(talk.app, secretary.id, chat_id=-12)
    await secretary.presses("👀 看效果", on=panel)
    panel = await secretary.sees()
    assert "发不到的群：移出群（我已不在群里）" in panel.text
    assert "发不到的群：解绑群（已解除绑定）" in panel.text
    assert "群：在用群" in panel.text and "共发 4 份" in panel.text


async def test_confirming_a_reminder_confirms_the_notice_in_sight_too(
    secretary: Person, nurse: Person, hall: dict[str, Person], talk: Talk
) -> None:
    report = await sent(secretary, talk, asking=True)
    copies = [await nurse.sees(), await hall["doctor"].sees()]
    await secretary.presses("🔔 提醒没确认的", on=report)
    await talk.post()
    reminders = [await nurse.sees(), await hall["doctor"].sees()]
    await nurse.presses("收到", on=reminders[0])
    await hall["doctor"].presses("收到", on=copies[1])
    for who, copy, reminder in zip((nurse, hall["doctor"]), copies, reminders, strict=True):
        assert copy.id != reminder.id
        for one in (copy, reminder):
            assert (await who.again(one)).buttons == ["✓ 已确认"]
