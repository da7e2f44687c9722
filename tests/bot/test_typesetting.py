"""Chinese lines: what may begin and end one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import typesetting


def measure(text: str) -> float:
    """A Chinese sign is two wide, a Latin one one."""
    return sum(1 if sign.isascii() else 2 for sign in text)


def set_(text: str, width: float) -> list[str]:
    return [line for line, _ in typesetting.lines(text, width, measure)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("全心全意为人民服务", 8, ["全心全意", "为人民服", "务"]),
        ("全心全意，为人民服务。", 8, ["全心全", "意，为人", "民服务。"]),
        ("学习《中国共产党章程》", 6, ["学习", "《中国", "共产党", "章程》"]),
        ("于19:30召开", 6, ["于", "19:30", "召开"]),
        ("讨论“八条”……散会", 12, ["讨论“八", "条”……散会"]),
        ("第一行\n第二行", 20, ["第一行", "第二行"]),
        ("", 10, [""]),
        ("很长的Donaudampfschifffahrt", 8, ["很长的", "Donaudam", "pfschiff", "fahrt"]),
        ("出席 20 人 缺席", 8, ["出席 20", "人 缺席"]),
    ],
)
def test_lines_break_where_chinese_lines_may(text: str, width: float, lines: list[str]) -> None:
    assert set_(text, width) == lines


def test_only_the_last_line_of_a_paragraph_is_not_spread() -> None:
    assert [last for _, last in typesetting.lines("一二三四五\n六", 4, measure)] == [False, False, True, True]


TEXTS = st.text(alphabet="党员大会，。（）《》“”……abc 123\n、", max_size=80)


@given(TEXTS, st.integers(8, 40))
def test_nothing_is_lost_but_white_space(text: str, width: int) -> None:
    assert "".join("".join(set_(text, width)).split()) == "".join(text.split())


@given(TEXTS, st.integers(8, 40))
def test_no_line_is_too_wide(text: str, width: int) -> None:
    assert all(measure(line) <= width for line in set_(text, width))


@given(st.text(alphabet="党员大会决议", min_size=1, max_size=40), st.integers(8, 20), st.data())
def test_a_single_mark_never_begins_a_line(text: str, width: int, data: st.DataObject) -> None:
    for place in sorted(data.draw(st.sets(st.integers(1, len(text)))), reverse=True):
        text = text[:place] + data.draw(st.sampled_from("，。、）")) + text[place:]
    assert not any(line[0] in typesetting.NEVER_FIRST for line in set_(text, width)[1:])
