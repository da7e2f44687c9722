"""What all sending methods share: texts, captions, markup, replies, the pace."""

from __future__ import annotations

from typing import Any

from telegram.constants import MessageLimit

from sandbox import markup, wire
from sandbox.botapi.arguments import Arguments
from sandbox.errors import bad_request, too_many_requests
from sandbox.state import Chat, Json, Message
from sandbox.text import utf16
from sandbox.text.formatted import Formatted, read
from sandbox.text.problems import EntityProblem
from sandbox.world import World


def formatted(world: World, source: Any, *, parse_mode: str, given: list[Any]) -> Formatted:
    """Text read as Telegram does; a mention by link of somebody unknown is no mention."""
    if not isinstance(source, str):
        raise bad_request("message text must be a String")
    try:
        told = read(source, parse_mode=parse_mode, given=given)
    except EntityProblem as problem:
        raise bad_request(str(problem)) from problem
    kept = []
    for entity in told.entities:
        if entity["type"] == "text_mention":
            mentioned = world.people.get(entity.get("user", {}).get("id"))
            if mentioned is None:
                continue
            entity = {**entity, "user": wire.person(mentioned)}
        kept.append(entity)
    return Formatted(told.text, kept)


def text_content(world: World, arguments: Arguments) -> Json:
    """The content of a text message. Raises when it is empty or too long."""
    source = arguments.text("text")
    told = formatted(
        world,
        source,
        parse_mode=arguments.text("parse_mode"),
        given=arguments.array("entities", what="entities"),
    )
    if not told.text:
        raise bad_request("message text is empty" if not source else "text must be non-empty")
    if utf16.length(told.text) > MessageLimit.MAX_TEXT_LENGTH:
        raise bad_request("message is too long")
    content: Json = {"text": told.text}
    if told.entities:
        content["entities"] = told.entities
    preview = arguments.mapping("link_preview_options", what="link preview options")
    if arguments.flag("disable_web_page_preview"):
        preview = {"is_disabled": True}
    if preview:
        content["link_preview_options"] = preview
    return content


def caption_content(
    world: World, caption: Any, *, parse_mode: str, entities: list[Any], above: bool = False
) -> Json:
    """The caption part of a message with a file; empty for no caption."""
    told = formatted(world, caption, parse_mode=parse_mode, given=entities)
    if utf16.length(told.text) > MessageLimit.CAPTION_LENGTH:
        raise bad_request("message caption is too long")
    if not told.text:
        return {}
    content: Json = {"caption": told.text}
    if told.entities:
        content["caption_entities"] = told.entities
    if above:
        content["show_caption_above_media"] = True
    return content


def captioned(world: World, arguments: Arguments) -> Json:
    return caption_content(
        world,
        arguments.text("caption"),
        parse_mode=arguments.text("parse_mode"),
        entities=arguments.array("caption_entities", what="caption entities"),
        above=arguments.flag("show_caption_above_media"),
    )


def answered(chat: Chat, arguments: Arguments) -> int | None:
    """The message this one replies to. Raises when it is gone, unless that is allowed."""
    parameters = arguments.mapping("reply_parameters", what="reply parameters")
    number = parameters.get("message_id") or arguments.integer("reply_to_message_id")
    if not number:
        return None
    if int(number) in chat.messages:
        return int(number)
    if parameters.get("allow_sending_without_reply") or arguments.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def pace(world: World, chat: Chat, *, count: int = 1) -> None:
    """Counts messages against the rates. Raises 429 with the wait."""
    wait = world.limits.message(chat.id, count=count)
    if wait:
        raise too_many_requests(wait)


def pace_edit(world: World, chat: Chat) -> None:
    wait = world.limits.edit(chat.id)
    if wait:
        raise too_many_requests(wait)


def protection(arguments: Arguments) -> Json:
    return {"has_protected_content": True} if arguments.flag("protect_content") else {}


def send(world: World, chat: Chat, arguments: Arguments, content: Json) -> Message:
    """Posts one message of the bot with the options all sending methods share."""
    keyboard = markup.checked(arguments.json("reply_markup", what="reply keyboard markup"))
    reply_to = answered(chat, arguments)
    pace(world, chat)
    return world.post(
        chat,
        sender_id=world.bot.id,
        content={**content, **protection(arguments)},
        reply_markup=keyboard,
        reply_to=reply_to,
        silent=arguments.flag("disable_notification"),
    )
