"""Hours of collective study (学时): what adds up to them, in quarters of an hour so that nothing is lost in rounding."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

QUARTERS = 4  # in an hour


@dataclass(frozen=True)
class Line:
    """What brought hours: a meeting attended, or one made up for. `quarters` are quarters of an hour."""

    on: date
    title: str
    quarters: int
    made_up: bool = False


@dataclass(frozen=True)
class Hours:
    """Somebody's hours of a year, newest first, beside what the regulation calls general (党员教育管理工作条例, Art. 20)."""

    year: int
    target: int
    lines: tuple[Line, ...]

    @property
    def quarters(self) -> int:
        return sum(line.quarters for line in self.lines)


def of_year(year: int, lines: Iterable[Line], *, target: int) -> Hours:
    """The hours of that year."""
    mine = sorted(
        (line for line in lines if line.on.year == year and line.quarters > 0),
        key=lambda line: (line.on, line.title),
        reverse=True,
    )
    return Hours(year, target, tuple(mine))


def shown(quarters: int) -> str:
    """6 -> "1.5", 8 -> "2"."""
    return f"{quarters / QUARTERS:.2f}".rstrip("0").rstrip(".")
