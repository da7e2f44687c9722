"""What a notice may say, how it is filled in, and when a monthly one is due."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.audience import Audience, toggled, with_unit
from study.members import MemberKind, Role
from study.notices import (
    MOST_CAPTION,
    MOST_TEXT,
    BadAlbum,
    BadMarkup,
    BlanksLeft,
    Empty,
    Monthly,
    Piece,
    TooLong,
    UnknownVariable,
    check,
    fill,
    fill_blank,
    next_blank,
    plain,
    seconds_left,
    title,
    units16,
    with_piece,
)

PHOTO = Piece("photo", "f", "u")


@pytest.mark.parametrize(
    "body",
    [
        "好",
        "<b>周五</b> <i>三点</i>",
        '<a href="https://example.org/?a=1&amp;b=2">链接</a>',
        "<blockquote expandable>长文</blockquote>",
        '<pre><code class="language-python">x &lt; 1</code></pre>',
        "<tg-spoiler>谜底</tg-spoiler>",
        "{姓名}同志，{支部}",
        "长" * MOST_TEXT,
    ],
)
def test_what_telegram_takes_is_taken(body: str) -> None:
    check(body, ())


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("周五<b>三点", "三点"),
        ("周五</b>三点", "</b>"),
        ("<b>周<i>五</b></i>", "周五</b>"),
        ("<table>周五</table>", "<table>"),
        ("<a>这里</a>", "<a>"),
    ],
)
def test_bad_markup_is_refused_with_the_place(body: str, place: str) -> None:
    with pytest.raises(BadMarkup) as refusal:
        check(body, ())
    assert place in str(refusal.value.params["place"])


def test_too_long_is_refused_with_the_length_and_where_it_would_be_cut() -> None:
    with pytest.raises(TooLong) as refusal:
        check("一" * MOST_CAPTION + "多出来的", (PHOTO,))
    assert refusal.value.params["length"] == MOST_CAPTION + 4
    assert str(refusal.value.params["place"]).endswith("多出来的")


def test_markup_counts_for_nothing_and_an_emoji_for_two() -> None:
    check("<b>" + "字" * MOST_TEXT + "</b>", ())
    assert units16("好😀") == 3
    with pytest.raises(TooLong):
        check("😀" * (MOST_TEXT // 2 + 1), ())


def test_room_is_kept_for_long_names() -> None:
    with pytest.raises(TooLong):
        check("{姓名}" + "字" * (MOST_TEXT - 4), ())


def test_empty_mixed_and_unknown_are_refused() -> None:
    for body, media, refusal in (
        (" \n", (), Empty),
        ("<b></b>", (), Empty),
        ("", (PHOTO, Piece("document", "f2", "u2")), BadAlbum),
        ("", tuple(Piece("photo", f"f{n}", f"u{n}") for n in range(11)), BadAlbum),
        ("{性名}同志", (), UnknownVariable),
        ("在{什么地点?}开会", (), BlanksLeft),
    ):
        with pytest.raises(refusal):
            check(body, media)
    check("", (PHOTO,))


@pytest.mark.parametrize("body", ["请{<b>姓名</b>}看", "{<b>姓</b>名}同志", "<b>{支部</b>}的"])
def test_formatting_within_the_braces_is_refused_with_the_place(body: str) -> None:
    with pytest.raises(BadMarkup) as refusal:
        check(body, ())
    assert "{" in str(refusal.value.params["place"])


@given(st.permutations(range(5)), st.lists(st.integers(0, 4), max_size=5))
def test_an_album_is_in_order_however_its_parts_come_and_come_again(
    order: list[int], again: list[int]
) -> None:
    body, media = "旧", (Piece("photo", "f", "u", group="old"),)
    for place in [*order, *again]:
        piece = Piece("photo", f"f{place}", f"u{place}", group="g", place=place)
        body, media = with_piece(body, media, said=f"<b>{place}</b>" if place % 2 else "", piece=piece)
    assert [piece.place for piece in media] == [0, 1, 2, 3, 4]
    assert sorted(body.split("\n")) == ["<b>1</b>", "<b>3</b>"]


def test_anything_else_takes_the_place_of_an_album() -> None:
    album = (Piece("photo", "f1", "u1", group="g"), Piece("photo", "f2", "u2", group="g"))
    for piece in (PHOTO, Piece("photo", "f3", "u3", group="h")):
        assert with_piece("旧", album, said="新", piece=piece) == ("新", (piece,))


@given(st.text(max_size=50), st.text(max_size=20))
def test_names_are_escaped_and_nothing_else_is_touched(words: str, name: str) -> None:
    words = words.replace("{", "").replace("<", "").replace("&", "").replace("\r", "")
    filled = fill(words + "{姓名}", name=name, unit="")
    assert filled.startswith(words)
    assert "<" not in filled
    if "\0" not in name and "\r" not in name:
        assert plain(filled) == words + name


def test_blanks_are_filled_in_turn() -> None:
    body = "{姓名}：{时间?}在{地点？}"
    assert next_blank(body) == "时间"
    body = fill_blank(body, " 周五<3点> ")
    assert next_blank(body) == "地点"
    assert fill_blank(body, "示教室") == "{姓名}：周五&lt;3点&gt;在示教室"


def test_the_title_is_the_first_line() -> None:
    assert title("\n<b>会议通知</b>\n周五", ()) == "会议通知"
    assert title("{姓名}同志：流感疫苗到了", ()) == "流感疫苗到了"
    assert title("{支部}今天开会", ()) == "今天开会"
    assert title("", (Piece("document", "f", "u", "安排.pdf"),)) == "安排.pdf"
    assert len(title("长" * 99, ())) == 40


@given(
    st.integers(1, 31),
    st.integers(0, 1439),
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.integers(0, 1439),
)
def test_a_month_has_one_due_day_and_the_next_is_the_first_to_come(
    day: int, minute: int, today: date, now: int
) -> None:
    monthly = Monthly(day, minute)
    due = monthly.next_due(today, now)
    assert (due, minute) > (today, now)
    assert due.day == day or (due.day < day and (due + timedelta(days=1)).day == 1)
    assert due - today <= timedelta(days=62)
    following = monthly.next_due(due, minute)
    assert (following.year * 12 + following.month) - (due.year * 12 + due.month) == 1


def test_the_time_left_is_reckoned_at_the_limit_and_never_better_than_so_far() -> None:
    assert seconds_left(900, rate=30) == 30
    assert seconds_left(900, rate=30, done=100, elapsed=10) == 90
    assert seconds_left(900, rate=float("inf")) == 0


# Whom it is for.


@given(
    st.builds(
        Audience,
        units=st.lists(st.integers(1, 50), max_size=3).map(tuple),
        roles=st.lists(st.sampled_from(Role), max_size=2, unique=True).map(tuple),
        kinds=st.lists(st.sampled_from(MemberKind), max_size=2, unique=True).map(tuple),
        unconfirmed=st.none() | st.integers(1, 9),
        unanswered=st.booleans(),
        absent=st.none() | st.integers(1, 9),
        members=st.lists(st.integers(1, 50), max_size=3).map(tuple),
        groups=st.lists(st.integers(-50, -1), max_size=3).map(tuple),
    )
)
def test_an_audience_is_kept_whole(audience: Audience) -> None:
    assert Audience.read(audience.stored()) == audience


def test_choosing_again_takes_away() -> None:
    assert toggled(toggled((1,), 2), 1) == (2,)


def test_choosing_a_branch_narrows_the_whole_down_to_it() -> None:
    assert with_unit({1: "/1/"}, 4, "/1/2/4/") == (4,)
    assert with_unit({4: "/1/2/4/"}, 5, "/1/2/5/") == (4, 5)
    assert with_unit({4: "/1/2/4/", 5: "/1/2/5/"}, 2, "/1/2/") == (2,)
    assert with_unit({4: "/1/2/4/"}, 4, "/1/2/4/") == ()
