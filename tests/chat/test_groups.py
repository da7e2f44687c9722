"""The bot in a branch's group: bound with one word, quiet unless spoken to, and told of what becomes of the group."""

import pytest
from aiogram.types import BotCommandScopeAllChatAdministrators, BotCommandScopeAllGroupChats

from actions import audiences, groups, live, notices
from actions.app import App
from actions.audiences import Part
from bot import menu
from bot.letters import DRAWERS
from bot.views import Page
from bot.views.groups import Bind
from tests.chat.conftest import Person, Said, Talk
from tests.conftest import Clock, Hospital

BIND = "/bind@branch_study_bot"


class Room:
    """A group with people and, if it is told so, the bot."""

    def __init__(self, talk: Talk, chat_id: int) -> None:
        self.talk = talk
        self.id = chat_id

    async def messages(self, person: Person) -> list[Said]:
        found = await self.talk.call("GET", f"chats/{self.id}/messages?as={person.id}&limit=200")
        return [Said(one) for one in found["messages"] if one["from"]["is_bot"] and not one["service"]]

    async def says(self, person: Person, text: str, **more: object) -> list[Said]:
        """Somebody writes in the group; the bot's new messages there."""
        before = {one.id for one in await self.messages(person)}
        await self.talk.call("POST", f"chats/{self.id}/messages", **{"as": person.id, "text": text, **more})
        await self.talk.settled()
        return [one for one in await self.messages(person) if one.id not in before]

    async def presses(self, person: Person, label: str) -> tuple[str, bool]:
        """Press a button of the bot's newest message in the group; the toast, and whether it is an alert."""
        said = (await self.messages(person))[-1]
        answer = await self.talk.call(
            "POST",
            f"chats/{self.id}/press",
            **{"as": person.id, "message_id": said.id, "data": said.data(label)},
        )
        await self.talk.settled()
        assert answer["answered"]
        return answer.get("text") or "", bool(answer.get("show_alert"))

    async def members(self, **change: object) -> None:
        await self.talk.call("POST", f"chats/{self.id}/members", **change)
        await self.talk.settled()


async def founded(talk: Talk, *people: Person, kind: str = "supergroup", title: str = "一病区党员") -> Room:
    """A group that already was there, with the bot in it and unbound."""
    chat = await talk.call(
        "POST", "groups", title=title, members=[*(one.id for one in people), "bot"], type=kind
    )
    await talk.settled()
    return Room(talk, chat["id"])


async def test_the_secretary_binds_the_group_with_one_word(
    talk: Talk, nurse: Person, secretary: Person
) -> None:
    room = await founded(talk, nurse, secretary)
    assert await room.messages(nurse) == [], "put in by somebody who may not bind it"
    [said] = await room.says(secretary, BIND)
    assert "本群已绑定 内科第一党支部" in said.text
    assert said.raw["buttons"] == [[{"text": "💬 私聊", "url": "https://t.me/branch_study_bot"}]]
    [again] = await room.says(secretary, BIND)
    assert "本群已绑定" in again.text and again.buttons == []
    [listed] = await secretary.says("/bind")
    assert "支部群（1）" in listed.text and listed.buttons[0] == "一病区党员 · 内科第一党支部"


async def test_a_secretary_who_puts_the_bot_in_is_asked_at_once(talk: Talk, secretary: Person) -> None:
    room = await founded(talk, secretary)
    [asked] = await room.messages(secretary)
    assert asked.buttons == ["内科第一党支部", "先不绑定了"]
    await room.presses(secretary, "内科第一党支部")
    assert "本群已绑定 内科第一党支部" in (await room.messages(secretary))[-1].text


async def test_whoever_has_several_units_chooses(talk: Talk, hall: dict[str, Person]) -> None:
    general, nurse = hall["general_secretary"], hall["nurse"]
    room = await founded(talk, nurse, general)
    [asked] = await room.says(general, BIND)
    assert asked.buttons == ["内科党总支", "内科第一党支部", "内科第二党支部", "先不绑定了"]
    toast, alert = await room.presses(nurse, "内科党总支")
    assert alert and "权限" in toast
    await room.presses(general, "内科党总支")
    [asked] = await room.says(general, BIND)
    assert "本群已绑定 内科党总支" in asked.text and "换成别的组织" in asked.text
    assert asked.buttons == ["内科第一党支部", "内科第二党支部", "先不绑定了"]
    await room.presses(general, "先不绑定了")
    assert (await room.messages(general))[-1].text == "好的，保持原样。"


async def test_others_cannot_bind(talk: Talk, nurse: Person) -> None:
    room = await founded(talk, nurse)
    [said] = await room.says(nurse, BIND)
    assert "需要相应的权限" in said.text


