"""YAML text to a plain tree with places, safely: only texts, lists and tables, each written out once.

Events are read one after the other, so neither depth nor aliases nor tags can make more of a file than it is.
"""

import re
from collections.abc import Iterator

import yaml

from storage import yamlfiles
from storage.packfiles import limits
from study.packs import Fault
from study.packs.faults import MOST_FAULTS, excerpt
from study.packs.tree import Node, Place, Scalar, Series, Table

_NOT_YAML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Directives are never needed, and thousands of them take the parser a very long time.
_DIRECTIVE = re.compile("^%", re.MULTILINE)
# What the parser says, and our word for it; the first that fits.
_PROBLEMS = (
    ("mapping values are not allowed", "colon"),
    ("could not find expected ':'", "no_colon"),
    ("alphabetic or numeric character", "mark"),
    ("cannot start any token", "mark"),
    ("scanning a quoted scalar", "quote"),
    ("scanning a double-quoted scalar", "quote"),
    ("unexpected end of stream", "quote"),
    ("unknown escape character", "escape"),
    ("hexdecimal", "escape"),
    ("flow sequence", "bracket"),
    ("flow mapping", "bracket"),
    ("flow node", "bracket"),
    ("block sequence entries are not allowed", "indent"),
    ("block mapping", "indent"),
    ("block collection", "indent"),
    ("block scalar", "indent"),
    ("indentation", "indent"),
)


class Unreadable(Exception):
    """The file is no YAML that a pack may use."""

    def __init__(self, line: int, key: str, **params: str | int) -> None:
        super().__init__(line, key, params)
        self.line, self.key, self.params = line, key, params


class Reader:
    """Reads the files of one pack, counting their values together."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._values = 0
        self._file = ""

    def read(self, file: str, data: bytes) -> Node | None:
        """The tree of one file; None when it is empty, or unreadable with a fault."""
        self._file = file
        try:
            return self._document(yaml.parse(_decoded(data), Loader=yamlfiles.Loader))
        except Unreadable as error:
            self._fault(error.line, error.key, **error.params)
        except yaml.MarkedYAMLError as error:
            key, mark = _problem(error), error.problem_mark or error.context_mark
            # What is never closed is noticed at the end only; where it was opened is what helps.
            if error.context_mark and mark and (key == "quote" or mark.line > data.rstrip().count(b"\n")):
                mark = error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self._fault(line, key, column=column)
        except yaml.YAMLError:
            self._fault(1, "syntax", column=1)
        return None

    def _fault(self, line: int, key: str, **params: str | int) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(self._file, line, "", f"pack.fault.yaml.{key}", params))

    def _document(self, events: Iterator[yaml.Event]) -> Node | None:
        root: Node | None = None
        open_nodes: list[_Open] = []
        told: set[str] = set()
        for event in events:
            mark = event.start_mark
            place = Place(self._file, mark.line + 1, mark.column + 1) if mark else Place(self._file, 1, 1)
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                raise Unreadable(place.line, "documents")
            if not isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                continue
            for key in _refused(event) - told:
                # Once a file: who marks one place so marks hundreds.
                told.add(key)
                self._fault(place.line, key)
            self._count(place.line)
            node: Node
            if isinstance(event, yaml.CollectionStartEvent):
                if len(open_nodes) == limits.DEEPEST:
                    raise Unreadable(place.line, "deep", most=limits.DEEPEST)
                open_nodes.append(_Open(place, is_table=isinstance(event, yaml.MappingStartEvent)))
                continue
            if isinstance(event, yaml.CollectionEndEvent):
                node = self._closed(open_nodes.pop())
            elif isinstance(event, yaml.ScalarEvent):
                node = Scalar(event.value, not event.style, place)
            else:
                node = Scalar("*", False, place)
            if open_nodes:
                open_nodes[-1].nodes.append(node)
            else:
                root = node
        return root

    def _count(self, line: int) -> None:
        self._values += 1
        if self._values > limits.MOST_VALUES:
            raise Unreadable(line, "values", most=limits.MOST_VALUES)

    def _closed(self, done: "_Open") -> Node:
        if not done.is_table:
            return Series(tuple(done.nodes), done.place)
        entries: dict[str, tuple[Scalar, Node]] = {}
        for name, value in zip(done.nodes[::2], done.nodes[1::2], strict=True):
            if not isinstance(name, Scalar):
                self._fault(name.place.line, "field_name")
            elif name.text in entries:
                first = entries[name.text][0].place.line
                self._fault(name.place.line, "twice", name=excerpt(name.text), first_line=first)
            else:
                entries[name.text] = (name, value)
        return Table(tuple(entries.values()), done.place)


class _Open:
    """A list or table whose end has not come yet; a table's names and values take turns."""

    def __init__(self, place: Place, *, is_table: bool) -> None:
        self.place = place
        self.is_table = is_table
        self.nodes: list[Node] = []


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(data.count(b"\n", 0, error.start) + 1, "encoding") from error
    for pattern, key in ((_NOT_YAML, "character"), (_DIRECTIVE, "directive")):
        if found := pattern.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise Unreadable(line, key, code=f"U+{ord(found[0]):04X}")
    return text


def _refused(event: yaml.Event) -> set[str]:
    """Parts of YAML that let a small file become a large or a strange one."""
    if isinstance(event, yaml.AliasEvent):
        return {"alias"}
    refused = set()
    if getattr(event, "anchor", None):
        refused.add("alias")
    if getattr(event, "tag", None):
        refused.add("tag")
    return refused


def _problem(error: yaml.MarkedYAMLError) -> str:
    said = f"{error.context} {error.problem}"
    return next((key for words, key in _PROBLEMS if words in said), "syntax")
