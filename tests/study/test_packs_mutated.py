"""Whatever a pack has become, it is accepted or refused with words; nothing else happens."""

import copy
import sys
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.views import packs as views
from study import packs
from study.items import Pack
from study.packs import Reading
from tests.sample_packs import dumped, item, lesson, pack, read, read_text

STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=20),
    st.sampled_from(
        ["", "AC", "Z", "对", "[object Object]", "2018-13-01", "\x00", "\u202e", "长" * 7000, "../x"]
    ),
    st.dates(),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a tree with each of its keys."""
    if isinstance(value, dict):
        own: list[tuple[Any, Any]] = [(value, key) for key in value]
        return own + [place for child in value.values() for place in places(child)]
    if isinstance(value, list):
        own = [(value, index) for index in range(len(value))]
        return own + [place for child in value for place in places(child)]
    return []


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """The sample with a few values changed, lost, doubled or renamed."""
    values = copy.deepcopy(pack())
    for _ in range(draw(st.integers(1, 3))):
        spots = places(values)
        if not spots:
            break
        container, key = draw(st.sampled_from(spots))
        match draw(st.sampled_from(["change", "lose", "double", "rename"])):
            case "lose":
                del container[key]
            case "double" if isinstance(container, list):
                container.append(copy.deepcopy(container[key]))
            case "rename" if isinstance(container, dict):
                container[draw(st.text(min_size=1, max_size=8))] = container.pop(key)
            case _:
                container[key] = draw(STRANGE)
    return values


def check(reading: Reading) -> None:
    assert (reading.pack is None) == bool(reading.faults)
    for locale in ("zh", "en"):
        assert all(line.strip() for line in views.findings(reading.faults, locale))
    if reading.pack:
        assert packs.from_json(Pack, packs.to_json(reading.pack)) == reading.pack


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_pack_with_changed_values_is_accepted_or_refused(values: Any) -> None:
    check(read(values))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_pack_with_changed_letters_is_accepted_or_refused(data: st.DataObject) -> None:
    text = dumped(pack())
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    put = data.draw(st.text(alphabet="：:- \n\t'\"[]{}&*!|>%@`#,?A甲\ufeff\x85", max_size=6))
    check(read_text(text[:start] + put + text[end:]))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_refused_as_a_pack(text: str) -> None:
    assert read_text(text.encode(errors="replace").decode()).faults


def calls(text: str) -> int:
    """How many functions are called to read a pack: a measure of work that no busy machine disturbs."""
    counted: Counter[str] = Counter()
    sys.setprofile(lambda frame, event, argument: counted.update([event]))
    try:
        read_text(text)
    finally:
        sys.setprofile(None)
    return counted["call"] + counted["c_call"]


def large(size: int, **wrong: Any) -> str:
    lessons = [lesson(id=f"lesson-{number}") for number in range(size)]
    items = [
        item(**{"id": f"item-{number}", "lesson": f"lesson-{number}", **wrong}) for number in range(size)
    ]
    return dumped(pack(lessons=lessons, items=items, plan={"months": []}))


def test_work_grows_no_faster_than_the_pack() -> None:
    read(pack())
    assert calls(large(400)) < 10.5 * calls(large(40))
    assert calls(large(400, lesson="lesson-x")) < 10.5 * calls(large(40, lesson="lesson-x"))
