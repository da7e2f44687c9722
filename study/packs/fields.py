"""Reads the fields of one table, one by one; whatever is wrong with them goes to the list of faults.

Every reader returns a value of the promised type even after a fault, so that one pass finds all faults; a pack
with any fault is never used, so what that value is does not matter.
"""

import datetime
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from enum import StrEnum
from typing import TypeVar

from study.packs import limits
from study.packs.faults import FaultList, excerpt
from study.packs.tree import Node, Place, Scalar, Series, Table

_ID = re.compile(r"[a-z0-9-]{2,40}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,9})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_URL = re.compile(r"https?://[^\s/]+\S*")
# What a reader cannot see or Telegram would not show: control and bidirectional marks, zero width (the joiner of
# emoji apart), private use, halves of characters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff"
    "\ud800-\udfff\ue000-\uf8ff]"
)
# Left behind by programs that lost the text: a decoding gone wrong, a table exported from a web page.
_BROKEN = ("\ufffd", "[object Object]", "锟斤拷")
YES = frozenset({"true", "yes", "on", "是", "对", "正确", "√", "✓", "✔"})
NO = frozenset({"false", "no", "off", "否", "错", "错误", "不对", "×", "✗", "✘"})

Choice = TypeVar("Choice", bound=StrEnum)


