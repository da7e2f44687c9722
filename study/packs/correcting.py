"""What a corrected item means for answers that were given before."""

from collections.abc import Sequence

from study.items import Item


def changes_answer(old: Item, new: Item) -> bool:
    """Whether an answer may count differently now: the right options, by their words, or what words have to say."""
    if old.is_choice != new.is_choice:
        return False  # another question altogether
    if old.is_choice:
        return _right(old) != _right(new)
    return any(
        getattr(old, name) != getattr(new, name)
        for name in ("points", "ordered", "tolerance", "must", "must_not")
    )


def carried(picks: Sequence[int], old: Item, new: Item) -> tuple[int, ...] | None:
    """The same options as indexes of the new item; None when one of them is no longer there."""
    places = {option: index for index, option in enumerate(new.options)}
    chosen = [old.options[pick] for pick in picks]
    if any(option not in places for option in chosen):
        return None
    return tuple(sorted(places[option] for option in chosen))


def _right(item: Item) -> frozenset[str]:
    return frozenset(item.options[index] for index in item.right)
