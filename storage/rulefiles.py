"""Reads the rules that stand beside the lessons as YAML: what a committee decides for itself."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from study.members import MemberKind
from study.points import Action, ActionRule, PointRules


class RuleFault(Exception):
    """A rule file cannot be used; the message says which, where and why."""


class _Action(BaseModel):
    model_config = ConfigDict(extra="forbid")

    points: int = Field(ge=0, le=1000)
    daily: int | None = Field(None, ge=0)
    yearly: int | None = Field(None, ge=0)


class _Points(BaseModel):
    model_config = ConfigDict(extra="forbid")

    base: int = Field(0, ge=0)
    exempt: list[MemberKind] = []
    actions: dict[Action, _Action]


def points(path: Path) -> PointRules:
    """The points rules of the file, or the defaults when there is none. Raises RuleFault."""
    if not path.exists():
        return PointRules.default()
    try:
        read = _Points.model_validate(_load(path))
    except ValidationError as fault:
        places = [".".join(str(part) for part in error["loc"]) for error in fault.errors()]
        told = "; ".join(
            f"{place}: {error['msg']}" for place, error in zip(places, fault.errors(), strict=True)
        )
        raise RuleFault(f"{path.name}: {told}") from None
    return PointRules(
        base=read.base,
        exempt=frozenset(read.exempt),
        actions={
            action: ActionRule(rule.points, rule.daily, rule.yearly) for action, rule in read.actions.items()
        },
    )


def _load(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise RuleFault(f"{path.name}: {fault}") from fault
