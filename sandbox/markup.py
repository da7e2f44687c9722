"""Keyboards as the bot sends them: checked against Telegram's limits, kept in Telegram's form."""

from __future__ import annotations

from typing import Any

from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit, ReplyLimit

from sandbox.errors import bad_request
from sandbox.state import Json
from sandbox.text import links

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
# Buttons that Telegram takes but that the sandbox's people cannot use are kept and shown.
KEPT = ("icon_custom_emoji_id", "style")


def checked(markup: Any) -> Json | None:
    """The reply markup in Telegram's form, or None for none. Raises ApiError in Telegram's words."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return {"inline_keyboard": _inline(markup)}
    if "keyboard" in markup:
        return _reply_keyboard(markup)
    if markup.get("remove_keyboard"):
        return {"remove_keyboard": True, **_flags(markup, "selective")}
    if markup.get("force_reply"):
        _check_placeholder(markup)
        return {"force_reply": True, **_flags(markup, "selective"), **_placeholder(markup)}
    return None


def inline_only(markup: Any) -> Json | None:
    """The same where only an inline keyboard may stand, such as in edits."""
    told = checked(markup)
    if told is not None and "inline_keyboard" not in told:
        raise bad_request("inline keyboard expected")
    return told


def _rows(markup: Json, name: str) -> list[list[Any]]:
    given, limit = markup[name], bad_request("reply markup is too long")
    if not isinstance(given, list):
        raise bad_request(f'can\'t parse keyboard: field "{name}" must be an Array')
    for row in given:
        if not isinstance(row, list):
            raise bad_request("can't parse keyboard: row must be an Array")
        if len(row) > InlineKeyboardMarkupLimit.BUTTONS_PER_ROW:
            raise limit
    if sum(len(row) for row in given) > InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER:
        raise limit
    return [row for row in given if row]


def _inline(markup: Json) -> list[list[Json]]:
    rows = _rows(markup, "inline_keyboard")
    return [[_inline_button(button) for button in row] for row in rows]


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request("can't parse inline keyboard button: can't find field \"text\"")
    if not text.strip():
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    action = next((name for name in ACTIONS if button.get(name) is not None), None)
    if action is None:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    value = button[action]
    if action == "callback_data":
        low, high = InlineKeyboardButtonLimit.MIN_CALLBACK_DATA, InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
        if not isinstance(value, str) or not low <= len(value.encode()) <= high:
            raise bad_request("BUTTON_DATA_INVALID")
    elif action == "url":
        value = links.checked(str(value))
        if not value:
            raise bad_request(f"inline keyboard button URL '{button[action]}' is invalid: Wrong HTTP URL")
    elif action == "copy_text":
        copied = value.get("text") if isinstance(value, dict) else None
        if not isinstance(copied, str) or not 1 <= len(copied) <= InlineKeyboardButtonLimit.MAX_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    kept = {name: button[name] for name in KEPT if button.get(name) is not None}
    return {"text": text, action: value, **kept}


def _reply_keyboard(markup: Json) -> Json:
    rows = _rows(markup, "keyboard")
    if not rows:
        raise bad_request("reply keyboard must be non-empty")
    _check_placeholder(markup)
    flags = _flags(markup, "is_persistent", "resize_keyboard", "one_time_keyboard", "selective")
    return {
        "keyboard": [[_reply_button(button) for button in row] for row in rows],
        **flags,
        **_placeholder(markup),
    }


def _reply_button(button: Any) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    if not button["text"].strip():
        raise bad_request("can't parse keyboard button: text must be non-empty")
    return {name: value for name, value in button.items() if value is not None}


def _flags(markup: Json, *names: str) -> Json:
    return {name: True for name in names if markup.get(name)}


def _placeholder(markup: Json) -> Json:
    given = markup.get("input_field_placeholder")
    return {"input_field_placeholder": given} if given else {}


def _check_placeholder(markup: Json) -> None:
    given = markup.get("input_field_placeholder")
    if given and len(str(given)) > ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER:
        raise bad_request("input field placeholder is too long")