async def test_a_deep_link_that_adds_the_bot_binds_too(talk: Talk, secretary: Person, nurse: Person) -> None:
    room = await founded(talk, nurse, secretary)
    [said] = await room.says(secretary, "/start@branch_study_bot bind")
    assert "本群已绑定" in said.text


async def test_the_bot_is_silent_unless_spoken_to(talk: Talk, nurse: Person, secretary: Person) -> None:
    room = await founded(talk, nurse, secretary)
    await talk.call("POST", f"chats/{room.id}/admins", ids=["bot"])  # it hears everything now
    await talk.settled()
    for words in ("大家好", "/today", "1", "见 @lin", "/today@other_bot"):
        assert await room.says(nurse, words) == []


@pytest.mark.parametrize(
    "words", ["/today@branch_study_bot", "@branch_study_bot 在吗", "/quiz@Branch_Study_Bot"]
)
async def test_whoever_speaks_to_it_is_sent_to_the_private_chat(
    talk: Talk, nurse: Person, secretary: Person, words: str
) -> None:
    room = await founded(talk, nurse, secretary)
    [said] = await room.says(nurse, words)
    assert "请私聊我" in said.text and said.buttons == ["💬 私聊"]


async def test_answers_to_its_messages_do_not_make_it_talk_again_and_again(
    talk: Talk, nurse: Person, secretary: Person, clock: Clock
) -> None:
    room = await founded(talk, nurse, secretary)
    [bound] = await room.says(secretary, BIND)
    heard = [len(await room.says(nurse, "收到", reply_to=bound.id)) for _ in range(5)]
    assert heard == [1, 0, 0, 0, 0]
    clock.tick(minutes=11)
    assert len(await room.says(nurse, "收到", reply_to=bound.id)) == 1


async def test_a_removal_is_told_to_the_secretary_and_the_return_once(
    talk: Talk, nurse: Person, secretary: Person
) -> None:
    room = await founded(talk, nurse, secretary)
    await room.says(secretary, BIND)
    await room.members(remove=["bot"])
    await talk.post()
    assert "我已被移出群“一病区党员”" in (await secretary.sees()).text
    [listed] = await secretary.says("/bind")
    assert listed.buttons[0].startswith("⚠️")
    await secretary.presses("⚠️", on=listed)
    assert "我已不在这个群里" in (await secretary.again(listed)).text
    await room.members(add=["bot"])
    assert "我回来了" in (await room.messages(nurse))[-1].text
    before = len(await room.messages(nurse))
    await talk.call("POST", f"chats/{room.id}/admins", ids=["bot"])
    await talk.settled()
    assert len(await room.messages(nurse)) == before


async def test_a_supergroup_keeps_what_was_bound(
    talk: Talk, app: App, nurse: Person, secretary: Person, hospital: Hospital
) -> None:
    room = await founded(talk, nurse, secretary, kind="group")
    await room.says(secretary, BIND)
    new = await talk.call("POST", f"chats/{room.id}/migrate")
    await talk.settled()
    group = await groups.look(app, secretary.id, chat_id=new["id"])
    assert (group.unit, group.there) == ("内科第一党支部", True)


