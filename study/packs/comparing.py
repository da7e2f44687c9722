"""What a new version of a pack changes."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from study.items import Item, Lesson, Month, Pack

Content = TypeVar("Content", Lesson, Item)


@dataclass(frozen=True)
class Change:
    """A lesson or item that stays under its id; `fields` names what differs."""

    old: Lesson | Item
    new: Lesson | Item
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """New, changed and removed lessons and items, in the order of the pack they stand in; months by number."""

    new_lessons: tuple[Lesson, ...] = ()
    changed_lessons: tuple[Change, ...] = ()
    removed_lessons: tuple[Lesson, ...] = ()
    new_items: tuple[Item, ...] = ()
    changed_items: tuple[Change, ...] = ()
    removed_items: tuple[Item, ...] = ()
    changed_months: tuple[int, ...] = ()
    renamed: bool = False

    def __bool__(self) -> bool:
        return self != Difference()


def difference(old: Pack | None, new: Pack) -> Difference:
    """What `new` changes where `old` is live; without an old pack all is new."""
    before = old or Pack(id=new.id, title=new.title)
    return Difference(
        new_lessons=_added(before.lessons, new.lessons),
        changed_lessons=_changed(before.lessons, new.lessons),
        removed_lessons=_added(new.lessons, before.lessons),
        new_items=_added(before.items, new.items),
        changed_items=_changed(before.items, new.items),
        removed_items=_added(new.items, before.items),
        changed_months=_months(before.months, new.months),
        renamed=(before.id, before.title) != (new.id, new.title),
    )


def _added(old: Sequence[Content], new: Sequence[Content]) -> tuple[Content, ...]:
    known = {one.id for one in old}
    return tuple(one for one in new if one.id not in known)


def _changed(
    old: Sequence[Lesson] | Sequence[Item], new: Sequence[Lesson] | Sequence[Item]
) -> tuple[Change, ...]:
    before = {one.id: one for one in old}
    pairs = ((before[one.id], one) for one in new if one.id in before)
    return tuple(Change(was, now, _fields(was, now)) for was, now in pairs if was != now)


def _fields(old: Lesson | Item, new: Lesson | Item) -> tuple[str, ...]:
    names = [field.name for field in dataclasses.fields(new)]
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))


def _months(old: Sequence[Month], new: Sequence[Month]) -> tuple[int, ...]:
    return tuple(sorted({month.month for month in {*old} ^ {*new}}))
