"""sendPhoto, sendDocument, sendMediaGroup, editMessageMedia, getFile: everything with a file in it."""

from __future__ import annotations

import asyncio
from typing import Any

import telegram
from telegram.constants import FileSizeLimit, MediaGroupLimit

from sandbox import wire
from sandbox.botapi import composing, editing, targets
from sandbox.botapi.arguments import Arguments, Upload
from sandbox.botapi.registry import method
from sandbox.errors import ApiError, bad_request
from sandbox.files import NotAPicture, looked_at
from sandbox.state import Json, StoredFile
from sandbox.world import World

KIND_NAMES = {"photo": "Photo", "document": "Document"}
WRONG_FILE = "wrong file identifier/HTTP URL specified"


async def stored(world: World, kind: str, upload: Upload) -> StoredFile:
    """Keeps an upload as a photo or a document. Raises in Telegram's words."""
    size = len(upload.content)
    if size == 0:
        raise bad_request("file must be non-empty")
    if size > FileSizeLimit.FILESIZE_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "photo":
        limit = int(FileSizeLimit.PHOTOSIZE_UPLOAD)
        if size > limit:
            too_big = f"file of size {size} bytes is too big for a photo; the maximum size is {limit} bytes"
            raise bad_request(too_big)
        try:
            file = world.files.known_photo(upload.content) or world.files.add_photo(
                upload.content, await asyncio.to_thread(looked_at, upload.content)
            )
        except NotAPicture as problem:
            raise bad_request(str(problem)) from problem
    else:
        file = world.files.add_document(upload.content, name=upload.name, mime_type=upload.mime_type)
    for file_id in file.sizes or (file.file_id,):
        world.mark("file", file_id)
    return file


async def given_file(world: World, kind: str, arguments: Arguments, value: Any, *, field: str) -> StoredFile:
    """The file a parameter means: an upload under its own name or attach://name, or a file_id."""
    if field in arguments.files:
        return await stored(world, kind, arguments.files[field])
    if not isinstance(value, str) or not value:
        raise bad_request(f"there is no {kind} in the request")
    if value.startswith("attach://"):
        upload = arguments.files.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad_request(WRONG_FILE)
        return await stored(world, kind, upload)
    if value.startswith(("http://", "https://")):
        # There is no internet behind the sandbox, and this is what Telegram says when a link fails.
        raise bad_request("failed to get HTTP URL content")
    known = world.files.known.get(value)
    if known is None:
        raise bad_request(WRONG_FILE)
    if known.kind != kind:
        raise bad_request(f"can't use file of type {KIND_NAMES[known.kind]} as {KIND_NAMES[kind]}")
    return known


async def _send(world: World, arguments: Arguments, kind: str) -> Any:
    caption = composing.captioned(world, arguments)
    chat = targets.open_chat(world, arguments)
    file = await given_file(world, kind, arguments, arguments.values.get(kind), field=kind)
    content = {**world.files.content_json(file), **caption}
    if kind == "photo" and arguments.flag("has_spoiler"):
        content["has_media_spoiler"] = True
    return world.message_json(composing.send(world, chat, arguments, content))


@method("sendPhoto")
async def send_photo(world: World, arguments: Arguments) -> Any:
    return await _send(world, arguments, "photo")


@method("sendDocument")
async def send_document(world: World, arguments: Arguments) -> Any:
    return await _send(world, arguments, "document")


async def _input_media(world: World, arguments: Arguments, entry: Any) -> Json:
    """The content of a message from an InputMedia."""
    if not isinstance(entry, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind = entry.get("type")
    if kind not in KIND_NAMES:
        raise bad_request(f"can't parse InputMedia: the sandbox knows photo and document, not {kind!r}")
    if not entry.get("media"):
        raise bad_request("can't parse InputMedia: media not found")
    file = await given_file(world, kind, arguments, entry["media"], field="")
    caption = composing.caption_content(
        world,
        entry.get("caption", ""),
        parse_mode=str(entry.get("parse_mode") or ""),
        entities=entry.get("caption_entities") or [],
        above=bool(entry.get("show_caption_above_media")),
    )
    spoiler = {"has_media_spoiler": True} if kind == "photo" and entry.get("has_spoiler") else {}
    return {**world.files.content_json(file), **caption, **spoiler}


@method("sendMediaGroup")
async def send_media_group(world: World, arguments: Arguments) -> Any:
    entries = arguments.array("media", what="media")
    chat = targets.open_chat(world, arguments)
    if not entries:
        raise bad_request("there are no messages to send")
    if len(entries) < MediaGroupLimit.MIN_MEDIA_LENGTH:
        raise bad_request("media group must include 2-10 items")
    if len(entries) > MediaGroupLimit.MAX_MEDIA_LENGTH:
        raise bad_request("too many messages to send as an album")
    kinds = {entry.get("type") for entry in entries if isinstance(entry, dict)}
    if "document" in kinds and len(kinds) > 1:
        raise bad_request("can't use the media of the specified type in the album")
    contents = [await _input_media(world, arguments, entry) for entry in entries]
    reply_to = composing.answered(chat, arguments)
    composing.pace(world, chat, count=len(contents))
    group_id = str(world.next_media_group_id())
    posted = [
        world.post(
            chat,
            sender_id=world.bot.id,
            content={**content, "media_group_id": group_id, **composing.protection(arguments)},
            reply_to=reply_to,
            silent=arguments.flag("disable_notification"),
        )
        for content in contents
    ]
    return [world.message_json(message) for message in posted]


@method("editMessageMedia")
async def edit_message_media(world: World, arguments: Arguments) -> Any:
    entry = arguments.json("media", what="media")
    if entry is None:
        raise bad_request("can't parse InputMedia: media not specified")
    chat, message = editing.editable(world, arguments)
    content = await _input_media(world, arguments, entry)
    for kept in ("media_group_id", "has_protected_content"):
        if kept in message.content:
            content[kept] = message.content[kept]
    return editing.replace(world, chat, message, content=content, arguments=arguments)


@method("getFile")
async def get_file(world: World, arguments: Arguments) -> Any:
    file_id = arguments.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = world.files.known.get(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > FileSizeLimit.FILESIZE_DOWNLOAD:
        raise bad_request("file is too big")
    told = {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
        "file_path": file.path,
    }
    return wire.checked(telegram.File, told) if world.checks else told
