"""A small pack with every kind of item, as plain values that a test changes to its taste."""

from collections.abc import Mapping
from typing import Any

import yaml

from storage.packfiles.yamltree import Reader
from study import packs
from study.packs import Fault, Reading

SOURCE = {"document": "中国共产党支部工作条例（试行）", "article": "第十一条", "date": "2018-10-28"}


def lesson(**changed: Any) -> dict[str, Any]:
    fields = {
        "id": "dahui",
        "title": "支部党员大会多久开一次",
        "body": "一般每季度召开一次。\n\n遇到急事可以随时召开。",
        "key_points": ["一般每季度一次", "半数以上有表决权的党员到会才能表决"],
        "source": SOURCE,
    }
    return {**fields, **changed}


def item(kind: str = "single", /, **changed: Any) -> dict[str, Any]:
    fields = {
        "id": f"dahui-{kind}",
        "kind": kind,
        "question": f"{kind}：支部党员大会一般多久开一次？______",
        "explanation": "一般每季度召开一次。",
        "source": SOURCE,
        "lesson": "dahui",
        **ANSWERS.get(kind, {}),
    }
    return {**fields, **changed}


ANSWERS: Mapping[str, dict[str, Any]] = {
    "single": {"options": ["每月", "每季度", "每年"], "answer": "B"},
    "multiple": {"options": ["党员大会", "党课", "朝会"], "answer": ["A", "B"]},
    "truefalse": {"answer": "对"},
    "fill": {"answer": "每季度", "aliases": ["一季度一次"]},
    "short": {"answer": "每季度召开一次"},
    "list": {"points": ["党员大会", {"text": "支委会", "aliases": ["支部委员会"], "weight": 1.5}, "党课"]},
    "number": {"answer": "1922年7月", "tolerance": 0},
}


def pack(**changed: Any) -> dict[str, Any]:
    fields = {
        "pack": {"id": "sample", "title": "样例"},
        "lessons": [lesson()],
        "items": [item(kind) for kind in ANSWERS],
        "plan": {"months": [{"month": 1, "theme": "三会一课", "weeks": ["一", "二"], "lessons": ["dahui"]}]},
    }
    return {**fields, **changed}


class _InFull(yaml.SafeDumper):
    """Writes what occurs twice twice: packs know no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def dumped(values: Any) -> str:
    return yaml.dump(values, Dumper=_InFull, allow_unicode=True, sort_keys=False)


def read_text(text: str, *, file: str = "pack.yaml", pictures: Mapping[str, str] | None = None) -> Reading:
    reader = Reader()
    document = reader.read(file, text.encode())
    documents = [] if document is None else [document]
    return packs.read(documents, pictures=pictures or {}, faults=reader.faults)


def read(values: Any, *, pictures: Mapping[str, str] | None = None) -> Reading:
    return read_text(dumped(values), pictures=pictures)


def keys(faults: tuple[Fault, ...]) -> set[str]:
    return {fault.key.removeprefix("pack.").removeprefix("fault.") for fault in faults}
