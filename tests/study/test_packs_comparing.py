"""What an update changes, and how versions are known and kept."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from study import packs
from study.items import Item, Lesson, Month, Pack
from tests.sample_packs import pack, read


@pytest.fixture
def old() -> Pack:
    reading = read(pack())
    assert reading.pack
    return reading.pack


def test_the_same_pack_makes_no_difference(old: Pack) -> None:
    assert not packs.difference(old, old)


def test_a_first_pack_is_all_new(old: Pack) -> None:
    difference = packs.difference(None, old)
    assert (difference.new_lessons, difference.new_items) == (old.lessons, old.items)
    assert difference.changed_months == (1,)
    assert not difference.renamed


def test_new_changed_and_removed_are_told_apart(old: Pack) -> None:
    first, second, *rest = old.items
    changed = replace(first, question="新的问法", right=(0,))
    added = replace(second, id="dahui-new")
    lesson = replace(old.lessons[0], minutes=5)
    new = replace(
        old,
        title="新样例",
        lessons=(lesson,),
        items=(changed, added, *rest),
        months=(Month(1, "新主题"), Month(2, "二月")),
    )
    difference = packs.difference(old, new)
    assert difference.new_items == (added,)
    assert difference.removed_items == (second,)
    assert difference.changed_items == (packs.Change(first, changed, ("question", "right")),)
    assert difference.changed_lessons == (packs.Change(old.lessons[0], lesson, ("minutes",)),)
    assert difference.changed_months == (1, 2)
    assert difference.renamed


def test_moving_an_item_changes_nothing(old: Pack) -> None:
    assert not packs.difference(old, replace(old, items=old.items[::-1]))


def test_packs_lessons_and_items_survive_storage(old: Pack) -> None:
    assert packs.from_json(Pack, packs.to_json(old)) == old
    assert packs.from_json(Lesson, packs.to_json(old.lessons[0])) == old.lessons[0]
    for item in old.items:
        assert packs.from_json(Item, packs.to_json(item)) == item


def test_what_is_no_item_is_not_loaded() -> None:
    with pytest.raises(ValidationError):
        packs.from_json(Item, '{"id": "x"}')


def test_a_revision_is_the_same_for_the_same_content_only(old: Pack) -> None:
    item = old.items[0]
    assert packs.revision(item) == packs.revision(packs.from_json(Item, packs.to_json(item)))
    assert packs.revision(item) != packs.revision(replace(item, explanation="另一种解释"))
    assert len({packs.revision(one) for one in old.items}) == len(old.items)


def test_revisions_stay_over_releases(old: Pack) -> None:
    # Answers in the database name these; a change of the format must not give every item a new one.
    assert packs.revision(old.items[0]) == "816371f4c55e1e89"
