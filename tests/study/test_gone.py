"""A roll's figures are the same before and after somebody had themselves erased."""

from hypothesis import given
from hypothesis import strategies as st

from study import gone, meetings
from study.meetings import Duty, Mark, Seen

LINES = st.builds(Seen, st.sampled_from(list(Duty)), st.booleans(), st.none() | st.sampled_from(list(Mark)))


def test_of_nobody_nothing_stays() -> None:
    assert gone.seen(None) == [] and gone.made_up(None) == 0


@given(st.lists(st.tuples(LINES, st.booleans()), max_size=12), st.integers(0, 12))
def test_the_figures_stay_whoever_goes(roll: list[tuple[Seen, bool]], leaving: int) -> None:
    figures: dict[str, int] | None = None
    for line, made_up in roll[:leaving]:
        figures = gone.add(figures, line, made_up=made_up)
    stayed = [line for line, _ in roll[leaving:]]
    assert meetings.count(stayed + gone.seen(figures)) == meetings.count(line for line, _ in roll)
    assert gone.made_up(figures) == sum(made_up for _, made_up in roll[:leaving])
