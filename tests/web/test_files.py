"""Pictures and documents, up and down."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import FilePayload, expect

from sandbox.server import Sandbox
from tests.web.bot import ScriptedBot
from tests.web.chat_page import ChatPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MEMBER = 1001


def picture(width: int, height: int, colour: str = "brown") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(held, "PNG")
    return held.getvalue()


async def downloaded(sandbox: Sandbox, bot: ScriptedBot, file_id: str) -> bytes:
    """A file as a bot fetches it."""
    path = (await bot.call("getFile", file_id=file_id))["file_path"]
    return await bot.fetch(f"{sandbox.api_base}/file/bot{sandbox.token}/{path}")


async def test_a_file_goes_up_with_its_caption(
    chat: ChatPage, bot: ScriptedBot, sandbox: Sandbox, tmp_path: Path
) -> None:
    roster = tmp_path / "党员名册.csv"
    roster.write_text("姓名,支部\n李敏,心内科党支部\n", encoding="utf-8")
    await chat.open(MEMBER)
    await chat.page.get_by_label("选择文件").set_input_files(roster)
    sheet = chat.page.get_by_role("dialog")
    await expect(sheet).to_contain_text("党员名册.csv")
    await sheet.get_by_label("文件说明").fill("最新名册")
    await sheet.get_by_role("button", name="发送").click()
    message = (await bot.hear())["message"]
    assert message["caption"] == "最新名册"
    assert message["document"]["file_name"] == "党员名册.csv"
    assert await downloaded(sandbox, bot, message["document"]["file_id"]) == roster.read_bytes()
    await expect(chat.message("最新名册").locator(".file-name")).to_have_text("党员名册.csv")


async def test_a_picture_goes_up_as_a_picture(chat: ChatPage, bot: ScriptedBot) -> None:
    await chat.open(MEMBER)
    shot: FilePayload = {"name": "会议.png", "mimeType": "image/png", "buffer": picture(320, 200)}
    await chat.page.get_by_label("选择文件").set_input_files(shot)
    sheet = chat.page.get_by_role("dialog")
    await expect(sheet.get_by_label("以图片发送")).to_be_checked()
    await sheet.get_by_role("button", name="发送").click()
    message = (await bot.hear())["message"]
    assert (message["photo"][-1]["width"], message["photo"][-1]["height"]) == (320, 200)
    await expect(chat.messages.locator("img")).to_be_visible()


async def test_a_file_is_dropped_on_the_chat(chat: ChatPage, bot: ScriptedBot) -> None:
    await chat.open(MEMBER)
    carried = await chat.page.evaluate_handle(
        """() => {
            const carried = new DataTransfer();
            carried.items.add(new File(["id: lesson-1"], "lessons.yaml", { type: "text/yaml" }));
            return carried;
        }"""
    )
    await chat.page.dispatch_event("#messages", "dragenter", {"dataTransfer": carried})
    await expect(chat.page.get_by_text("松开鼠标，发送文件")).to_be_visible()
    await chat.page.dispatch_event("#messages", "drop", {"dataTransfer": carried})
    await chat.page.get_by_role("dialog").get_by_role("button", name="发送").click()
    assert (await bot.hear())["message"]["document"]["file_name"] == "lessons.yaml"


async def test_a_file_can_still_be_kept_back(chat: ChatPage) -> None:
    await chat.open(MEMBER)
    note: FilePayload = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}
    await chat.page.get_by_label("选择文件").set_input_files(note)
    await chat.page.keyboard.press("Escape")
    await expect(chat.page.get_by_role("dialog")).to_have_count(0)
    await expect(chat.messages).to_have_count(0)


async def test_a_document_comes_down_as_it_was_sent(chat: ChatPage, bot: ScriptedBot, tmp_path: Path) -> None:
    content = "我的记录：全年 36 分".encode()
    await bot.call(
        "sendDocument", chat_id=MEMBER, document=content, document_name="我的记录.txt", caption="导出"
    )
    await chat.open(MEMBER)
    async with chat.page.expect_download() as waiting:
        await chat.page.get_by_role("link", name="我的记录.txt").click()
    kept = tmp_path / "kept"
    download = await waiting.value
    await download.save_as(kept)
    assert download.suggested_filename == "我的记录.txt"
    assert kept.read_bytes() == content


async def test_a_picture_opens_large_and_closes(chat: ChatPage, bot: ScriptedBot) -> None:
    for number, colour in enumerate(["brown", "teal"]):
        await bot.call("sendPhoto", chat_id=MEMBER, photo=picture(640, 360, colour), caption=f"图 {number}")
    await chat.open(MEMBER)
    shown = chat.message("图 0").locator("img")
    assert await shown.evaluate("one => one.decode().then(() => one.naturalWidth)") == 640
    await chat.message("图 0").get_by_role("button", name="放大图片").click()
    large = chat.page.get_by_role("dialog", name="图片")
    await expect(large).to_contain_text("图 0")
    await chat.page.keyboard.press("ArrowRight")
    await expect(large).to_contain_text("图 1")
    await chat.page.keyboard.press("Escape")
    await expect(large).to_have_count(0)
    await expect(chat.title).to_be_visible()


async def test_a_covered_picture_is_uncovered_first(chat: ChatPage, bot: ScriptedBot) -> None:
    await bot.call("sendPhoto", chat_id=MEMBER, photo=picture(200, 200), has_spoiler=True)
    await chat.open(MEMBER)
    await chat.button("被遮住的图片，点按显示").click()
    await expect(chat.button("放大图片")).to_be_visible()
    await expect(chat.page.get_by_role("dialog")).to_have_count(0)


async def test_an_album_is_one_bubble(chat: ChatPage, bot: ScriptedBot) -> None:
    media = [
        {"type": "photo", "media": f"attach://p{n}", "caption": "合影" if n == 0 else ""} for n in range(3)
    ]
    pictures = {f"p{n}": picture(300, 300) for n in range(3)}
    await bot.call("sendMediaGroup", chat_id=MEMBER, media=json.dumps(media), **pictures)
    await chat.open(MEMBER)
    await expect(chat.messages).to_have_count(1)
    await expect(chat.messages.locator("img")).to_have_count(3)
    await expect(chat.messages).to_contain_text("合影")


async def test_several_files_go_up_as_one_album(chat: ChatPage, bot: ScriptedBot) -> None:
    await chat.open(MEMBER)
    shots: list[FilePayload] = [
        {"name": f"{colour}.png", "mimeType": "image/png", "buffer": picture(320, 200, colour)}
        for colour in ("brown", "teal", "navy")
    ]
    await chat.page.get_by_label("选择文件").set_input_files(shots)
    sheet = chat.page.get_by_role("dialog")
    await sheet.get_by_label("文件说明").fill("合影三张")
    await sheet.get_by_role("button", name="发送").click()
    messages = [(await bot.hear())["message"] for _ in range(3)]
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [message.get("caption") for message in messages] == ["合影三张", None, None]
    await expect(chat.messages).to_have_count(1)
    await expect(chat.messages.locator("img")).to_have_count(3)


async def test_more_files_than_an_album_holds_go_up_as_two(chat: ChatPage, bot: ScriptedBot) -> None:
    await chat.open(MEMBER)
    notes: list[FilePayload] = [
        {"name": f"{number}.txt", "mimeType": "text/plain", "buffer": str(number).encode()}
        for number in range(11)
    ]
    await chat.page.get_by_label("选择文件").set_input_files(notes)
    await chat.page.get_by_role("dialog").get_by_role("button", name="发送").click()
    messages = [(await bot.hear())["message"] for _ in range(11)]
    assert [message["document"]["file_name"] for message in messages] == [f"{n}.txt" for n in range(11)]
    assert len({message.get("media_group_id") for message in messages[:10]}) == 1
    assert "media_group_id" not in messages[10]


async def test_the_quote_above_an_album_stays_within_its_bubble(chat: ChatPage, bot: ScriptedBot) -> None:
    asked = await bot.say(MEMBER, "请看效果")
    media = [{"type": "photo", "media": f"attach://p{n}"} for n in range(2)]
    pictures = {f"p{n}": picture(300, 300) for n in range(2)}
    reply = json.dumps({"message_id": asked})
    await bot.call(
        "sendMediaGroup", chat_id=MEMBER, media=json.dumps(media), reply_parameters=reply, **pictures
    )
    await chat.open(MEMBER)
    bubble = await chat.messages.last.locator(".bubble").bounding_box()
    quote = await chat.messages.last.locator(".reply-quote").bounding_box()
    assert bubble and quote
    assert bubble["x"] < quote["x"] and quote["x"] + quote["width"] < bubble["x"] + bubble["width"]
