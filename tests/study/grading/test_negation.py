"""What a text denies, shown in brackets."""

import pytest

from study.grading import negation


@pytest.mark.parametrize(
    "shown",
    [
        "不得[泄露患者隐私]",
        "不是[30]，是50",
        "不是[30]是50",
        "不是[30]而是50",
        "不得[泄露]、[传播]",
        "不[伤害]、尊重",
        "起不[到作用]",
        "不[到]3人",
        "不[管安全]",
        "不[管]是谁",
        "不[监督]不[执纪]",
        "没有[监督]、没有[执纪]",
        "[参加会议]是不行的",
        "不能不参加",
        "坚定不移",
        "不[少于]3人",
        "不[超过]半数",
        "不[同意]",
        "毫不利己专门利人",
        "不得不参加",
        "别[把病人信息说出去]",
        "特别好",
        "党不[对军队实行领导]",
        "不能[推诿拒绝]",
        "是不是政治标准",
        "对不对称",
        "严禁[收受红包]",
        "削弱[党的领导]",
        "可以参加，但不能[表决]",
        "",
    ],
)
def test_scope(shown: str) -> None:
    text = shown.replace("[", "").replace("]", "")
    marks = negation.denied(text)
    wanted, inside = [], False
    for char in shown:
        if char in "[]":
            inside = char == "["
        else:
            wanted.append(inside)
    assert [mark for char, mark in zip(text, marks, strict=True) if char != "、"] == [
        mark for char, mark in zip(text, wanted, strict=True) if char != "、"
    ]


def test_words_of_negation_are_found() -> None:
    assert negation.words("不得泄露，坚定不移") == ((0, 2),)