class Fields:
    """A table being read. `path` says where in its file it stands; `id` is its own, once it has one."""

    def __init__(self, table: Table, *, path: str, faults: FaultList, id: str = "") -> None:
        self.place = table.place
        self.path = path
        self.faults = faults
        self.id = id
        self._nodes = {name.text: node for name, node in table.entries}
        self._names = {name.text: name for name, _ in table.entries}
        self._meant: set[str] = set()

    def __contains__(self, name: str) -> bool:
        """Whether the field is there with a value: `picture:` and nothing behind it counts as left out."""
        node = self._nodes.get(name)
        return node is not None and not (isinstance(node, Scalar) and node.is_blank)

    def node(self, name: str) -> Node | None:
        return self._nodes[name] if name in self else None

    def where(self, name: str) -> Place:
        """Where the field stands, or the table when it is missing."""
        return self._names[name].place if name in self._names else self.place

    def field(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def fault(self, name: str, key: str, /, **params: str | int) -> None:
        self.faults.add(self.where(name), self.field(name), f"pack.fault.{key}", id=self.id, **params)

    def names(self) -> Collection[str]:
        return self._nodes.keys()

    def close(self, known: Collection[str]) -> None:
        """Name the fields that mean nothing here. To be called before they are read, so that a misspelt field
        does not count as missing, too."""
        for name, scalar in self._names.items():
            if name in known:
                continue
            path = self.field(excerpt(name))
            if "：" in name:
                self.faults.add(scalar.place, path, "pack.fault.wide_colon", id=self.id)
                self._meant.add(name.partition("：")[0].strip())
                continue
            like = self.faults.add_unknown(
                scalar.place, path, "pack.fault.unknown_field", name=name, known=known, id=self.id
            )
            self._meant.add(like or name)

    def require(self, name: str) -> Node | None:
        node = self.node(name)
        if node is None and name not in self._meant:
            self.fault(name, "missing", name=name)
        return node

    # Values of one piece

    def identifier(self, name: str = "id") -> str:
        """The id; from here on faults of this table carry it."""
        found = self.text(name, longest=200)
        if found and not _ID.fullmatch(found):
            self.fault(name, "id", value=excerpt(found))
        elif found:
            self.id = found
        return found

    def text(self, name: str, *, longest: int, required: bool = True, lines: bool = False) -> str:
        """A text without blanks around it, "" when missing; `lines` allows several lines."""
        node = self.require(name) if required else self.node(name)
        return "" if node is None else self.text_of(node, self.field(name), longest=longest, lines=lines)

    def optional(self, name: str, *, longest: int, lines: bool = False) -> str | None:
        return self.text(name, longest=longest, lines=lines, required=False) or None

    def text_of(self, node: Node, field: str, *, longest: int, lines: bool = False) -> str:
        def wrong(key: str, **params: str | int) -> str:
            self.faults.add(node.place, field, f"pack.fault.{key}", id=self.id, **params)
            return ""

        if not isinstance(node, Scalar):
            return wrong("not_text")
        text = node.text.strip()
        if node.is_blank or not text:
            return wrong("empty")
        if len(text) > longest:
            return wrong("too_long", length=len(text), longest=longest)
        if any(mark in text for mark in _BROKEN):
            return wrong("broken", text=excerpt(text))
        if invisible := _INVISIBLE.search(text):
            return wrong("invisible", code=f"U+{ord(invisible[0]):04X}", text=excerpt(text))
        if not lines and "\n" in text:
            return wrong("one_line", text=excerpt(text))
        return text

    def choice(self, name: str, choices: type[Choice]) -> Choice | None:
        """One of the words of `choices`."""
        found = self.text(name, longest=200)
        if not found:
            return None
        try:
            return choices(found)
        except ValueError:
            self.faults.add_unknown(
                self.where(name),
                self.field(name),
                f"pack.fault.{name}",
                name=found,
                known=[choice.value for choice in choices],
                id=self.id,
            )
            return None

    def integer(self, name: str, *, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`, 0 after a fault; missing is one unless there is a default."""
        return int(self._figure(name, _INTEGER, "integer", low=low, high=high, default=default))

    def number(self, name: str, *, low: float, high: float, default: float | None = None) -> float:
        return self._figure(name, _NUMBER, "number", low=low, high=high, default=default)

    def _figure(
        self, name: str, pattern: re.Pattern[str], key: str, *, low: float, high: float, default: float | None
    ) -> float:
        if default is not None and name not in self:
            return default
        found = self.text(name, longest=200)
        if found and not (pattern.fullmatch(found) and low <= float(found) <= high):
            self.fault(name, key, value=excerpt(found), low=f"{low:g}", high=f"{high:g}")
            return 0
        return float(found or 0)

    def flag(self, name: str) -> bool:
        """Yes or no; no when missing."""
        found = self.text(name, longest=200, required=False).casefold()
        if found and found not in YES | NO:
            self.fault(name, "flag", value=excerpt(found))
        return found in YES

    def day(self, name: str) -> datetime.date | None:
        found = self.text(name, longest=200, required=False)
        # The pattern first: fromisoformat alone would also take 20181028 and 2018-W43-7.
        if _DAY.fullmatch(found):
            with suppress(ValueError):
                return datetime.date.fromisoformat(found)
        if found:
            self.fault(name, "date", value=excerpt(found))
        return None

    def url(self, name: str) -> str | None:
        found = self.text(name, longest=limits.URL, required=False)
        if found and not _URL.fullmatch(found):
            self.fault(name, "url", value=excerpt(found))
        return found or None

    # Lists and tables

    def texts(
        self, name: str, *, most: int, longest: int, fewest: int = 0, lines: bool = False
    ) -> tuple[str, ...]:
        """A list of texts; required when `fewest` is more than 0."""
        return tuple(
            self.text_of(node, field, longest=longest, lines=lines)
            for node, field in self.nodes(name, fewest=fewest, most=most)
        )

    def nodes(self, name: str, *, most: int, fewest: int = 0) -> list[tuple[Node, str]]:
        """The members of a list, each with its path."""
        node = self.require(name) if fewest else self.node(name)
        if node is None:
            return []
        if not isinstance(node, Series):
            self.fault(name, "not_list")
            return []
        if len(node.nodes) < fewest:
            self.fault(name, "too_few", count=len(node.nodes), fewest=fewest)
        if len(node.nodes) > most:
            self.fault(name, "too_many", count=len(node.nodes), most=most)
        path = self.field(name)
        return [(one, f"{path}[{number}]") for number, one in enumerate(node.nodes[:most], start=1)]

    def table(self, name: str, *, required: bool = False) -> "Fields | None":
        node = self.require(name) if required else self.node(name)
        return None if node is None else self.table_of(node, self.field(name))

    def table_of(self, node: Node, path: str) -> "Fields | None":
        if isinstance(node, Table):
            return Fields(node, path=path, faults=self.faults, id=self.id)
        key = "wide_colon" if isinstance(node, Scalar) and "：" in node.text else "not_table"
        self.faults.add(node.place, path, f"pack.fault.{key}", id=self.id)
        return None

    def tables(self, name: str, *, most: int) -> Iterator["Fields"]:
        for node, path in self.nodes(name, most=most):
            fields = self.table_of(node, path)
            if fields is not None:
                yield fields
