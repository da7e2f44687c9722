"""Figures are compared by what they mean."""

import pytest

from study.grading import numerals, quantities
from study.grading.normalise import fold
from study.grading.quantities import Fit, Quantity, Sort
from study.grading.wording import question

RIGHT, DOUBTFUL, COARSE, WRONG, OTHER = Fit.RIGHT, Fit.DOUBTFUL, Fit.COARSE, Fit.WRONG, Fit.OTHER


def parse(text: str, *, like: str = "") -> tuple[Quantity, ...]:
    """Figures of `text`, read with the expectation of the figure `like`."""
    wanted = parse(like) if like else ()
    dates = frozenset(2 if one.date[0] is None else 3 for one in wanted if one.sort is Sort.DATE)
    shares = any(one.sort is Sort.SHARE for one in wanted)
    folded = fold(text)
    canonical, _ = numerals.canonical(folded.text, folded.origin)
    return quantities.parse(canonical, dates=dates, shares=shares)


def fit(wanted: str, given: str, asked: str = "") -> Fit:
    one = question(asked)
    found = parse(given, like=wanted)
    assert len(found) == 1, found
    return quantities.fit(parse(wanted)[0], found[0], period=one.period, known=one.known)


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        # dates
        ("1921年7月23日", "一九二一年七月二十三日", RIGHT), ("1921年7月23日", "1921.7.23", RIGHT), ("1921年7月23日", "19210723", RIGHT),
        ("1921年7月23日", "21年7月23号", RIGHT), ("1921年7月23日", "1921年7月", COARSE), ("1921年7月23日", "7月23日", COARSE),
        ("1921年7月", "1921年7月23日", RIGHT), ("1922年7月", "1922年7月16日至23日", RIGHT), ("1921年", "1921", RIGHT), ("1921年", "1922年", WRONG),
        ("1921年7月", "1921-7", RIGHT), ("1949年", "49年", RIGHT), ("5月12日", "5.12", RIGHT), ("5月12日", "5/12", RIGHT), ("5月12日", "5-12", RIGHT),
        ("5月12日", "五月十二", RIGHT), ("5月12日", "512", RIGHT), ("8月1日", "八一", RIGHT), ("5月12日", "5月", COARSE), ("5月12日", "12月5日", WRONG),
        ("5月12日", "12日", COARSE), ("5月31日", "五月的最后一天，31号", RIGHT), ("1936年", "36", RIGHT), ("1921年7月", "13月", OTHER), ("5月12日", "99999", WRONG),
        ("1978年12月18日至22日", "1978年12月18日到22日", RIGHT), ("1978年12月18日至22日", "1978年12月18日", COARSE), ("4月", "四月份", RIGHT), ("1945年", "50%", OTHER),
        # durations
        ("6个月", "半年", RIGHT), ("2天", "48小时", RIGHT), ("1年", "12个月", RIGHT), ("一年半", "18个月", RIGHT), ("1年6个月", "18个月", RIGHT), ("1个半小时", "90分钟", RIGHT),
        ("1个月", "30天", DOUBTFUL), ("1年", "365天", DOUBTFUL), ("2个月", "50天", WRONG), ("1周", "7天", RIGHT), ("6个月", "6年", WRONG), ("6个月", "6", RIGHT), ("6个月", "6个", RIGHT),
        ("7个月", "7月", DOUBTFUL), ("18岁", "18周岁", RIGHT), ("18岁", "18年", RIGHT), ("5个工作日", "5天", COARSE), ("5个工作日", "一周", WRONG), ("10分", "10分钟", RIGHT), ("10分钟", "9分", OTHER),
        # counts, rates
        ("3名", "3个人", RIGHT), ("32学时", "32", RIGHT), ("32学时", "23学时", WRONG), ("5年", "5次", OTHER), ("每季度1次", "一年四次", RIGHT), ("每季度1次", "每月1次", WRONG), ("3个月", "每季度一次", RIGHT),
        ("3个月", "每季度", RIGHT), ("3年", "每3年一届", RIGHT), ("每季度1次", "三个月", RIGHT), ("每季度1次", "1次", COARSE), ("每季度1次", "每季度", RIGHT), ("1次", "每季度", OTHER), ("每周1次", "每月4次", WRONG),
        ("100—120次", "100到120次", RIGHT), ("100-120次/分", "每分钟100至120次", RIGHT), ("100—120次", "100次", COARSE), ("100—120次", "110次", COARSE), ("3至5人", "最少3人最多5人", RIGHT), ("0次", "每0年0次", RIGHT),
        ("15—30分钟", "一刻钟到半小时", RIGHT), ("每年1次", "每0年1次", WRONG),
        # measures, money, shares, ratios
        ("5—6厘米", "50-60毫米", RIGHT), ("5-6厘米", "5厘米到6厘米", RIGHT), ("5厘米", "5米", WRONG), ("1.5米", "一米五十厘米", RIGHT), ("120mmHg", "15千帕", WRONG), ("5克", "5000毫克", RIGHT), ("37℃", "37度", RIGHT),
        ("半数", "1/2", RIGHT), ("半数", "一半", RIGHT), ("半数", "50%", RIGHT), ("半数", "过半数", RIGHT), ("4/5", "八成", RIGHT), ("4/5", "0.8", RIGHT), ("4/5", "80", RIGHT), ("4/5", "三分之二", WRONG), ("0.5%", "千分之五", RIGHT),
        ("20%", "百分之二十", RIGHT), ("五成半", "55%", RIGHT), ("20%", "3天", OTHER), ("百分之五至百分之十", "5%-10%", RIGHT), ("30:2", "三十比二", RIGHT), ("30:2", "15:1", WRONG), ("30:2", "30", OTHER), ("32", "30:2", OTHER),
        ("20", "20%", WRONG), ("3天", "20%", OTHER), ("30年代", "三十年代", RIGHT), ("20世纪80年代", "20世纪80年代", RIGHT), ("第3条", "3", RIGHT), ("3天", "3月5日", OTHER), ("1/2", "5/0", OTHER),
    ],
)  # fmt: skip
def test_fit(wanted: str, given: str, expected: Fit) -> None:
    if given == "5/0":
        assert parse(given, like=wanted) == ()
    else:
        assert fit(wanted, given) is expected


