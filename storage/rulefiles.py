"""Reads the rules that stand beside the lessons as YAML: what a committee decides for itself."""

from html import escape
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from storage import yamlfiles
from study import notices
from study.calendar import parse_clock
from study.columns import Column, Columns
from study.feasts import TERMS, Day, Feast, Feasts, Fixed, Kind, Lunar, Nth, Term
from study.members import Level, MemberKind
from study.points import Action, ActionRule, PointRules
from study.refusal import Refusal

NOTICE_TEMPLATES = Path(__file__).parents[1] / "content" / "notices.yaml"
LONGEST_DRAFT = 2_000  # characters: a reminder that takes a minute to read


class RuleFault(Exception):
    """A rule file cannot be used; the message says which, where and why."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Action(_Model):
    points: int = Field(ge=0, le=1000)
    daily: int | None = Field(None, ge=0)
    yearly: int | None = Field(None, ge=0)


class _Points(_Model):
    base: int = Field(0, ge=0)
    exempt: list[MemberKind] = []
    actions: dict[Action, _Action]


def points(path: Path) -> PointRules:
    """The points rules of the file, or the defaults when there is none. Raises RuleFault."""
    if not path.exists():
        return PointRules.default()
    read = _read(path, _Points)
    return PointRules(
        base=read.base,
        exempt=frozenset(read.exempt),
        actions={
            action: ActionRule(rule.points, rule.daily, rule.yearly) for action, rule in read.actions.items()
        },
    )


# --- columns --------------------------------------------------------------------------------------

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=24)]
Line = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^\S.*$")]


def _clock(text: str) -> str:
    if parse_clock(text) is None:
        raise ValueError("should be a time such as 17:00, in quotation marks")
    return text


class _Digest(_Model):
    weekday: int = Field(ge=1, le=7)
    time: Annotated[str, AfterValidator(_clock)]


class _Column(_Model):
    key: Key
    title: Line
    icon: Annotated[str, Field(min_length=1, max_length=8)]


class _Columns(_Model):
    digest: _Digest
    columns: list[_Column]

    @model_validator(mode="after")
    def _unique(self) -> "_Columns":
        _once([one.key for one in self.columns])
        return self


def columns(path: Path) -> Columns:
    """The columns of the file, or none when there is no file. Raises RuleFault."""
    if not path.exists():
        return Columns()
    read = _read(path, _Columns)
    return Columns(
        columns=tuple(Column(one.key, one.title, one.icon) for one in read.columns),
        weekday=read.digest.weekday,
        minute=parse_clock(read.digest.time) or 0,
    )


# --- the calendar of reminders --------------------------------------------------------------------


def _fixed(text: object) -> Fixed:
    day = Fixed(*_month_and_day(text))
    if day.on(2000).day != day.day:  # a leap year, which has every day there is
        raise ValueError("there is no such day")
    return day


def _lunar(text: object) -> Lunar:
    day = Lunar(*_month_and_day(text))
    if day.day > 30:
        raise ValueError("a lunar month has 30 days at most")
    return day


def _term(text: object) -> Term:
    if text not in TERMS:
        raise ValueError(f"is none of the solar terms {' '.join(TERMS)}")
    return Term(str(text))


def _month_and_day(text: object) -> tuple[int, int]:
    month, dash, day = str(text).partition("-")
    if not (dash and month.isdecimal() and day.isdecimal() and 1 <= int(month) <= 12 and int(day) >= 1):
        raise ValueError("should be month and day, such as 05-01")
    return int(month), int(day)


class _Nth(_Model):
    month: int = Field(ge=1, le=12)
    week: int = Field(ge=-1, le=4)
    weekday: int = Field(ge=1, le=7)

    @model_validator(mode="after")
    def _some_week(self) -> "_Nth":
        if self.week == 0:
            raise ValueError("week: 1 to 4, or -1 for the last")
        return self


class _Feast(_Model):
    key: Key
    title: Line
    day: Annotated[Fixed, BeforeValidator(_fixed)] | None = None
    lunar: Annotated[Lunar, BeforeValidator(_lunar)] | None = None
    term: Annotated[Term, BeforeValidator(_term)] | None = None
    nth: _Nth | None = None
    days_before: int = Field(ge=0, le=30)
    kind: Kind
    column: str | None = None
    source: Annotated[str, Field(min_length=1)]
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_DRAFT)]

    @field_validator("text")
    @classmethod
    def _can_be_sent(cls, text: str) -> str:
        _check_words(escape(text, quote=False))
        return text

    @model_validator(mode="after")
    def _one_day(self) -> "_Feast":
        if len(self._days()) != 1:
            raise ValueError("exactly one of day, lunar, term and nth is needed")
        return self

    def when(self) -> Day:
        return self._days()[0]

    def _days(self) -> list[Day]:
        nth = Nth(self.nth.month, self.nth.week, self.nth.weekday) if self.nth else None
        return [one for one in (self.day, self.lunar, self.term, nth) if one is not None]


class _Feasts(_Model):
    levels: list[Level]
    feasts: list[_Feast]

    @model_validator(mode="after")
    def _unique(self) -> "_Feasts":
        _once([one.key for one in self.feasts])
        return self


def feasts(path: Path, known: Columns) -> Feasts:
    """The calendar of the file, or an empty one when there is none. Raises RuleFault."""
    if not path.exists():
        return Feasts()
    read = _read(path, _Feasts)
    for place, one in enumerate(read.feasts):
        if one.column is not None and known.get(one.column) is None:
            raise RuleFault(f"{path.name}: feasts.{place}.column: there is no column {one.column}")
    return Feasts(
        feasts=tuple(
            Feast(
                key=one.key,
                title=one.title,
                day=one.when(),
                days_before=one.days_before,
                kind=one.kind,
                text=one.text.strip(),
                source=one.source,
                column=one.column,
            )
            for one in read.feasts
        ),
        levels=frozenset(read.levels),
    )


# --- templates of notices -------------------------------------------------------------------------


class _Template(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: str = Field(pattern="^[a-z]{1,20}$")
    title: str = Field(min_length=1, max_length=20)
    body: str
    receipt: bool = False

    @field_validator("body")
    @classmethod
    def _can_be_sent(cls, body: str) -> str:
        filled = body
        while notices.next_blank(filled) is not None:
            filled = notices.fill_blank(filled, "…")
        _check_words(filled)
        return body


class _Templates(BaseModel):
    model_config = ConfigDict(extra="forbid")

    templates: list[_Template]

    @field_validator("templates")
    @classmethod
    def _keys_differ(cls, templates: list[_Template]) -> list[_Template]:
        _once([one.key for one in templates])
        return templates


def notice_templates(path: Path) -> tuple[notices.Template, ...]:
    """The templates of usual notices in the file, none when there is no file. Raises RuleFault."""
    if not path.exists():
        return ()
    found = _read(path, _Templates).templates
    return tuple(notices.Template(one.key, one.title, one.body, one.receipt) for one in found)


def _check_words(body: str) -> None:
    """Raise ValueError for words that Telegram would not take."""
    try:
        notices.check(body, ())
    except Refusal as refusal:
        why = ", ".join(f"{name} {value!r}" for name, value in refusal.params.items())
        raise ValueError(f"cannot be sent: {refusal.key} {why}") from None


# --- reading --------------------------------------------------------------------------------------

M = TypeVar("M", bound=BaseModel)


def _read(path: Path, model: type[M]) -> M:
    try:
        return model.model_validate(_load(path))
    except ValidationError as fault:
        told = [
            f"{'.'.join(str(part) for part in error['loc'])}: {error['msg'].removeprefix('Value error, ')}"
            for error in fault.errors()
        ]
        raise RuleFault(f"{path.name}: {'; '.join(told)}") from None


def _once(keys: list[str]) -> None:
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise ValueError(f"key {', '.join(sorted(twice))} comes more than once")


def _load(path: Path) -> Any:
    try:
        return yamlfiles.load(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise RuleFault(f"{path.name}: {fault}") from fault