async def test_a_letter_to_the_old_id_finds_the_supergroup(
    talk: Talk,
    app: App,
    nurse: Person,
    secretary: Person,
    hospital: Hospital,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As when the bot was not running while the group moved."""

    async def board(_app: App, number: int, chat_id: int) -> Page:
        return Page(f"会议 {number}")

    monkeypatch.setitem(DRAWERS, "meeting", board)
    room = await founded(talk, nurse, secretary, kind="group")
    await room.says(secretary, BIND)
    new = await talk.call("POST", f"chats/{room.id}/migrate")
    await talk.settled()
    await groups.moved(app, old=new["id"], new=room.id)  # as if it had not heard
    async with app.db.writing() as tx:
        await live.post(app, tx, "meeting:7", chat_id=room.id)
    await talk.post()
    assert (await Room(talk, new["id"]).messages(nurse))[-1].text == "会议 7"
    assert (await groups.look(app, secretary.id, chat_id=new["id"])).there


async def test_a_board_in_the_group_is_kept_true(
    talk: Talk,
    app: App,
    clock: Clock,
    nurse: Person,
    secretary: Person,
    hospital: Hospital,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present = 3

    async def board(_app: App, number: int, chat_id: int) -> Page:
        return Page(f"会议 {number}：已到 {present} 人")

    monkeypatch.setitem(DRAWERS, "meeting", board)
    room = await founded(talk, nurse, secretary)
    await room.says(secretary, BIND)
    async with app.db.writing() as tx:
        await live.post(app, tx, "meeting:7", chat_id=room.id)
    await talk.post()
    assert (await room.messages(nurse))[-1].text == "会议 7：已到 3 人"
    present = 4
    async with app.db.writing() as tx:
        await live.touch(app, tx, "meeting:7")
    clock.tick(seconds=3)
    await talk.post()
    assert (await room.messages(nurse))[-1].text == "会议 7：已到 4 人"


async def test_a_board_goes_on_in_the_supergroup(
    talk: Talk,
    app: App,
    clock: Clock,
    nurse: Person,
    secretary: Person,
    hospital: Hospital,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present = 3

    async def board(_app: App, number: int, chat_id: int) -> Page:
        return Page(f"会议 {number}：已到 {present} 人")

    monkeypatch.setitem(DRAWERS, "meeting", board)
    room = await founded(talk, nurse, secretary, kind="group")
    await room.says(secretary, BIND)
    async with app.db.writing() as tx:
        await live.post(app, tx, "meeting:7", chat_id=room.id)
    await talk.post()
    new = Room(talk, (await talk.call("POST", f"chats/{room.id}/migrate"))["id"])
    await talk.settled()
    present = 4
    await talk.post()
    clock.tick(seconds=3)
    await talk.post()
    assert [one.text for one in await new.messages(nurse)].count("会议 7：已到 4 人") == 1
    present = 5
    async with app.db.writing() as tx:
        await live.touch(app, tx, "meeting:7")
    clock.tick(seconds=3)
    await talk.post()
    assert (await new.messages(nurse))[-1].text == "会议 7：已到 5 人"


async def test_a_notice_to_a_group_is_reported_by_the_name_of_the_group(
    talk: Talk, nurse: Person, secretary: Person, app: App
) -> None:
    room = await founded(talk, nurse, secretary)
    await room.says(secretary, BIND)
    draft = await notices.draft(app, secretary.id, body="各位请看")
    await audiences.choose(app, secretary.id, notice_id=draft.id, part=Part.GROUP, value=str(room.id))
    await notices.announce(app, secretary.id, notice_id=draft.id)
    await talk.post()
    assert (await room.messages(nurse))[-1].text == "各位请看"
    await secretary.says("/broadcast")
    await secretary.presses("各位请看")
    await secretary.presses("📋 名单")
    await secretary.presses("已送达 4")
    assert "白若谷、一病区党员" in (await secretary.sees()).text
    await groups.unbind(app, secretary.id, chat_id=room.id)
    await secretary.presses("◂ 返回")
    await secretary.presses("📋 名单")
    await secretary.presses("已送达 4")
    assert "\n一病区党员" in (await secretary.sees()).text, "it keeps its name"


async def test_a_private_chat_is_no_group_whatever_a_button_says(
    talk: Talk, secretary: Person, hospital: Hospital, app: App
) -> None:
    [menu_] = await secretary.says("/menu")
    await secretary.sends_data(menu_, Bind(unit=hospital.ward1.id).pack())
    assert not (await groups.listing(app, secretary.id)).groups


async def test_groups_are_looked_after_in_private(talk: Talk, nurse: Person, secretary: Person) -> None:
    [none] = await secretary.says("/bind")
    assert "还没有绑定的群" in none.text and "/bind@branch_study_bot" in none.text
    room = await founded(talk, nurse, secretary)
    await room.says(secretary, BIND)
    await secretary.says("/menu")
    await secretary.presses("支部群")
    listed = await secretary.sees()
    await secretary.presses("一病区党员", on=listed)
    look = await secretary.again(listed)
    assert "只显示人数" in look.text
    await secretary.presses("改为显示姓名", on=look)
    assert "会议情况：显示姓名" in (await secretary.again(look)).text
    toast = await secretary.presses("解除绑定", on=await secretary.again(look))
    assert "已解除绑定" in toast.text
    assert "还没有绑定的群" in (await secretary.again(look)).text
    toast = await secretary.sends_data(look, look.data("解除绑定"))
    assert toast.alert and "没有绑定" in toast.text
    [refused] = await nurse.says("/bind")
    assert "需要相应的权限" in refused.text


async def test_a_new_title_is_heard(talk: Talk, app: App, nurse: Person, secretary: Person) -> None:
    room = await founded(talk, nurse, secretary)
    await room.says(secretary, BIND)
    await groups.renamed(app, room.id, "新群名")
    [listed] = await secretary.says("/bind")
    assert listed.buttons[0].startswith("新群名")


async def test_groups_have_one_command_for_their_administrators(talk: Talk) -> None:
    await menu.publish(talk.bot)
    admins = await talk.bot.get_my_commands(scope=BotCommandScopeAllChatAdministrators())
    assert [one.command for one in admins] == ["bind"]
    assert await talk.bot.get_my_commands(scope=BotCommandScopeAllGroupChats()) == []