@pytest.mark.parametrize(
    ("wanted", "given", "asked", "expected"),
    [
        ("1次", "一年一次", "党支部每年至少召开几次组织生活会？", RIGHT),
        ("1次", "半年一次", "党支部每年至少召开几次组织生活会？", WRONG),
        ("9月9日", "9月9日", "秋收起义爆发于1927年的哪一天？", RIGHT),
        ("1927年9月9日", "9月9日", "秋收起义爆发于1927年的哪一天？", RIGHT),
        ("32学时", "每月3天", "每年不少于多少学时？", OTHER),
        ("4次", "每天2次", "每月几次？", WRONG),
    ],
)
def test_the_question_gives_what_it_gives(wanted: str, given: str, asked: str, expected: Fit) -> None:
    assert fit(wanted, given, asked) is expected


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("不少于32学时", ">="), ("至少3人", ">="), ("3人以上", ">="), ("最多5天", "<="), ("不得超过5天", "<="), ("5天以内", "<="), ("超过半数", ">"), ("不足3人", "<"), ("3人", ""), ("年满18岁", ">="), ("多于3人", ">"), ("2小时以后", ">="),
    ],
)  # fmt: skip
def test_bounds(text: str, bound: str) -> None:
    assert parse(text)[0].bound == bound


@pytest.mark.parametrize(
    ("asked", "bound"),
    [
        ("一般不少于多少学时？", ">="),
        ("失去联系几个月以上？", ">="),
        ("不超过几天？", "<="),
        ("召开几次？", ""),
        ("谁主持？", ""),
        ("几日以内办理？", "<="),
    ],
)
def test_a_question_may_set_the_bound(asked: str, bound: str) -> None:
    assert question(asked).bound == bound


def test_what_is_taken_back_or_denied_does_not_count() -> None:
    assert [one.low for one in parse("3次，不对，是4次")] == [4]
    assert [(one.low, one.negated) for one in parse("不是30，是50")] == [(30, True), (50, False)]


def test_a_year_and_a_day_apart_are_one_date() -> None:
    assert parse("1921年，7月1日")[0].date == (1921, 7, 1)
    assert len(parse("1921年或7月1日")) == 2


def test_figures_that_are_no_dates_stay_figures() -> None:
    assert [one.sort for one in parse("12.5")] == [Sort.AMOUNT]
    assert parse("99月99日") == () or parse("99月99日")[0].sort is not Sort.DATE
