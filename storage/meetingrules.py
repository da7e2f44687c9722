"""Reads content/meetings.yaml: what a committee has decided about its meetings."""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from storage import yamlfiles
from storage.rulefiles import RuleFault
from study.cadence import Every
from study.calendar import parse_clock
from study.hours import QUARTERS
from study.makeup import MakeUpRules
from study.meetings import OWN, Kind, MeetingRules, Roll
from study.members import Level, MemberKind
from study.votes import Rule

SHIPPED = Path(__file__).parents[1] / "content" / "meetings.yaml"
LONGEST_KEY = 12  # it has to fit into a button


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _CheckIn(_Model):
    opens: int = Field(15, ge=0, le=24 * 60)
    late: int = Field(10, ge=0, le=24 * 60)


class _Votes(_Model):
    rule: Rule
    article: str = ""


class _Cadence(_Model):
    every: Every
    units: list[Level] = [Level.BRANCH]
    article: str = ""


class _MakeUp(_Model):
    kinds: list[str] = []
    days: int = Field(14, ge=1, le=365)
    remind: int = Field(3, ge=0, le=365)
    questions: int = Field(3, ge=1, le=10)
    hours: float = Field(1, ge=0, le=24, multiple_of=0.25)


class _Kind(_Model):
    name: str = Field(min_length=1, max_length=20)
    roll: Roll = Roll.MEMBERS
    votes: _Votes | None = None
    cadence: _Cadence | None = None
    start: str = "19:30"
    minutes: int = Field(120, ge=5, le=24 * 60)
    hours: float = Field(0, ge=0, le=24, multiple_of=0.25)

    @field_validator("start")
    @classmethod
    def _a_time_of_day(cls, value: str) -> str:
        if parse_clock(value) is None:
            raise ValueError('should be a time of day in quotation marks, such as "19:30"')
        return value


class _Meetings(_Model):
    check_in: _CheckIn = Field(default_factory=lambda: _CheckIn.model_validate({}))
    optional: list[MemberKind] = []
    hours_a_year: int = Field(32, ge=0, le=1000)
    settled: int = Field(60, ge=0, le=24 * 60)
    quiet_word: int = Field(3, ge=0, le=12)
    make_up: _MakeUp = Field(default_factory=lambda: _MakeUp.model_validate({}))
    kinds: dict[str, _Kind]

    @field_validator("kinds")
    @classmethod
    def _keys_fit(cls, kinds: dict[str, _Kind]) -> dict[str, _Kind]:
        for key in kinds:
            small = key.isascii() and key.isalpha() and key.islower() and len(key) <= LONGEST_KEY
            if not small or key == OWN:
                raise ValueError(
                    f"{key!r} should be a word of at most {LONGEST_KEY} small letters other than {OWN!r}"
                )
        return kinds

    @model_validator(mode="after")
    def _kinds_are_known(self) -> "_Meetings":
        if unknown := set(self.make_up.kinds) - set(self.kinds):
            raise ValueError(f"make_up.kinds names {', '.join(sorted(unknown))}, which is no kind below")
        return self


def read(path: Path) -> MeetingRules:
    """The rules of the file, or the shipped ones when there is none. Raises RuleFault."""
    path = path if path.exists() else SHIPPED
    try:
        found = _Meetings.model_validate(yamlfiles.load(path))
    except ValidationError as fault:
        faults = (f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in fault.errors())
        raise RuleFault(f"{path.name}: {'; '.join(faults)}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise RuleFault(f"{path.name}: {fault}") from fault
    return MeetingRules(
        kinds={key: _kind(key, kind) for key, kind in found.kinds.items()},
        opens=found.check_in.opens,
        late=found.check_in.late,
        optional=frozenset(found.optional),
        hours_a_year=found.hours_a_year,
        settled=found.settled,
        quiet_word=found.quiet_word,
        make_up=_make_up(found.make_up),
    )


def _kind(key: str, kind: _Kind) -> Kind:
    return Kind(
        key,
        kind.name,
        roll=kind.roll,
        rule=kind.votes.rule if kind.votes else None,
        rule_source=kind.votes.article if kind.votes else "",
        every=kind.cadence.every if kind.cadence else None,
        every_source=kind.cadence.article if kind.cadence else "",
        levels=frozenset(kind.cadence.units if kind.cadence else ()),
        start=parse_clock(kind.start) or 0,
        minutes=kind.minutes,
        quarters=round(kind.hours * QUARTERS),
    )


def _make_up(found: _MakeUp) -> MakeUpRules:
    return MakeUpRules(
        kinds=frozenset(found.kinds),
        days=found.days,
        questions=found.questions,
        most=round(found.hours * QUARTERS),
        remind_days=found.remind,
    )
