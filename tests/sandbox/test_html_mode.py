"""Parse mode HTML: what it takes, what it refuses and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.text.formatted import Formatted, read
from sandbox.text.problems import EntityProblem


def told(formatted: Formatted) -> tuple[str, list[tuple[Any, ...]]]:
    """The text, and each entity as its type, offset, length and whatever else it has."""
    usual = ("type", "offset", "length")
    return formatted.text, [
        (*(entity[name] for name in usual), *(value for name, value in entity.items() if name not in usual))
        for entity in formatted.entities
    ]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("没有标记", "没有标记", []),
        ("<b>三会</b><i>一课</i>", "三会一课", [("bold", 0, 2), ("italic", 2, 2)]),
        ("<strong>a</strong><em>b</em>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
        ("<u>a</u>-<ins>b</ins>", "a-b", [("underline", 0, 1), ("underline", 2, 1)]),
        ("<s>a</s>-<strike>b</strike>-<del>c</del>", "a-b-c", [("strikethrough", n, 1) for n in (0, 2, 4)]),
        ("<tg-spoiler>答案</tg-spoiler>", "答案", [("spoiler", 0, 2)]),
        ('<span class="tg-spoiler">答案</span>', "答案", [("spoiler", 0, 2)]),
        ("🏥<b>🏥院</b>", "🏥🏥院", [("bold", 2, 3)]),
        ("<b>外<i>内</i></b>", "外内", [("bold", 0, 2), ("italic", 1, 1)]),
        ("1 &lt; 2 &amp;&amp; &quot;3&quot; &#39;4&#x27; &nbsp;", "1 < 2 && \"3\" '4' &nbsp;", []),
        ("&lt", "<", []),
        (
            "<a href='https://dangjian.cn/a?b=1&amp;c=2'>党建网</a>",
            "党建网",
            [("text_link", 0, 3, "https://dangjian.cn/a?b=1&c=2")],
        ),
        ("<a href=example.org>x</a>", "x", [("text_link", 0, 1, "http://example.org/")]),
        ("<a href='javascript:alert(1)'>x</a>", "x", []),
        ("<a href='tg://user?id=7'>王</a>", "王", [("text_mention", 0, 1, {"id": 7})]),
        ("<code>x &lt; y</code>", "x < y", [("code", 0, 5)]),
        ("<pre>a\n b</pre>", "a\n b", [("pre", 0, 4)]),
        ("<pre><code class='language-yaml'>a: 1</code></pre>", "a: 1", [("pre", 0, 4, "yaml")]),
        ("<code class='language-yaml'>a</code>", "a", [("code", 0, 1)]),
        ("<blockquote>引文</blockquote>", "引文", [("blockquote", 0, 2)]),
        ("<blockquote expandable>引文</blockquote>", "引文", [("expandable_blockquote", 0, 2)]),
        ("<tg-emoji emoji-id='5368'>👍</tg-emoji>", "👍", [("custom_emoji", 0, 2, "5368")]),
        ("<b></b>空", "空", []),
        ("<B>大写</b >", "大写", [("bold", 0, 2)]),
        ("<b>省略</>", "省略", [("bold", 0, 2)]),
    ],
)
def test_markup_becomes_text_and_entities(source: str, text: str, entities: list[Any]) -> None:
    assert told(read(source, parse_mode="HTML")) == (text, entities)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("党<b", "Unclosed start tag at byte offset 3"),
        ("a <div>b</div>", 'Unsupported start tag "div" at byte offset 2'),
        ("第一行<br>第二行", 'Unsupported start tag "br" at byte offset 9'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href='x>y</a>", "Unclosed start tag at byte offset 0"),
        ("<a href=a,b>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<b =1>y</b>", 'Empty attribute name in the tag "b" at byte offset 0'),
        ("<tg-emoji emoji-id='x'>y</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_bad_markup_is_refused_with_its_place_in_bytes(source: str, fault: str) -> None:
    with pytest.raises(EntityProblem) as refusal:
        read(source, parse_mode="HTML")
    assert str(refusal.value) == f"can't parse entities: {fault}"


def test_half_of_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(EntityProblem, match="unmatched surrogate code units"):
        read("&#xD83C;", parse_mode="HTML")
