"""Photos, documents, albums: up, down, again by file_id."""

from __future__ import annotations

import io
import json
import mimetypes
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import BufferedInputFile, InputMediaDocument, InputMediaPhoto
from PIL import Image

from .conftest import LI, WANG, Client


def picture(width: int = 800, height: int = 600, *, colour: str = "red") -> BufferedInputFile:
    written = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(written, "PNG")
    return BufferedInputFile(written.getvalue(), "图.png")


async def upload(client: Client, person: int, content: bytes, name: str, mime: str, **fields: str) -> Any:
    form = aiohttp.FormData({"as": str(person), **fields})
    form.add_field("file", content, filename=name, content_type=mime)
    url = f"{client.sandbox.url}/sandbox/chats/{person}/messages"
    async with client.session.post(url, data=form) as response:
        return await response.json()


async def test_a_photo_comes_in_sizes_and_is_sent_again_by_any_of_them(bot: Bot, started: Client) -> None:
    sent = await bot.send_photo(WANG, picture(), caption="<b>图解</b>", parse_mode="HTML", has_spoiler=True)
    assert sent.photo is not None and [(size.width, size.height) for size in sent.photo] == [
        (320, 240),
        (800, 600),
    ]
    assert sent.caption == "图解" and sent.has_media_spoiler
    again = await bot.send_photo(LI, sent.photo[0].file_id)
    assert again.photo == sent.photo
    *_, seen = await started.seen(WANG)
    assert (seen["text"], seen["html"], seen["spoiler"]) == ("图解", "<b>图解</b>", True)
    async with started.session.get(started.sandbox.url + seen["photo"]["url"]) as response:
        assert response.content_type == "image/png"
        assert await response.read() == picture().data


async def test_a_document_keeps_its_name_and_comes_down_whole(bot: Bot, started: Client) -> None:
    sent = await bot.send_document(WANG, BufferedInputFile("姓名,支部\n".encode("gbk"), "名单 2026.csv"))
    assert sent.document is not None and sent.document.file_name == "名单 2026.csv"
    assert sent.document.mime_type == "text/csv"
    file = await bot.get_file(sent.document.file_id)
    assert file.file_path is not None
    downloaded = await bot.download_file(file.file_path)
    assert downloaded is not None and downloaded.read().decode("gbk") == "姓名,支部\n"
    *_, seen = await started.seen(WANG)
    async with started.session.get(started.sandbox.url + seen["document"]["url"]) as response:
        assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")


async def test_a_person_sends_a_photo_and_a_file(bot: Bot, started: Client) -> None:
    await upload(started, WANG, picture().data, "照片.png", "image/png", caption="签到 /ask")
    await upload(started, WANG, picture().data, "照片.png", "image/png", kind="document")
    await upload(started, WANG, b"PK\x03\x04", "题库.xlsx", "", caption="请看")
    photo, file, workbook = [update.message for update in await bot.get_updates()]
    assert photo is not None and photo.photo is not None and photo.caption == "签到 /ask"
    assert photo.caption_entities is not None and photo.caption_entities[0].type == "bot_command"
    assert file is not None and file.document is not None and file.document.mime_type == "image/png"
    assert workbook is not None and workbook.document is not None
    assert workbook.document.file_name == "题库.xlsx"
    downloaded = await bot.download(workbook.document)
    assert downloaded is not None and downloaded.read() == b"PK\x03\x04"


async def test_what_is_no_picture_is_sent_by_a_person_as_a_file(bot: Bot, started: Client) -> None:
    await upload(started, WANG, b"not a picture", "坏.jpg", "image/jpeg")
    (update,) = await bot.get_updates()
    assert update.message is not None and update.message.document is not None


async def test_an_upload_needs_a_file_with_something_in_it(started: Client) -> None:
    assert (await upload(started, WANG, b"", "空.txt", "text/plain"))["error"] == "empty_file"
    form = aiohttp.FormData({"as": str(WANG), "caption": "没有"})
    form.add_field("other", b"x", filename="x.txt")
    async with started.session.post(
        f"{started.sandbox.url}/sandbox/chats/{WANG}/messages", data=form
    ) as response:
        assert (response.status, (await response.json())["error"]) == (400, "no_file")


