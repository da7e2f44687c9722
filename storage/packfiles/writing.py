"""A pack to YAML files that can be read again."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from storage.packfiles import limits
from study.items import Pack
from study.packs import writing

ITEMS_A_FILE = 500
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class TooLarge(Exception):
    """One file would be too large to be read again; a folder holds more."""


class _InFull(_Dumper):  # type: ignore[misc]
    """Writes what occurs twice twice, for packs know no aliases, and long texts as blocks."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: Any, value: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_InFull.add_representer(str, _text)


def text(pack: Pack) -> str:
    """The pack as one file; raises TooLarge."""
    found = _dumped(writing.document(pack))
    if len(found.encode()) > limits.LARGEST_FILE:
        raise TooLarge()
    return found


def folder(pack: Pack, path: Path, *, progress: Callable[[int], None] = lambda items: None) -> None:
    """The pack as a folder with some hundred items a file; files of these names are written over."""
    (path / "quizzes").mkdir(parents=True, exist_ok=True)
    _write(path / "pack.yaml", writing.heading(pack))
    if pack.lessons:
        _write(path / "lessons.yaml", {"lessons": [writing.lesson(one) for one in pack.lessons]})
    if pack.months:
        _write(path / "plan.yaml", {"plan": {"months": [writing.month(one) for one in pack.months]}})
    for number, start in enumerate(range(0, len(pack.items), ITEMS_A_FILE), start=1):
        some = pack.items[start : start + ITEMS_A_FILE]
        _write(path / "quizzes" / f"{number:03d}.yaml", {"items": [writing.item(one) for one in some]})
        progress(len(some))


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(_dumped(content), "utf-8")


def _dumped(content: Mapping[str, Any]) -> str:
    return str(yaml.dump(content, Dumper=_InFull, allow_unicode=True, sort_keys=False, width=110))
