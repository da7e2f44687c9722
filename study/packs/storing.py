"""Lessons, items and packs as JSON and back, for storage; and the mark by which a version of one is known."""

import hashlib
from typing import TypeVar

from pydantic import TypeAdapter

from study.items import Item, Lesson, Pack

Content = TypeVar("Content", Item, Lesson, Pack)
_ADAPTERS: dict[type, TypeAdapter[object]] = {one: TypeAdapter(one) for one in (Item, Lesson, Pack)}


def to_json(content: Item | Lesson | Pack) -> str:
    """Compact JSON without the fields that have their default, so that a new field changes nothing old."""
    return _ADAPTERS[type(content)].dump_json(content, exclude_defaults=True).decode()


def from_json(kind: type[Content], json: str) -> Content:
    """The same value again; pydantic.ValidationError if the JSON is not of that kind."""
    content = _ADAPTERS[kind].validate_json(json)
    assert isinstance(content, kind)
    return content


def revision(content: Item | Lesson) -> str:
    """16 hexadecimal digits that stay the same as long as nothing in the item or lesson changes."""
    return hashlib.sha256(to_json(content).encode()).hexdigest()[:16]
