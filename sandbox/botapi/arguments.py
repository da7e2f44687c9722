"""The arguments of a call: from the address, a form, multipart or JSON, all alike."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import bad_request
from sandbox.state import Json


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart body."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Arguments:
    """Values as they came: strings from forms, JSON values from JSON."""

    values: Json = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def given(self, name: str) -> bool:
        return self.values.get(name) not in (None, "") or name in self.files

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float):
            return str(value)
        return json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """A number, or the default when it is none, as Telegram reads it."""
        value = self.values.get(name)
        try:
            return default if value is None else int(value)
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str, *, what: str = "") -> Any:
        """A JSON-serialized value; None when it is missing."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError as problem:
            raise bad_request(f"can't parse {what or name} JSON object") from problem

    def array(self, name: str, *, what: str = "") -> list[Any]:
        value = self.json(name, what=what)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f"can't parse {what or name}: expected an Array")
        return value

    def mapping(self, name: str, *, what: str = "") -> Json:
        value = self.json(name, what=what)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad_request(f"can't parse {what or name}: expected an Object")
        return value
