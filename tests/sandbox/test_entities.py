"""Entities whatever they came from: found ones, given ones, cleaning, nesting; offsets always in UTF-16 units."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration, markdown_decoration
from hypothesis import given
from hypothesis import strategies as st

from sandbox.text import found, rendered, utf16
from sandbox.text.formatted import Formatted, plain, read
from sandbox.text.problems import EntityProblem

from .test_html_mode import told

LETTERS = "a 党🏥é<&>*_`[]().!-\\\n|~>#"
TAGS = {
    "b": "bold",
    "i": "italic",
    "u": "underline",
    "s": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
}

Tree = str | tuple[str, list[Any]]


def trees() -> st.SearchStrategy[list[Tree]]:
    leaf = st.text(LETTERS, min_size=1, max_size=6)
    node = st.recursive(
        leaf,
        lambda inner: st.tuples(st.sampled_from(sorted(TAGS)), st.lists(inner, max_size=3)),
        max_leaves=12,
    )
    return st.lists(node, min_size=1, max_size=5)


def written(tree: Tree) -> str:
    if isinstance(tree, str):
        return escape(tree)
    return f"<{tree[0]}>{''.join(written(inner) for inner in tree[1])}</{tree[0]}>"


def spoken(tree: Tree) -> str:
    return tree if isinstance(tree, str) else "".join(spoken(inner) for inner in tree[1])


def marked(trees: list[Tree], kinds: frozenset[str] = frozenset()) -> list[tuple[str, frozenset[str]]]:
    """Each character with the styles over it; in code there is nothing but code."""
    letters: list[tuple[str, frozenset[str]]] = []
    for tree in trees:
        if isinstance(tree, str):
            over = frozenset({"code"}) if "code" in kinds else kinds
            letters += [(letter, over) for letter in tree]
        else:
            letters += marked(tree[1], kinds | {TAGS[tree[0]]})
    return letters


def styled(formatted: Formatted) -> list[tuple[str, frozenset[str]]]:
    """The same from text and entities, cut by their UTF-16 offsets."""
    units = formatted.text.encode("utf-16-le")
    over: list[set[str]] = [set() for _ in range(len(units) // 2)]
    for entity in formatted.entities:
        if entity["type"] in TAGS.values():
            for unit in range(entity["offset"], entity["offset"] + entity["length"]):
                over[unit].add(entity["type"])
    letters, at = [], 0
    for letter in formatted.text:
        letters.append((letter, frozenset(over[at])))
        at += utf16.length(letter)
    return letters


def trimmed(letters: list[tuple[str, frozenset[str]]]) -> list[tuple[str, frozenset[str]]]:
    while letters and letters[0][0] in " \n":
        letters = letters[1:]
    while letters and letters[-1][0] in " \n":
        letters = letters[:-1]
    return letters


@given(trees())
def test_every_character_keeps_its_styles_through_html(forest: list[Tree]) -> None:
    formatted = read("".join(written(tree) for tree in forest), parse_mode="HTML")
    assert styled(formatted) == trimmed(marked(forest))


@given(trees())
def test_entities_are_in_order_inside_the_text_and_never_cross(forest: list[Tree]) -> None:
    formatted = read("".join(written(tree) for tree in forest), parse_mode="HTML")
    total = utf16.length(formatted.text)
    open_until = [total]
    last = 0
    for entity in formatted.entities:
        start, stop = entity["offset"], entity["offset"] + entity["length"]
        assert last <= start < stop <= total
        last = start
        while open_until[-1] <= start:
            open_until.pop()
        assert stop <= open_until[-1]
        open_until.append(stop)


@given(trees())
def test_what_another_library_writes_back_reads_the_same(forest: list[Tree]) -> None:
    formatted = read("".join(written(tree) for tree in forest), parse_mode="HTML")
    entities = [MessageEntity(**entity) for entity in formatted.entities]
    assert read(html_decoration.unparse(formatted.text, entities), parse_mode="HTML") == formatted


@given(
    st.lists(
        st.tuples(st.sampled_from(["bold", "spoiler", "code"]), st.text("ab党🏥.!-", min_size=1)), min_size=1
    )
)
def test_markdown_v2_that_another_library_writes_reads_the_same(pieces: list[tuple[str, str]]) -> None:
    # Apart by spaces: what touches, MarkdownV2 cannot always tell apart.
    text = " ".join(piece for _, piece in pieces)
    entities, at = [], 0
    for kind, piece in pieces:
        entities.append({"type": kind, "offset": at, "length": utf16.length(piece)})
        at += utf16.length(piece) + 1
    formatted = read(text, given=entities)
    source = markdown_decoration.unparse(formatted.text, [MessageEntity(**one) for one in formatted.entities])
    assert read(source, parse_mode="MarkdownV2") == formatted


@given(trees())
def test_the_html_for_the_page_reads_the_same(forest: list[Tree]) -> None:
    formatted = read("".join(written(tree) for tree in forest), parse_mode="HTML")
    kept = [entity for entity in formatted.entities if entity["type"] in TAGS.values()]
    shown = rendered.html(formatted.text, kept)
    assert styled(read(shown, parse_mode="HTML")) == styled(formatted)


@given(
    st.text(),
    st.lists(
        st.tuples(
            st.sampled_from(["bold", "italic", "code", "blockquote"]),
            st.integers(-5, 60),
            st.integers(-5, 60),
        )
    ),
)
def test_entities_given_by_hand_never_leave_the_text(
    text: str, given_entities: list[tuple[str, int, int]]
) -> None:
    entities = [{"type": kind, "offset": offset, "length": length} for kind, offset, length in given_entities]
    formatted = read(text, given=entities)
    for entity in formatted.entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16.length(formatted.text)


@given(st.text(LETTERS))
def test_index_and_byte_offset_agree_with_the_codecs(text: str) -> None:
    for position in range(len(text) + 1):
        units = len(text[:position].encode("utf-16-le")) // 2
        assert utf16.length(text[:position]) == units
        assert utf16.index(text, units) == position
        assert utf16.byte_offset(text, position) == len(text[:position].encode())


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("/start join_abc", [("bot_command", "/start")]),
        (
            "请点 /today 或 /quiz@branch_study_bot",
            [("bot_command", "/today"), ("bot_command", "/quiz@branch_study_bot")],
        ),
        ("a/b 1/2 http/x", []),
        ("@branch_study_bot 你好", [("mention", "@branch_study_bot")]),
        ("#三会一课 #2026", [("hashtag", "#三会一课")]),
        ("见 https://www.12371.cn/a?b=1，谢谢", [("url", "https://www.12371.cn/a?b=1")]),
        ("www.gov.cn。", [("url", "www.gov.cn")]),
        ("写信到 zhibu@hospital.cn", [("email", "zhibu@hospital.cn")]),
        ("价格 3.5 元", []),
    ],
)
def test_telegram_finds_these_by_itself(text: str, pieces: list[tuple[str, str]]) -> None:
    entities = found.entities(text)
    assert [(one["type"], utf16.cut(text, one["offset"], one["length"])) for one in entities] == pieces


def test_nothing_is_found_inside_code_or_links() -> None:
    formatted = read("<code>/today</code> <a href='http://a.cn/'>/quiz</a> /me", parse_mode="HTML")
    assert [entity["type"] for entity in formatted.entities] == ["code", "text_link", "bot_command"]


def test_styles_that_touch_become_one_and_crossing_ones_are_cut() -> None:
    assert told(read("<b>三</b><b>会</b>", parse_mode="HTML"))[1] == [("bold", 0, 2)]
    crossing = [{"type": "bold", "offset": 0, "length": 3}, {"type": "italic", "offset": 2, "length": 3}]
    assert told(read("abcdef", given=crossing))[1] == [("bold", 0, 3), ("italic", 2, 1), ("italic", 3, 2)]
    into_a_command = [{"type": "italic", "offset": 0, "length": 4}]
    assert told(read("a /today", given=into_a_command))[1] == [
        ("italic", 0, 2),
        ("bot_command", 2, 6),
        ("italic", 2, 2),
    ]


def test_outer_blanks_and_control_characters_go_and_offsets_follow() -> None:
    assert told(read(" \r\n<b> 党\r\n章</b>\n ", parse_mode="HTML")) == ("党\n章", [("bold", 0, 3)])
    assert plain("　　首行缩进").text == "　　首行缩进"
    assert plain(" 　 \n").text == ""


@pytest.mark.parametrize(
    ("entities", "fault"),
    [
        (["bold"], "can't parse MessageEntity: expected an Object"),
        (
            [{"type": "bold"}],
            'can\'t parse MessageEntity: fields "offset" and "length" must be of type Integer',
        ),
        (
            [{"type": "loud", "offset": 0, "length": 1}],
            "can't parse MessageEntity: unsupported type specified",
        ),
    ],
)
def test_entities_given_by_hand_must_be_entities(entities: list[Any], fault: str) -> None:
    with pytest.raises(EntityProblem) as refusal:
        read("abc", given=entities)
    assert str(refusal.value) == fault


def test_a_message_carries_at_most_a_hundred_entities() -> None:
    formatted = read(" ".join(["<b>a</b>"] * 150), parse_mode="HTML")
    assert len(formatted.entities) == 100


def test_only_our_own_tags_reach_the_page() -> None:
    formatted = read("<a href='http://a.cn/\"onclick=x'>&lt;script&gt;</a>", parse_mode="HTML")
    shown = rendered.html(formatted.text, formatted.entities)
    assert "<script" not in shown and '"onclick' not in shown
    assert rendered.html("a<b>", []) == "a&lt;b&gt;"
    assert (
        rendered.html("x", [{"type": "text_link", "offset": 0, "length": 1, "url": "javascript:x"}])
        == "<span>x</span>"
    )
