"""Pictures of a pack: named by path in its files, by digest once they are stored."""

from collections.abc import Mapping
from dataclasses import replace

from study.items import Pack


def used(pack: Pack) -> frozenset[str]:
    """Every picture that a lesson or item shows."""
    pictures = [*(lesson.picture for lesson in pack.lessons), *(item.picture for item in pack.items)]
    return frozenset(picture for picture in pictures if picture)


def illustrated(pack: Pack, names: Mapping[str, str]) -> Pack:
    """The pack with its pictures renamed; what `names` does not know stays as it is."""
    if not used(pack) & names.keys():
        return pack
    return replace(
        pack,
        lessons=tuple(
            replace(one, picture=names.get(one.picture, one.picture)) if one.picture else one
            for one in pack.lessons
        ),
        items=tuple(
            replace(one, picture=names.get(one.picture, one.picture)) if one.picture else one
            for one in pack.items
        ),
    )
