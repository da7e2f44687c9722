"""Parse modes MarkdownV2 and Markdown."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.text.formatted import read
from sandbox.text.problems import EntityProblem

from .test_html_mode import told


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        (
            "*粗* _斜_ __线__ ~删~ ||遮||",
            "粗 斜 线 删 遮",
            [
                ("bold", 0, 1),
                ("italic", 2, 1),
                ("underline", 4, 1),
                ("strikethrough", 6, 1),
                ("spoiler", 8, 1),
            ],
        ),
        ("*外_内_*", "外内", [("bold", 0, 2), ("italic", 1, 1)]),
        ("_斜__线___", "斜线", [("italic", 0, 2), ("underline", 1, 1)]),
        ("1\\. 点\\!", "1. 点!", []),
        ("🏥 `a*b_c`", "🏥 a*b_c", [("code", 3, 5)]),
        ("```yaml\na: 1\n```", "a: 1", [("pre", 0, 4, "yaml")]),
        ("[党建网](https://dangjian.cn/a\\)b)", "党建网", [("text_link", 0, 3, "https://dangjian.cn/a)b")]),
        ("[x](tg://user?id=7)", "x", [("text_mention", 0, 1, {"id": 7})]),
        ("![👍](tg://emoji?id=5368)", "👍", [("custom_emoji", 0, 2, "5368")]),
        (">引文\n>两行\n正文", "引文\n两行\n正文", [("blockquote", 0, 6)]),
        (">引文\n>很长||\n正文", "引文\n很长\n正文", [("expandable_blockquote", 0, 6)]),
        (">*引*\n_文_", "引\n文", [("blockquote", 0, 2), ("bold", 0, 1), ("italic", 2, 1)]),
    ],
)
def test_markdown_v2_becomes_text_and_entities(source: str, text: str, entities: list[Any]) -> None:
    assert told(read(source, parse_mode="MarkdownV2")) == (text, entities)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("1. 点", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("好!", "Character '!' is reserved and must be escaped with the preceding '\\'"),
        ("a > b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("党*粗", "Can't find end of Bold entity at byte offset 3"),
        ("_斜", "Can't find end of Italic entity at byte offset 0"),
        ("```yaml\na", "Can't find end of PreCode entity at byte offset 0"),
        ("[x](http://a.cn", "Can't find end of a URL at byte offset 4"),
        (">*引\n文*", "Can't find end of Bold entity at byte offset 1"),
        ("![x]", "Custom emoji entity must contain a tg://emoji URL"),
        ("![x](http://a.cn)", "Custom emoji URL must have scheme tg"),
        ("![x](tg://user?id=1)", 'Custom emoji URL must have host "emoji"'),
        ("![x](tg://emoji)", "Custom emoji URL must have an emoji identifier"),
    ],
)
def test_bad_markdown_v2_is_refused(source: str, fault: str) -> None:
    with pytest.raises(EntityProblem) as refusal:
        read(source, parse_mode="MarkdownV2")
    assert str(refusal.value) == f"can't parse entities: {fault}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        (
            "*粗* _斜_ `码` [网](http://a.cn/b)",
            "粗 斜 码 网",
            [("bold", 0, 1), ("italic", 2, 1), ("code", 4, 1), ("text_link", 6, 1, "http://a.cn/b")],
        ),
        ("```py\nx```", "x", [("pre", 0, 1, "py")]),
        ("a\\_b. c!", "a_b. c!", []),
        ("[没有地址]", "没有地址", []),
    ],
)
def test_the_old_markdown_has_no_nesting_and_few_reserved_characters(
    source: str, text: str, entities: list[Any]
) -> None:
    assert told(read(source, parse_mode="Markdown")) == (text, entities)


def test_the_old_markdown_says_where_an_entity_began() -> None:
    with pytest.raises(EntityProblem, match="Can't find end of the entity starting at byte offset 3"):
        read("党*粗", parse_mode="Markdown")


def test_an_unknown_parse_mode_is_refused() -> None:
    with pytest.raises(EntityProblem, match="unsupported parse_mode"):
        read("a", parse_mode="BBCode")
