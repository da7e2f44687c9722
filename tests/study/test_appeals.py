"""What may be appealed, what a decision makes of a mark, and which words are the same."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study import appeals
from study.appeals import Accepted, BadWord, Offer, State
from study.grading import Grade, Reason, Verdict
from study.quiz import Mark
from tests.sample import LIST, SHORT


def mark(verdict: Verdict, score: float = 0.0, given_: str = "回答", **grade: object) -> Mark:
    return Mark(verdict, score, given_, grade=Grade(verdict, score, **grade))  # type: ignore[arg-type]


WRONG = mark(Verdict.WRONG, missing=(0,), reasons=(Reason("missing", {"points": "甲"}),), near_edge=True)
PARTIAL = mark(Verdict.PARTIAL, 0.75, missing=(1, 3), extras=("开放改革", "外面"))
RIGHT = mark(Verdict.CORRECT, 1.0)
TAPPED = Mark(Verdict.WRONG, 0.0, "A", (0,))
GAVE_UP = mark(Verdict.WRONG, given_="")


def test_only_words_that_are_not_right_may_be_appealed() -> None:
    assert [appeals.may_appeal(one) for one in (WRONG, PARTIAL, RIGHT, TAPPED, GAVE_UP)] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_what_is_near_the_edge_and_not_right_is_held() -> None:
    assert appeals.is_held(WRONG)
    assert not appeals.is_held(PARTIAL)
    assert not appeals.is_held(mark(Verdict.CORRECT, 1.0, near_edge=True))


def test_a_held_answer_counts_as_partly_right() -> None:
    assert appeals.counts_as(Verdict.WRONG, held=True) is Verdict.PARTIAL
    assert appeals.counts_as(Verdict.WRONG, held=False) is Verdict.WRONG


def test_an_accepted_answer_is_right_and_misses_nothing() -> None:
    done = appeals.decided(WRONG, State.ACCEPTED)
    assert (done.verdict, done.score, done.given) == (Verdict.CORRECT, 1.0, "回答")
    assert done.grade and done.grade.missing == () and not done.grade.near_edge
    assert [reason.key for reason in done.grade.reasons] == ["appeal_accepted"]


def test_partly_right_is_worth_half_at_least() -> None:
    assert appeals.decided(WRONG, State.PARTLY).score == 0.5
    assert appeals.decided(PARTIAL, State.PARTLY).score == 0.75
    assert appeals.decided(WRONG, State.PARTLY).verdict is Verdict.PARTIAL


def test_a_rejection_leaves_the_mark_and_says_who_looked() -> None:
    done = appeals.decided(WRONG, State.REJECTED)
    assert (done.verdict, done.score) == (Verdict.WRONG, 0.0)
    assert done.grade and [reason.key for reason in done.grade.reasons] == ["missing", "appeal_rejected"]


def test_the_whole_answer_is_offered_where_there_is_one_point() -> None:
    said = mark(Verdict.WRONG, given_=" 为人民谋幸福 ")
    assert appeals.offers(SHORT, said, State.ACCEPTED) == (Offer(0, "全心全意为人民服务", "为人民谋幸福"),)
    assert appeals.offers(SHORT, said, State.PARTLY) == ()
    assert appeals.offers(SHORT, said, State.REJECTED) == ()
    assert appeals.offers(SHORT, mark(Verdict.WRONG, given_="长" * 201), State.ACCEPTED) == ()


def test_pieces_are_offered_for_the_points_that_were_missing() -> None:
    assert appeals.offers(LIST, PARTIAL, State.PARTLY) == (
        Offer(1, "改革开放考验", "开放改革"),
        Offer(1, "改革开放考验", "外面"),
        Offer(3, "外部环境考验", "开放改革"),
        Offer(3, "外部环境考验", "外面"),
    )
    many = mark(Verdict.WRONG, missing=(0, 1, 2, 3), extras=("甲", "乙", "丙", "丁", "甲", " "))
    assert len(appeals.offers(LIST, many, State.ACCEPTED)) == appeals.MOST_OFFERS
    assert appeals.offers(LIST, TAPPED, State.ACCEPTED) == ()


def test_accepted_wordings_become_aliases_where_they_count() -> None:
    wordings = [
        Accepted("dahui-5", 1, "改革开放考验", "开放改革", "/1/"),
        Accepted("dahui-5", 1, "改革开放考验", "开放改革", "/1/2/"),
        Accepted("dahui-5", 1, "改革开放考验", "改革开放", "/1/"),  # known already
        Accepted("dahui-5", 0, "别的要点", "某某", "/1/"),  # the item has changed since
        Accepted("dahui-5", 3, "外部环境考验", "外面", "/9/"),  # somebody else's
        Accepted("dahui-5", 7, "没有", "没有", "/1/"),
    ]
    item = appeals.accepting(LIST, wordings, unit_path="/1/2/3/")
    assert item.points[1].aliases == ("改革开放", "开放改革")
    assert item.points[0] == LIST.points[0] and item.points[3] == LIST.points[3]
    assert appeals.accepting(LIST, wordings[3:], unit_path="/1/") is LIST


def test_wordings_are_found_by_item() -> None:
    one = Accepted("a", 0, "甲", "乙", "/1/")
    other = replace(one, item_id="b")
    assert appeals.by_item([one, other, one]) == {"a": (one, one), "b": (other,)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("全心全意为人民服务", "全心全意为人民服务。"),
        ("甲、乙", "甲，乙"),
        ("甲、乙", "甲\n乙"),
        ("每季度1次", "每季度１次"),
        ("為人民服務", "为人民服务"),
        ("“政治标准”", " 政治标准 "),
        ("VTE", "vte"),
        ("32学时！", "32学时"),
    ],
)
def test_what_differs_in_nothing_that_counts_is_the_same(one: str, other: str) -> None:
    assert appeals.same_words(one) == appeals.same_words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("不，是", "不是"),
        ("1.5", "15"),
        ("√", "×"),
        ("可以√", "可以×"),
        ("≥3", "≤3"),
        ("-3度", "3度"),
        ("甲乙", "乙甲"),
        ("不少于30", "少于30"),
        ("1/2", "12"),
    ],
)
def test_what_could_mean_something_else_is_not_the_same(one: str, other: str) -> None:
    assert appeals.same_words(one) != appeals.same_words(other)


@given(st.text(max_size=300))
def test_any_text_has_a_key_and_is_the_same_as_itself_with_space_around(text: str) -> None:
    assert appeals.same_words(text) == appeals.same_words(f" {text}\n")


def test_a_word_is_short_and_not_empty() -> None:
    assert appeals.checked_word(" 我说的是同一个意思 ") == "我说的是同一个意思"
    for text in ("", "  ", "长" * 301):
        with pytest.raises(BadWord):
            appeals.checked_word(text)


def test_what_is_better() -> None:
    assert appeals.is_better(Verdict.CORRECT, Verdict.PARTIAL)
    assert appeals.is_better(Verdict.PARTIAL, Verdict.WRONG)
    assert not appeals.is_better(Verdict.PARTIAL, Verdict.PARTIAL)
    assert not appeals.is_better(Verdict.WRONG, Verdict.CORRECT)
