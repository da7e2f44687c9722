"""An administrator renews what is taught, told as dialogues."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import delete, select, update

from actions import packs
from actions.actors import Console
from bot.views import packroom
from storage.tables import Picture
from study import packs as study_packs
from tests.chat.conftest import Person, Said, Talk
from tests.conftest import Clock
from tests.sample import PACK
from tests.sample_packs import dumped, item, lesson, pack


def yaml(**changed: Any) -> bytes:
    return dumped(pack(**{"pack": {"id": "ward", "title": "病房小课"}, **changed})).encode()


# Ids of the sample pack that is live already must not come twice.
def own(**changed: Any) -> bytes:
    lessons = [lesson(id="ward", title="交班前三分钟", question="夜班怎么学？")]
    items = [item("single", id="ward-1", lesson="ward"), item("fill", id="ward-2", lesson="ward")]
    plan = {"months": [{"month": 4, "theme": "三会一课", "lessons": ["ward"]}]}
    return yaml(**{"lessons": lessons, "items": items, "plan": plan, **changed})


def zipped(**more: bytes) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(picture, "PNG")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(
            "pack.yaml",
            own(
                items=[item("single", id="ward-1", lesson="ward", picture="pictures/x.png", tags=["病房"])],
                lessons=[lesson(id="ward", title="交班前三分钟", picture="pictures/x.png")],
            ),
        )
        archive.writestr("pictures/x.png", picture.getvalue())
        for name, content in more.items():
            archive.writestr(name, content)
    return data.getvalue()


async def photos(person: Person) -> list[Said]:
    return [one for one in await person.messages() if one.raw["photo"]]


async def test_a_file_is_looked_at_and_published(administrator: Person, nurse: Person) -> None:
    [home] = await administrator.says("/packs")
    assert "样例</b>" not in home.text and "样例：课 1，题 7" in home.text
    assert "Excel" in home.text
    [found] = await administrator.sends_file("病房.yaml", own())
    assert "病房小课" in found.text and "病房.yaml" in found.text
    assert "➕ 新增：课 1，题 2" in found.text and "4 月" in found.text
    await administrator.presses("逐条预览")
    page = await administrator.again(found)
    assert "新增课程 · 1/3 · ward" in page.text and "夜班怎么学？" in page.text
    await administrator.presses("▸")
    page = await administrator.again(found)
    assert "新增题目 · 2/3 · ward-1" in page.text and "每季度" in page.text
    await administrator.presses("看答案")
    assert "👉 B. 每季度" in (await administrator.again(found)).text
    await administrator.presses("看题目")
    await administrator.presses("返回")
    [nothing] = await nurse.says("/quiz ward-1")
    assert "已经调整" in nothing.text, "nothing is live yet"
    await administrator.presses("发布")
    assert "已发布（第2版）" in (await administrator.again(found)).text
    toast = await administrator.sends_data(found, found.data("发布"))
    assert toast.alert and "已经发布" in toast.text
    [home] = await administrator.says("/packs")
    assert "病房小课：课 1，题 2（第2版，3月2日 周一起）" in home.text


async def test_the_menu_leads_here(administrator: Person, nurse: Person) -> None:
    await administrator.says("/menu")
    await administrator.presses("内容包")
    assert "正在" not in (await administrator.sees()).text and "内容包" in (await administrator.sees()).text
    [told] = await administrator.sends_file("x.csv", b"hello")
    assert "1 处问题" in told.text
    [menu] = await nurse.says("/menu")
    assert "📦 内容包" not in menu.buttons


async def test_faults_are_told_in_one_go_and_page_by_page(administrator: Person) -> None:
    items = [item("single", id=f"ward-{number}", lesson="ward", answer="<b>Z&") for number in range(60)]
    [found] = await administrator.sends_file("坏<包>.yml", own(items=items))
    assert "坏<包>.yml 有 60 处问题，线上内容没有任何变化" in found.text
    assert "<b>Z&" in found.text and "items[1].answer [ward-0]" in found.text
    assert "发布" not in "".join(found.buttons)
    seen = found.text
    while "▸" in (page := await administrator.again(found)).buttons:
        await administrator.presses("▸", on=page)
        seen += (await administrator.again(found)).text
    assert all(f"[ward-{number}]" in seen for number in range(60))
    await administrator.presses("放弃")
    assert "已放弃" in (await administrator.again(found)).text


async def test_remarks_stop_nothing(administrator: Person) -> None:
    [found] = await administrator.sends_file(
        "a.yaml", own(lessons=[lesson(id="ward", review_by="2020-01-01")])
    )
    await administrator.presses("提醒")
    assert "复核日期 2020-01-01 已过" in (await administrator.again(found)).text
    await administrator.presses("返回")
    assert "✅ 发布" in (await administrator.again(found)).buttons


async def test_a_change_tells_what_differs_and_who_is_concerned(
    administrator: Person, nurse: Person, talk: Talk
) -> None:
    await administrator.sends_file("a.yaml", own())
    await administrator.presses("发布")
    await nurse.says("/quiz 三会一课")
    await administrator.sends_file(
        "a.yaml", own(items=[item("single", id="ward-1", lesson="ward", answer="A")])
    )
    found = await administrator.sees()
    assert "✏️ 修改：课 0，题 1" in found.text and "➖ 移除：课 0，题 1" in found.text
    await administrator.presses("逐条预览")
    page = await administrator.again(found)
    assert "修改题目 · 1/2" in page.text and "改动：答案" in page.text


async def test_a_draft_is_tried_by_the_sender_alone(administrator: Person) -> None:
    await administrator.sends_file("a.yaml", own(items=[item("single", id="ward-1", lesson="ward")]))
    await administrator.presses("自己试做")
    question = await administrator.sees()
    assert "试做 · 第1题，共1题" in question.text
    await administrator.presses("每季度", on=question)
    marked = await administrator.again(question)
    assert "✅ 答对了" in marked.text and "今年累计" not in marked.text


async def test_a_day_is_chosen_and_taken_back(administrator: Person, clock: Clock) -> None:
    [found] = await administrator.sends_file("a.yaml", own())
    await administrator.presses("定时发布")
    await administrator.presses("3月4日 周三")
    page = await administrator.again(found)
    assert "3月4日 周三 0 点自动发布" in page.text
    [home] = await administrator.says("/packs")
    assert "📅 病房小课（3月4日 周三发布）" in home.buttons
    await administrator.presses("病房小课", on=home)
    await administrator.presses("取消定时", on=await administrator.again(home))
    assert "自动发布" not in (await administrator.again(home)).text
    clock.now += timedelta(days=3)
    await administrator.presses("定时发布", on=await administrator.again(home))
    old = await administrator.again(home)
    clock.now += timedelta(days=9)
    toast = await administrator.presses("3月6日", on=old)
    assert toast.alert and "请选今天以后的日子" in toast.text


async def test_one_tap_goes_back_to_an_earlier_version(administrator: Person) -> None:
    await administrator.sends_file("a.yaml", own())
    await administrator.presses("发布")
    await administrator.sends_file("a.yaml", own(pack={"id": "ward", "title": "病房小课二"}))
    await administrator.presses("发布")
    await administrator.says("/packs")
    await administrator.presses("历史版本")
    page = await administrator.sees()
    assert "第3版 · 病房小课二 · 2026-03-02 08:00 · 使用中" in page.text
    toast = await administrator.presses("退回第2版")
    assert "已退回：“病房小课”现在是第4版" in toast.text
    again = await administrator.sends_data(page, page.data("退回第2版"))
    assert again.alert and "就是这一版" in again.text


async def test_a_pack_is_withdrawn_after_a_second_thought(administrator: Person, nurse: Person) -> None:
    await administrator.says("/packs")
    await administrator.presses("历史版本")
    await administrator.presses("停用“样例”")
    page = await administrator.sees()
    await administrator.presses("确定停用")
    assert "“样例”已停用" in (await administrator.again(page)).text
    toast = await administrator.sends_data(page, "pk:stop:1:0")
    assert toast.alert and "已经停用" in toast.text
    toast = await administrator.sends_data(page, "pk:ask:99:0")
    assert toast.alert and "没有这个版本" in toast.text
    [empty] = await nurse.says("/today")
    assert "还在准备中" in empty.text
    [home] = await administrator.says("/packs")
    assert "还没有发布任何内容" in home.text


async def test_when_somebody_was_quicker_the_difference_is_shown_again(
    administrator: Person, talk: Talk
) -> None:
    [found] = await administrator.sends_file("a.yaml", own())
    quicker = packs.publish(talk.app, Console.SHELL, study_packs.illustrated(_renamed("ward"), {}))
    await quicker
    await administrator.presses("发布")
    page = await administrator.again(found)
    assert "又有了变化" in page.text
    await administrator.presses("发布")
    assert "已发布" in (await administrator.again(found)).text


def _renamed(pack_id: str) -> Any:
    import dataclasses

    return dataclasses.replace(PACK, id=pack_id, lessons=(), items=(), months=())


async def test_pictures_come_before_their_question_and_are_uploaded_once(
    administrator: Person, nurse: Person, talk: Talk
) -> None:
    [found] = await administrator.sends_file("包.zip", zipped())
    await administrator.presses("逐条预览")
    await administrator.presses("▸")
    await administrator.presses("看图")
    assert len(await photos(administrator)) == 1
    await administrator.presses("返回", on=await administrator.again(found))
    await administrator.presses("发布", on=await administrator.again(found))
    photo, question = await nurse.says("/quiz 病房")
    assert photo.raw["photo"] and "多久开一次" in question.text
    before, first = await nurse.messages(), await _file_ids(talk)
    await nurse.says("/quiz 病房")
    assert len(await nurse.messages()) == len(before) + 2
    assert await _file_ids(talk) == first, "what Telegram has is not sent again"


async def test_a_lesson_shows_its_picture_when_asked(
    administrator: Person, nurse: Person, talk: Talk
) -> None:
    await administrator.sends_file("包.zip", zipped())
    await administrator.presses("发布")
    [card] = await nurse.says("/today")
    await nurse.sends_data(card, "l:ward:0")
    await nurse.presses("看图", on=await nurse.again(card))
    [photo] = await photos(nurse)
    assert "交班前三分钟" in photo.text
    async with talk.app.db.writing() as tx:
        await tx.execute(update(Picture).values(file_id="of-another-bot"))
    await nurse.presses("看图", on=await nurse.again(card))
    assert len(await photos(nurse)) == 2, "an id that Telegram does not know is no obstacle"
    async with talk.app.db.writing() as tx:
        await tx.execute(delete(Picture))
    toast = await nurse.presses("看图", on=await nurse.again(card))
    assert not toast.text and len(await photos(nurse)) == 2


async def _file_ids(talk: Talk) -> list[str | None]:
    async with talk.app.db.reading() as tx:
        return list(await tx.scalars(select(Picture.file_id)))


async def test_others_are_refused(nurse: Person, secretary: Person, stranger: Person) -> None:
    for person in (nurse, secretary):
        [told] = await person.says("/packs")
        assert "需要相应的权限" in told.text
        [told] = await person.sends_file("a.yaml", own())
        assert "需要相应的权限" in told.text
    [told] = await stranger.sends_file("a.yaml", own())
    assert "只对名册上的党员开放" in told.text


async def test_files_meant_for_another_command_are_left_alone(administrator: Person) -> None:
    [told] = await administrator.sends_file("名册.xlsx", b"PK")
    assert "只看得懂文字" in told.text


@pytest.mark.parametrize("name", ["笔记.txt", ""])
async def test_what_is_no_pack_is_told_so(administrator: Person, name: str) -> None:
    await administrator.says("/packs")
    [told] = await administrator.sends_file(name or "x", b"hello")
    assert "1 处问题" in told.text


async def test_a_page_never_grows_beyond_what_telegram_takes() -> None:
    lines = iter(["<" * 2000] * 30)
    for page in packroom._pages(lines):
        assert sum(len(line.unescape()) + 1 for line in page) <= 4000