@pytest.mark.parametrize(
    ("photo", "fault"),
    [
        (BufferedInputFile(b"", "空.png"), "file must be non-empty"),
        (BufferedInputFile(b"not a picture", "坏.png"), "IMAGE_PROCESS_FAILED"),
        (picture(6000, 4001), "PHOTO_INVALID_DIMENSIONS"),
        (picture(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (
            BufferedInputFile(b"0" * 10_000_001, "大.png"),
            "file of size 10000001 bytes is too big for a photo; the maximum size is 10000000 bytes",
        ),
        ("AgACAgUAAxkBAAI", "wrong file identifier/HTTP URL specified"),
        ("https://example.org/a.png", "failed to get HTTP URL content"),
        ("attach://missing", "wrong file identifier/HTTP URL specified"),
        ("", "there is no photo in the request"),
    ],
)
async def test_a_bad_photo_is_refused(bot: Bot, started: Client, photo: Any, fault: str) -> None:
    with pytest.raises(TelegramBadRequest) as refusal:
        await bot.send_photo(WANG, photo)
    assert refusal.value.message == f"Bad Request: {fault}"


async def test_a_file_of_one_kind_is_not_sent_as_another(bot: Bot, started: Client) -> None:
    sent = await bot.send_document(WANG, BufferedInputFile(b"x", "x.txt"))
    assert sent.document is not None
    with pytest.raises(TelegramBadRequest, match="can't use file of type Document as Photo"):
        await bot.send_photo(WANG, sent.document.file_id)


async def test_files_have_limits_up_and_down(bot: Bot, started: Client) -> None:
    big = await bot.send_document(WANG, BufferedInputFile(b"0" * 20_000_001, "大.bin"))
    assert big.document is not None
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(big.document.file_id)
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_document(WANG, BufferedInputFile(b"0" * 50_000_001, "太大.bin"))


async def test_a_file_that_is_not_there_cannot_be_fetched(started: Client) -> None:
    assert await started.refused("getFile", file_id="x") == "400 Bad Request: invalid file_id"
    assert await started.refused("getFile") == "400 Bad Request: file_id not specified"
    base = f"{started.sandbox.url}/file"
    for token, status in ((started.sandbox.token, 404), ("42:WRONG", 401)):
        async with started.session.get(f"{base}/bot{token}/documents/none.txt") as response:
            assert response.status == status
    async with started.session.get(f"{started.sandbox.url}/sandbox/files/none") as response:
        assert (response.status, (await response.json())["error"]) == (404, "no_such_file")


async def test_captions_are_measured_and_edited(bot: Bot, started: Client) -> None:
    sent = await bot.send_photo(WANG, picture(), caption="好" * 1024)
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(WANG, picture(), caption="好" * 1025)
    where = {"chat_id": WANG, "message_id": sent.message_id}
    edited = await started.ok("editMessageCaption", **where, caption="新说明", show_caption_above_media=True)
    assert (edited["caption"], edited["show_caption_above_media"]) == ("新说明", True)
    assert await started.refused("editMessageText", **where, text="x") == (
        "400 Bad Request: there is no text in the message to edit"
    )


async def test_the_media_of_a_message_is_replaced(bot: Bot, started: Client) -> None:
    sent = await bot.send_photo(WANG, picture())
    document = InputMediaDocument(media=BufferedInputFile(b"x", "表.xlsx"), caption="导出")
    edited = await bot.edit_message_media(document, chat_id=WANG, message_id=sent.message_id)
    assert not isinstance(edited, bool) and edited.document is not None and edited.caption == "导出"
    assert edited.photo is None
    assert await started.refused("editMessageMedia", chat_id=WANG, message_id=sent.message_id) == (
        "400 Bad Request: can't parse InputMedia: media not specified"
    )


async def test_an_album_is_one_group(bot: Bot, started: Client) -> None:
    photos = [InputMediaPhoto(media=picture(colour=colour), caption=colour) for colour in ("red", "blue")]
    sent = await bot.send_media_group(WANG, photos)
    assert len(sent) == 2 and len({message.media_group_id for message in sent}) == 1
    seen = await started.seen(WANG)
    assert [message["text"] for message in seen[-2:]] == ["red", "blue"]
    assert seen[-1]["media_group_id"] == sent[0].media_group_id


@pytest.mark.parametrize(
    ("media", "fault"),
    [
        ([], "there are no messages to send"),
        ([{"type": "photo", "media": "x"}], "media group must include 2-10 items"),
        ([{"type": "photo", "media": "x"}] * 11, "too many messages to send as an album"),
        (
            [{"type": "photo", "media": "x"}, {"type": "document", "media": "x"}],
            "can't use the media of the specified type in the album",
        ),
        (
            [{"type": "video", "media": "x"}] * 2,
            "can't parse InputMedia: the sandbox knows photo and document, not 'video'",
        ),
        (["x", "y"], "can't parse InputMedia: expected an Object"),
        ([{"type": "photo"}] * 2, "can't parse InputMedia: media not found"),
    ],
)
async def test_a_bad_album_is_refused(started: Client, media: Any, fault: str) -> None:
    assert await started.refused("sendMediaGroup", chat_id=WANG, media=media) == f"400 Bad Request: {fault}"


async def _posted(client: Client, files: list[tuple[str, bytes]], **fields: Any) -> tuple[int, Any]:
    """Files as a person sends them together; the status and the answer."""
    form = aiohttp.FormData()
    for name, value in {"as": WANG, **fields}.items():
        for one in value if isinstance(value, list) else [value]:
            form.add_field(name, str(one))
    for name, content in files:
        form.add_field("file", content, filename=name, content_type=mimetypes.guess_type(name)[0])
    url = f"{client.sandbox.url}/sandbox/chats/{WANG}/messages"
    async with client.session.post(url, data=form) as response:
        return response.status, await response.json()


async def test_several_files_of_a_person_are_an_album(started: Client) -> None:
    photos = [(f"{colour}.jpg", picture(colour=colour).data) for colour in ("red", "blue", "green")]
    bold = json.dumps([{"type": "bold", "offset": 0, "length": 2}])
    status, told = await _posted(
        started, photos, kind="photo", caption=["合影", "第二张"], caption_entities=bold
    )
    assert status == 201 and told["message_id"] == told["message_ids"][0]
    messages = [update["message"] for update in await started.updates()]
    assert [message["message_id"] for message in messages] == told["message_ids"]
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [message.get("caption") for message in messages] == ["合影", "第二张", None]
    assert messages[0]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert len({message["photo"][-1]["file_unique_id"] for message in messages}) == 3
    assert [message["media_group_id"] for message in await started.seen(WANG)][-3:] == [
        messages[0]["media_group_id"]
    ] * 3


@pytest.mark.parametrize(
    ("files", "more"),
    [
        ([("a.txt", b"a")] * 11, {}),
        ([("a.png", b"no picture"), ("b.jpg", b"")], {}),
        ([("a.txt", b"a")] * 2, {"caption_entities": "{"}),
        ([("a.txt", b"a")] * 2, {"caption_entities": '{"type": "bold"}'}),
    ],
)
async def test_an_album_of_a_person_that_is_none_is_refused(
    started: Client, files: list[tuple[str, bytes]], more: dict[str, Any]
) -> None:
    status, told = await _posted(started, files, **more)
    assert status == 400 and told["error"] in ("bad_album", "bad_entities", "empty_file")
    assert await started.updates() == []


async def test_photos_and_documents_of_a_person_do_not_mix(started: Client) -> None:
    files = [("a.jpg", picture(colour="red").data), ("b.pdf", b"%PDF")]
    assert await _posted(started, files, kind="") == (
        400,
        {"error": "bad_album", "message": "an album is all photos or all documents"},
    )


async def test_copies_lose_their_origin_and_forwards_keep_it(bot: Bot, started: Client) -> None:
    theirs = await started.say(WANG, "请<转达>")
    copied = await bot.copy_message(LI, WANG, theirs)
    forwarded = await bot.forward_message(LI, WANG, theirs)
    assert forwarded.forward_origin is not None and forwarded.forward_origin.type == "user"
    copy, forward = (await started.seen(LI))[-2:]
    assert (copy["message_id"], copy["text"], copy["forwarded_from"]) == (copied.message_id, "请<转达>", None)
    assert forward["forwarded_from"] == "王芳"
    photo = await bot.send_photo(WANG, picture(), caption="旧")
    await bot.copy_message(LI, WANG, photo.message_id, caption="新")
    assert (await started.seen(LI))[-1]["text"] == "新"


async def test_what_is_protected_or_gone_is_not_passed_on(bot: Bot, started: Client) -> None:
    secret = await bot.send_message(WANG, "不外传", protect_content=True)
    source = {"chat_id": LI, "from_chat_id": WANG, "message_id": secret.message_id}
    assert await started.refused("copyMessage", **source) == "400 Bad Request: message can't be copied"
    assert await started.refused("forwardMessage", **source) == "400 Bad Request: message can't be forwarded"
    gone = {**source, "message_id": 9999}
    assert await started.refused("copyMessage", **gone) == "400 Bad Request: message to copy not found"
    assert await started.refused("forwardMessage", **gone) == "400 Bad Request: message to forward not found"
