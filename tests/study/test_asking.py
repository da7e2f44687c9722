"""Finding the lesson that answers a question."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study import asking, hearing
from study.asking import Index, NothingAsked
from study.curriculum import Curriculum
from study.items import Lesson, Pack
from tests.sample import LONG, PACK, SOURCE

FEES = Lesson(
    id="fees",
    title="党费怎么交",
    question="进修一年，党费在哪里交？",
    body="党费按月交，也可以请亲属代交。\n预备党员从支部大会通过之日起交纳党费。\n国际护士节是5月12日。",
    key_points=("按月交", "可以代交", "预备党员也交"),
    source=SOURCE,
    tags=("党费",),
)
TAUGHT = Curriculum.of([PACK, Pack(id="more", title="另一包", lessons=(FEES, LONG))])
INDEX = Index(TAUGHT, [("代交", "代缴")])
TWIN = Index(TAUGHT, [("代交", "代缴")])


def found(question: str) -> list[str]:
    return [hit.lesson.id for hit in INDEX.ask(question)]


@pytest.mark.parametrize(
    "question",
    [
        "党费怎么交",
        "党费咋交啊？？",
        "党費怎麼交",
        "ＤＡＮＧＦＥＩ zenme jiao",
        "预备党员交不交档费",  # a slip of the voice input
        "护士节是五月十二号吗",
        "请问一下，预备党员要交纳党费吗",
        "进修的时候党费能让家里人代缴吗",
    ],
)
def test_a_question_is_understood_in_any_words(question: str) -> None:
    assert found(question)[:1] == ["fees"]


@pytest.mark.parametrize(
    "question",
    ["食堂几点开饭", "wifi密码", "股票涨了没", "qwrtypsdfg", "？？？", "🙂", "什么", "怎么办呢", "123"],
)
def test_what_nothing_taught_answers_is_not_answered(question: str) -> None:
    assert found(question) == []


def test_nobody_is_told_what_to_take_against_an_illness() -> None:
    assert found("预备党员感冒了党费还没交，吃什么药好") == []


def test_a_hit_brings_the_passage_and_an_item_that_say_most_of_it() -> None:
    [first, *_] = INDEX.ask("预备党员什么时候开始交纳党费")
    assert first.passage == "预备党员从支部大会通过之日起交纳党费。"
    assert first.item is None
    [hit, *_] = INDEX.ask("四大考验里有没有执政考验")
    assert hit.item is not None and hit.item.id == "dahui-5"


@pytest.mark.parametrize("question", ["", "  \n", "党" * (asking.MOST_CHARACTERS + 1)])
def test_an_empty_or_endless_question_is_refused(question: str) -> None:
    with pytest.raises(NothingAsked):
        INDEX.ask(question)


def test_where_nothing_is_taught_nothing_is_found() -> None:
    assert Index(Curriculum()).ask("党费怎么交") == ()


WORDS = st.sampled_from(
    ["党费", "怎么", "交", "dangfei", "十二", "5月", "護士", " ", "？", "\u3000", "ü", "\ud83d", "a" * 40]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=5).map("".join)))
def test_any_text_gets_the_same_answer_twice_and_no_error(text: str) -> None:
    try:
        first = INDEX.ask(text)
    except NothingAsked:
        assert not text.strip() or len(text.strip()) > asking.MOST_CHARACTERS
        return
    assert len(first) <= asking.HITS
    assert INDEX.ask(text) == first
    assert TWIN.ask(text) == first


@given(st.text(max_size=200))
def test_hearing_anything_is_never_an_error(text: str) -> None:
    plain = hearing.plain(text)
    for part in (*hearing.words(plain), *hearing.pairs(plain), *hearing.sounds(plain)):
        assert part.strip()


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("五月十二号", "5月12日"),
        ("二十一人", "21人"),
        ("二〇二六年", "2026年"),
        ("三会一课", "三会一课"),
        ("十个人", "10个人"),
    ],
)
def test_numbers_are_heard_as_digits(said: str, heard: str) -> None:
    assert hearing.plain(said) == heard


def test_pinyin_is_cut_into_syllables_and_voices_blur() -> None:
    assert hearing.sounds("dangfei") == hearing.sounds("党费")
    assert hearing.sounds("zhengshen") == hearing.sounds("zensen")
