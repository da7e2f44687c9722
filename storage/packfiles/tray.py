"""Where the files of a pack are put together, up to the limits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from storage.packfiles import limits
from study.packs import Fault

YAML = frozenset({".yaml", ".yml"})
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"})
RULES = frozenset(
    f"{name}.yaml"
    for name in (
        *("points", "meetings", "columns", "calendar", "notices"),
        *("synonyms", "lexicon", "antonyms", "lookalikes"),
    )
)
"""Files of rules that stand beside a pack in content/ and are none of its own."""


def wanted(path: str) -> bool:
    """Whether a file belongs to a pack; others (notes, system files) may lie beside them."""
    parts = PurePosixPath(path).parts
    if path in RULES or any(part.startswith(".") or part == "__MACOSX" for part in parts):
        return False
    return PurePosixPath(path).suffix.lower() in YAML | PICTURES


@dataclass
class Tray:
    """Files by path inside the pack, with what was wrong on the way."""

    yaml: dict[str, bytes] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    size: int = 0
    full: bool = False

    def fault(self, path: str, key: str, **params: str | int) -> None:
        self.faults.append(Fault(path, 0, "", f"pack.fault.file.{key}", params))

    def put(self, path: str, read: Callable[[int], bytes]) -> None:
        """Keep a file; `read(n)` gives its first n bytes, so that what is too large is never held whole."""
        data = read(limits.LARGEST_FILE + 1)
        self.size += len(data)
        if len(data) > limits.LARGEST_FILE:
            self.fault(path, "too_large", megabytes=limits.LARGEST_FILE // 1_000_000)
        if self.size > limits.LARGEST_PACK:
            self.overflow("pack_too_large", megabytes=limits.LARGEST_PACK // 1_000_000)
        elif len(data) <= limits.LARGEST_FILE:
            shelf = self.yaml if PurePosixPath(path).suffix.lower() in YAML else self.pictures
            shelf[path] = data

    def overflow(self, key: str, **params: str | int) -> None:
        """No more files are taken."""
        self.full = True
        self.fault("", key, **params)
