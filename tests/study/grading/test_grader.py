"""Marks and their reasons, question by question."""

import pytest

from study.grading import Grade, Grader, Lexicon, Task, Verdict
from study.items import Kind, Point

CORRECT, PARTIAL, WRONG = Verdict.CORRECT, Verdict.PARTIAL, Verdict.WRONG
WORDS = Lexicon(
    synonyms=(("患者", "病人"), ("告知", "告诉"), ("立即", "马上"), ("毛泽东", "毛主席")),
    antonyms=(("大多数", "极少数"), ("公开", "保密"), ("严", "宽"), ("接通电源", "切断电源")),
    lookalikes=("持特", "准淮"),
)
GRADER = Grader(WORDS)


def ask(kind: Kind, question: str, *points: str | Point, **more: object) -> Task:
    made = tuple(one if isinstance(one, Point) else Point(one) for one in points)
    return Task(kind, question, made, **more)  # type: ignore[arg-type]


def mark(task: Task, answer: str) -> Grade:
    return GRADER.grade(task, answer)


def keys(grade: Grade) -> set[str]:
    return {reason.key for reason in grade.reasons}


SELF = ask(Kind.FILL, "发展党员必须把______放在首位。", Point("政治标准", ("政治条件",)))
FOUR = ask(Kind.LIST, "“四个意识”是指什么？", "政治意识", "大局意识", "核心意识", "看齐意识")
VOTE = ask(Kind.SHORT, "预备党员有没有表决权？", "没有")
HOURS = ask(Kind.NUMBER, "党员每年集中学习一般不少于多少学时？", "32学时")


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        ("政治标准", CORRECT, "exact"), ("政治条件", CORRECT, "exact"), ("政治标淮", CORRECT, "slip"), ("zhengzhibiaozhun", CORRECT, "pinyin"), ("", WRONG, "empty"), ("🙂", WRONG, "empty"), ("不知道", WRONG, "unknown"),
        ("发展党员必须把____放在首位", WRONG, "question_copy"), ("不把政治标准放在首位", WRONG, "negated"), ("政治标准或业务标准", WRONG, "alternatives"), ("政治标准、业务能力", PARTIAL, "extra"), ("业务能力", WRONG, "missing"),
        ("政治标准、业务能力、工作年限", WRONG, "alternatives"),
    ],
)  # fmt: skip
def test_a_blank(answer: str, verdict: Verdict, reason: str) -> None:
    grade = mark(SELF, answer)
    assert grade.verdict is verdict
    assert reason in keys(grade)


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        ("三十二", CORRECT, None), ("最多32学时", WRONG, "comparator"), ("23学时", WRONG, "figure"), ("32小时", WRONG, None), ("32学时或40学时", WRONG, "alternatives"), ("很多", WRONG, "figure_missing"),
        ("不是32学时", WRONG, "negated"), ("一般32学时，书记班子成员56学时", PARTIAL, "alternatives"),
    ],
)  # fmt: skip
def test_a_figure(answer: str, verdict: Verdict, reason: str | None) -> None:
    grade = mark(HOURS, answer)
    assert grade.verdict is verdict
    assert reason is None or reason in keys(grade)


def test_reasons_name_the_figure_that_was_wanted() -> None:
    assert [dict(reason.params) for reason in mark(HOURS, "23学时").reasons] == [
        {"given": "23学时", "wanted": "32学时"}
    ]
    when = ask(Kind.NUMBER, "秋收起义爆发于哪年哪月哪日？", "1927年9月9日")
    coarse = mark(when, "1927年9月")
    assert coarse.verdict is PARTIAL
    assert [dict(reason.params) for reason in coarse.reasons] == [{"wanted": "1927年9月9日"}]


def test_a_tolerance_lets_near_figures_pass() -> None:
    near = ask(Kind.NUMBER, "正常体温约多少度？", "36.5度", tolerance=0.5)
    assert mark(near, "37度").verdict is CORRECT
    assert mark(near, "38度").verdict is WRONG


def test_ranges_and_named_days() -> None:
    depth = ask(Kind.NUMBER, "深度是多少？", "5—6厘米")
    marks = [mark(depth, answer).verdict for answer in ("至少5厘米，不超过6厘米", "不超过6厘米、不少于5厘米", "五六厘米", "5.5厘米", "至少6厘米，不超过5厘米", "7厘米")]  # fmt: skip
    assert marks == [CORRECT, CORRECT, CORRECT, PARTIAL, PARTIAL, WRONG]
    uprising = ask(Kind.NUMBER, "南昌起义发生在哪一天？", "1927年8月1日")
    assert [mark(uprising, answer).verdict for answer in ("27年八一", "1927年八七")] == [CORRECT, WRONG]
    assert (
        mark(ask(Kind.NUMBER, "一二·九运动是哪年哪月哪日？", "1935年12月9日"), "35年一二九").verdict
        is CORRECT
    )


def test_figures_asked_together_count_each() -> None:
    both = ask(Kind.NUMBER, "支部书记每年培训几次，每次几天？", "1次", "3天")
    assert mark(both, "一次，三天").verdict is CORRECT
    assert mark(both, "1次").verdict is PARTIAL
    assert mark(both, "2次，5天").verdict is WRONG


def test_a_decimal_is_not_the_figure_without_its_point() -> None:
    assert mark(ask(Kind.NUMBER, "多少米？", "2.5米"), "25米").verdict is WRONG
    assert mark(ask(Kind.NUMBER, "比例？", "30:2"), "吹2次按30次").verdict is WRONG
    assert mark(ask(Kind.NUMBER, "两项处分各几年？", "两年；两年"), "都是两年").verdict is CORRECT


@pytest.mark.parametrize(
    ("answer", "verdict", "missing", "extras"),
    [
        ("政治、大局、核心、看齐", CORRECT, (), ()), ("看齐意识，核心意识，大局意识，政治意识", CORRECT, (), ()), ("政治意识大局意识核心意识看齐意识", CORRECT, (), ()),
        ("1.政治意识\n2.大局意识", PARTIAL, (2, 3), ()), ("政治意识、大局意识、核心意识、看齐意识、责任意识", PARTIAL, (), ("责任意识",)), ("政治意识", WRONG, (1, 2, 3), ()),
        ("不要政治意识、不要大局意识、不要核心意识、不要看齐意识", WRONG, (0, 1, 2, 3), ("不要政治意识", "不要大局意识", "不要核心意识", "不要看齐意识")),
        ("这我记得是政治意识、大局意识、核心意识和看齐意识吧", CORRECT, (), ()),
    ],
)  # fmt: skip
def test_a_list(answer: str, verdict: Verdict, missing: tuple[int, ...], extras: tuple[str, ...]) -> None:
    grade = mark(FOUR, answer)
    assert (grade.verdict, grade.missing, grade.extras) == (verdict, missing, extras)


def test_a_list_with_more_wrong_than_right_is_stuffing() -> None:
    grade = mark(FOUR, "政治意识、大局意识、责任意识、服务意识、忧患意识")
    assert grade.verdict is WRONG
    assert "stuffing" in keys(grade)


def test_order_counts_only_where_the_item_says_so() -> None:
    steps = ("胸外按压", "开放气道", "人工呼吸")
    answer = "开放气道、胸外按压、人工呼吸"
    assert mark(ask(Kind.LIST, "三步是什么？", *steps), answer).verdict is CORRECT
    ordered = mark(ask(Kind.LIST, "三步依次是什么？", *steps, ordered=True), answer)
    assert ordered.verdict is PARTIAL
    assert "order" in keys(ordered)
    assert mark(ask(Kind.LIST, "三步依次是什么？", *steps, ordered=True), "、".join(steps)).verdict is CORRECT


def test_points_of_a_list_may_be_figures() -> None:
    tasks = ask(Kind.LIST, "按压的要点有哪些？", "深度5—6厘米", "每分钟100—120次", "30:2")
    assert mark(tasks, "深度5到6厘米，每分钟100至120次，30比2").verdict is CORRECT
    assert mark(tasks, "深度5到6厘米，每分钟60至80次，15比2").verdict is not CORRECT


def test_points_weigh_as_their_author_says() -> None:
    task = ask(Kind.LIST, "三项职责？", Point("监督", weight=3), Point("执纪"), Point("问责"))
    assert mark(task, "监督").score > mark(task, "执纪").score


def test_a_match_points_at_what_was_typed() -> None:
    answer = "我觉得是：政治標準吧"
    grade = mark(SELF, answer)
    assert [answer[match.start : match.end] for match in grade.matched] == ["政治標準"]
    listed = mark(FOUR, "核心意识，政治意识")
    assert [(match.point, match.start, match.end) for match in listed.matched] == [(0, 5, 9), (2, 0, 4)]


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("没有", CORRECT), ("无", CORRECT), ("转正前都没有的", CORRECT), ("有", WRONG), ("有表决权", WRONG), ("哪有啊", CORRECT), ("不知道", WRONG), ("❌", CORRECT), ("✅", WRONG), ("表决通过", WRONG),
        ("可以参加，但不能表决", PARTIAL), ("不能不有", WRONG), ("不得不有", WRONG), ("没有吗？", CORRECT), ("预备党员有没有表决权", WRONG),
    ],
)  # fmt: skip
def test_yes_or_no(answer: str, verdict: Verdict) -> None:
    assert mark(VOTE, answer).verdict is verdict


GIFT = ask(Kind.SHORT, "医务人员能不能收患者红包？", "不能")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("绝对不行，要退回去", CORRECT), ("不能收，会受处分的", CORRECT), ("不能，只有正式的奖金才行", CORRECT), ("不能，但小额的可以", PARTIAL), ("不能吧，除非是亲戚", PARTIAL), ("不能收，患者硬塞的可以收", PARTIAL),
        ("可以，没人的时候能收", WRONG), ("虚心接受别人的批评", WRONG), ("别碰，赶快打110", WRONG), ("鞋子要防滑，需要帮忙及时叫人", WRONG),
    ],
)  # fmt: skip
def test_yes_or_no_may_be_explained_but_not_taken_back(answer: str, verdict: Verdict) -> None:
    assert mark(GIFT, answer).verdict is verdict


def test_the_denial_is_named() -> None:
    grade = mark(SELF, "不把政治标准放在首位")
    assert [dict(reason.params) for reason in grade.reasons if reason.key == "negated"] == [{"word": "不"}]


def test_the_passive_is_another_role() -> None:
    rights = ask(Kind.LIST, "没有哪三项权利？", "表决权", "选举权", "被选举权")
    assert mark(rights, "表决权、选举权").missing == (2,)
    assert mark(rights, "表决权、被选举权").missing == (1,)
    assert mark(ask(Kind.FILL, "没有____", "选举权"), "被选举权").verdict is WRONG


def test_a_reference_may_say_yes_with_a_condition() -> None:
    task = ask(Kind.SHORT, "党员对决议有不同意见，是否可以声明保留？", "可以，在坚决执行的前提下声明保留")
    assert mark(task, "可以").verdict is CORRECT
    assert mark(task, "不可以").verdict is WRONG


@pytest.mark.parametrize(
    ("reference", "answer", "verdict"),
    [
        ("党指挥枪", "枪指挥党", WRONG), ("党指挥枪", "枪由党指挥", CORRECT), ("党对人民军队的绝对领导", "人民军队对党的绝对领导", WRONG), ("严以修身", "宽以修身", WRONG), ("不得公开", "保密", CORRECT), ("保密", "公开", WRONG),
        ("党委领导下的院长负责制", "院长负责制", PARTIAL), ("党委领导下的院长负责制", "院长领导下的党委负责制", WRONG), ("从近心端向远心端挤出", "从远心端往近心端挤出", WRONG), ("从近心端向远心端挤出", "由近心端往远心端挤出", CORRECT), ("请假", "请个假", CORRECT), ("请假", "没请个假", WRONG), ("防止感染", "免得感染", CORRECT), ("自己", "基层组织基础工作", WRONG),
        ("七届二中全会", "七届三中全会", WRONG), ("论持久战", "论特久战", CORRECT), ("21世纪海上丝绸之路", "20世纪海上丝绸之路", WRONG), ("告知患者", "告诉病人", CORRECT),
        ("每季度召开一次党员大会", "一季度开一次党员大会", CORRECT), ("每季度召开一次党员大会", "每月召开一次党员大会", WRONG), ("每季度召开一次党员大会", "召开党员大会", PARTIAL),
    ],
)  # fmt: skip
def test_words_and_their_opposites(reference: str, answer: str, verdict: Verdict) -> None:
    assert mark(ask(Kind.SHORT, "请作答", reference), answer).verdict is verdict


def test_a_short_answer_counts_its_parts() -> None:
    task = ask(Kind.SHORT, "两个答案是什么？", "让人民监督政府；党的自我革命")
    assert mark(task, "自我革命、人民监督政府").verdict is CORRECT
    half = mark(task, "自我革命")
    assert half.verdict is PARTIAL
    assert {reason.key: dict(reason.params) for reason in half.reasons}["missing"] == {
        "points": "让人民监督政府"
    }


def test_brackets_may_be_left_out() -> None:
    task = ask(Kind.NUMBER, "培训几天？", "3天（24学时）")
    assert [mark(task, answer).verdict for answer in ("3天", "24学时", "三天，24学时", "5天")] == [
        CORRECT
    ] * 3 + [WRONG]


def test_what_an_author_insists_on() -> None:
    task = ask(
        Kind.SHORT, "发现触电怎么办？", "立即切断电源，再施救", must=("切断电源",), must_not=("用手拉",)
    )
    assert mark(task, "马上切断电源，再施救").verdict is CORRECT
    pulled = mark(task, "切断电源后用手拉，再施救")
    assert pulled.verdict is WRONG
    assert "must_not" in keys(pulled)
    lax = ask(Kind.SHORT, "发现触电怎么办？", Point("断电施救", ("施救",)), must=("切断电源",))
    grade = GRADER.grade(lax, "马上施救")
    assert grade.verdict is PARTIAL
    assert "must" in keys(grade)


def test_a_task_without_points_has_no_right_answer() -> None:
    assert mark(ask(Kind.SHORT, "？"), "有").verdict is WRONG


def test_a_grader_without_words_still_reads_figures_lists_and_spelling() -> None:
    bare = Grader(Lexicon.empty())
    assert bare.grade(HOURS, "三十二个学时").verdict is CORRECT
    assert bare.grade(FOUR, "政治 大局 核心 看齐").verdict is CORRECT
    assert bare.grade(SELF, "政治標準").verdict is CORRECT
    more = WORDS.extended(Lexicon(synonyms=(("组织意识", "政治意识"),)))
    assert Grader(more).grade(FOUR, "组织意识、大局意识、核心意识、看齐意识").verdict is CORRECT


KEPT = ask(Kind.NUMBER, "门诊病历和住院病历的保存时间分别不少于多少年？", "15年；30年")
DANGER = ask(Kind.FILL, "最大政治优势是______群众，最大危险是______群众。", "密切联系；脱离")
LEVELS = ask(Kind.LIST, "分级护理有哪几级？", "特级护理", "一级护理", "二级护理")
CHECKS = ask(Kind.LIST, "“三查”是什么？", "操作前查", "操作中查", "操作后查")
FIRE = ask(Kind.SHORT, "扑救电气火灾，首先应该做什么？", "切断电源")
LIFT = ask(Kind.SHORT, "火灾中能不能坐电梯？应该怎么走？", "不能坐电梯，应走楼梯")
NURSES = ask(Kind.NUMBER, "国际护士节是几月几日？", "5月12日")
CODE = ask(Kind.NUMBER, "自哪年哪月哪日起施行？", "2021年1月1日")


@pytest.mark.parametrize(
    ("task", "answer", "verdict"),
    [
        (KEPT, "15年，30年", CORRECT), (KEPT, "30年，15年", WRONG), (KEPT, "门诊30年、住院15年", WRONG), (KEPT, "住院30年、门诊15年", CORRECT),
        (DANGER, "密切联系；脱离", CORRECT), (DANGER, "脱离；密切联系", WRONG), (LEVELS, "特级护理、一级护理、二级护理、五级护理", PARTIAL),
        (CHECKS, "操作前不查、操作中不查、操作后不查", WRONG), (FIRE, "切断水源", WRONG), (LIFT, "不行，要走楼梯", CORRECT), (LIFT, "不能", PARTIAL),
        (NURSES, "wu yue shi er hao", CORRECT), (NURSES, "wu yue shi san hao", WRONG), (CODE, "2021年元旦", CORRECT), (CODE, "2021年国庆", WRONG),
    ],
)  # fmt: skip
def test_what_is_asked_in_turn_and_what_stands_for_it(task: Task, answer: str, verdict: Verdict) -> None:
    assert mark(task, answer).verdict is verdict


ROUND = ask(Kind.SHORT, "无菌物品掉在地上还能使用吗？", "不能，视为污染")
DUTY = ask(Kind.SHORT, "要不要同本人谈话？", "要")
COPIES = ask(Kind.SHORT, "患者有没有权利查阅、复制病历？", "有权查阅，也有权复制")
LOOK = ask(Kind.SHORT, "施救时第一步判断什么？", "判断意识和呼吸")
ORDER = ask(Kind.SHORT, "急救的次序是什么？", "先重后轻")
STOP = ask(Kind.SHORT, "输液处肿了怎么办？", "立即停止输液")
WHY = ask(Kind.SHORT, "为什么手术前要禁食？", "防止呕吐误吸")
DRUG = ask(Kind.FILL, "首选药物是______。", "肾上腺素")
MARCH = ask(Kind.LIST, "“四个伟大”是指什么？", "伟大斗争", "伟大工程", "伟大事业", "伟大梦想")
FORMS = ask(Kind.LIST, "处理的比例怎样？", "轻处分成为大多数", "立案审查的成为极少数")
PENALTY = ask(Kind.LIST, "处分有哪些？", "警告", "严重警告")
RULES = ask(Kind.LIST, "安全生产要求是什么？", "管行业必须管安全", "管业务必须管安全")
TERM = ask(Kind.NUMBER, "书记每届任期几年？", "3年")
MEETS = ask(Kind.NUMBER, "党小组会多久开一次？", "每月1次")
HEAT = ask(Kind.NUMBER, "正常体温是多少摄氏度？", "36～37℃")
RATE = ask(Kind.NUMBER, "交纳百分之几？", "0.5%")
LONGER = ask(Kind.NUMBER, "延长不能少于多久，最长不超过多久？", "不能少于半年，最长不超过1年")
DRILL = ask(Kind.NUMBER, "至少多久进行一次防火检查？", "每季度一次")
BRIDGE = ask(Kind.NUMBER, "卢沟桥事变发生于哪年哪月哪日？", "1937年7月7日")
SPECIAL = ask(Kind.SHORT, "党内允许不允许有特殊党员？", "不允许")
LINE = ask(Kind.FILL, "根本工作路线是______。", "群众路线")
SUGAR = ask(Kind.NUMBER, "“两个15”：先吃多少克糖，过多少分钟复测？", "15克糖，15分钟后复测")


@pytest.mark.parametrize(
    ("task", "answer", "verdict"),
    [
        (ROUND, "没有污染，能用", WRONG), (ROUND, "没有问题，能用", WRONG), (ROUND, "想都别想", CORRECT), (ROUND, "那哪行啊", CORRECT), (ROUND, "不行，用消过毒的才可以", CORRECT),
        (ROUND, "无菌物品掉在地上还能使用吗：不能", CORRECT), (DUTY, "没必要，看材料就行", WRONG), (DUTY, "用不着", WRONG), (DUTY, "要的，我记得是这样", CORRECT), (COPIES, "有权查阅，但不能复制", PARTIAL),
        (LOOK, "判断呼吸", PARTIAL), (LOOK, "不判断意识和呼吸", WRONG), (ORDER, "先轻后重", WRONG), (STOP, "停掉输液", CORRECT), (STOP, "继续输液", WRONG),
        (WHY, "容易呕吐误吸", CORRECT), (WHY, "为了让他呕吐误吸", WRONG), (DRUG, "去甲肾上腺素", WRONG), (DRUG, "肾上腺素，这是规定", CORRECT), (DRUG, "肾上腺素、阿托品", PARTIAL),
        (MARCH, "进行伟大斗争、建设伟大工程、推进伟大事业、实现伟大梦想", CORRECT), (MARCH, "首先伟大斗争，其次伟大工程，然后伟大事业，还有伟大梦想", CORRECT), (FORMS, "轻处分成为大多数，立案审查的也成为大多数", PARTIAL), (PENALTY, "警告、严重公正", PARTIAL), (PENALTY, "我记得是警告、严重警告", CORRECT),
        (RULES, "管行业不管安全、管业务不管安全", WRONG), (TERM, "三年一换", CORRECT), (TERM, "3年是不对的", WRONG), (TERM, "3年，不是5年", CORRECT), (MEETS, "月月都开一回", CORRECT), (MEETS, "不是每月一次", WRONG),
        (HEAT, "36～37度", CORRECT), (HEAT, "36～37华氏度", WRONG), (RATE, "0.5‰", WRONG), (RATE, "千分之五", CORRECT), (SUGAR, "15克堂，15分钟后付测", CORRECT), (SUGAR, "15克糖，50分钟后复测", PARTIAL),
        (LONGER, "半年到一年", CORRECT), (LONGER, "半年到两年", PARTIAL), (DRILL, "至少进行一次防火检查", WRONG), (DRILL, "一季度一次", CORRECT), (MEETS, "个把月开一回", CORRECT), (BRIDGE, "民国二十六年七月七日", CORRECT), (SPECIAL, "不容许", CORRECT), (SPECIAL, "允许", WRONG), (LINE, "郡众路线", CORRECT), (LINE, "干部路线", WRONG),
        (NURSES, "5yue12ri", CORRECT), (FIRE, "qieduandianyuan", CORRECT), (FIRE, "buyaoqieduandianyuan", WRONG), (CHECKS, "操作之前查、操作中查、操作之后查", CORRECT),
    ],
)  # fmt: skip
def test_what_people_say_around_an_answer(task: Task, answer: str, verdict: Verdict) -> None:
    assert mark(task, answer).verdict is verdict


def test_a_match_points_behind_the_question_said_again() -> None:
    answer = "党员每年集中学习一般不少于多少学时？32学时"
    assert [answer[match.start : match.end] for match in mark(HOURS, answer).matched] == ["32学时"]


def test_another_word_in_the_place_of_one_is_told_from_other_words() -> None:
    task = ask(Kind.SHORT, "实行什么负责制？", "党委领导下的院长负责制")
    assert mark(task, "党委领导下的主任负责制").verdict is not CORRECT
    assert mark(task, "党委领导的院长负责制").verdict is CORRECT


DAYS = ask(Kind.LIST, "分别在哪几天接种？", "第0天", "第3天", "第7天", "第14天", "第28天")
LESS = ask(Kind.LIST, "“三减”是减哪三样？", "减盐", "减油", "减糖")
LEVELS = ask(Kind.LIST, "实行哪三级管理？", "非限制使用级", "限制使用级", "特殊使用级")
BAND = ask(Kind.NUMBER, "正常范围是多少？", "18.5至23.9")
TUTORS = ask(Kind.NUMBER, "应当指定几名培养联系人？", "1至2名")
WAIST = ask(Kind.NUMBER, "腰围达到多少厘米？", "90厘米")
SWEET = ask(Kind.NUMBER, "不超过多少克？", "50克")
HALF_YEAR = ask(Kind.NUMBER, "多长时间考察一次？", "半年")
MONTHS = ask(Kind.NUMBER, "一般应在几个月内审批？特殊情况不得超过几个月？", "3个月，6个月")
PROXY = ask(Kind.SHORT, "因故没能到会的党员，能不能委托别人代为投票？", "不能")
MORE = ask(Kind.SHORT, "党员自愿多交党费，可以吗？", "可以")
WASH = ask(Kind.FILL, "最简单、最有效的措施是______。", "洗手")
BITE = ask(Kind.SHORT, "被狗咬伤后第一步应该做什么？", "立即用肥皂水和流动清水冲洗伤口")
ROUTES = ask(Kind.LIST, "三条传播途径是什么？", "性接触传播", "血液传播", "母婴传播")


@pytest.mark.parametrize(
    ("task", "answer", "verdict"),
    [
        (DAYS, "0、3、7、14、28", CORRECT), (DAYS, "0、3、7、15、30天", PARTIAL), (BAND, "十八点五到二十三点九", CORRECT), (TUTORS, "一两位", CORRECT), (TUTORS, "十二位", WRONG),
        (WAIST, "二尺七寸", CORRECT), (WAIST, "二尺六寸", WRONG), (SWEET, "一两", CORRECT), (SWEET, "二两", WRONG), (HALF_YEAR, "班年", CORRECT), (MONTHS, "3个月，后面那个不清楚", PARTIAL),
        (LESS, "减严、减油、减唐", CORRECT), (LEVELS, "非限制使用级、限制使用极、特殊使用级", CORRECT), (LEVELS, "限制使用级、特殊使用级", PARTIAL),
        (FOUR, "政治意识、局大意识、核心意识、看齐意识", CORRECT), (SELF, "政治标标准", CORRECT), (SELF, "政治准标", CORRECT), (ROUTES, "性接触、血液、母婴，还有蚊子咬", PARTIAL), (ROUTES, "性接触、血液，还有一个忘了", PARTIAL),
        (PROXY, "請別人代投是不允許的", CORRECT), (PROXY, "因故没能到会的党员委托别人代为投票", WRONG), (MORE, "不可以，只能照标准交", WRONG), (WASH, "戴口罩洗手通风消毒隔离打疫苗", WRONG),
        (BITE, "冲洗", PARTIAL), (BITE, "不冲洗", WRONG),
    ],
)  # fmt: skip
def test_slips_rows_of_figures_and_pieces(task: Task, answer: str, verdict: Verdict) -> None:
    assert mark(task, answer).verdict is verdict


LIMITS = ask(Kind.NUMBER, "预备期时间不能少于多久，最长不超过多久？", "半年，1年")
INDEX = ask(Kind.NUMBER, "体重指数正常范围的下限和上限各是多少？", "18.5，23.9")
PRESSURE = ask(Kind.NUMBER, "收缩压、舒张压分别达到多少mmHg应考虑高血压？", "140mmHg，90mmHg")
FRIDGE = ask(Kind.NUMBER, "疫苗应冷藏在多少摄氏度到多少摄氏度？", "2～8℃")
FREEZER = ask(Kind.NUMBER, "血浆的保存温度是多少？", "-20℃")
SPIRIT = ask(Kind.NUMBER, "皮肤消毒常用的酒精浓度是百分之多少？", "75%")
VITAMIN = ask(Kind.FILL, "坏血病是由于缺乏______引起的。", "维生素C")
PEOPLE = ask(Kind.FILL, "党始终把______放在心中最高位置。", "人民")
TOUCH = ask(Kind.SHORT, "能不能接触患者？", "不能")
LOOKS = ask(Kind.LIST, "中医“四诊”是哪四诊？", "望", "闻", "问", "切")
TYPES = ask(Kind.LIST, "ABO血型系统的四种血型是什么？", "A型", "B型", "AB型", "O型")


@pytest.mark.parametrize(
    ("task", "answer", "verdict"),
    [
        (LIMITS, "不少于6个月，不超过12个月", CORRECT), (LIMITS, "最长不超过一年，最短不少于半年", CORRECT), (LIMITS, "不少于三个月，最长一年", PARTIAL), (LIMITS, "三个月到两年", WRONG),
        (INDEX, "18.5到23.9", CORRECT), (INDEX, "十八点五和二十三点九", CORRECT), (INDEX, "18.5-27.9", PARTIAL), (INDEX, "19到27.9", WRONG), (PRESSURE, "140/90", CORRECT), (PRESSURE, "104/90", PARTIAL), (PRESSURE, "低于140/90", WRONG),
        (FRIDGE, "零上二度到八度", CORRECT), (FRIDGE, "零下8度到零下2度", WRONG), (FRIDGE, "-8到-2", WRONG), (FRIDGE, "2到18度", PARTIAL), (FRIDGE, "3到9度", WRONG), (FRIDGE, "5度", PARTIAL),
        (FREEZER, "零下二十度", CORRECT), (FREEZER, "负20度", CORRECT), (FREEZER, "20度", WRONG), (SPIRIT, "75度的酒精", CORRECT), (SPIRIT, "95度", WRONG),
        (VITAMIN, "维生素c", CORRECT), (VITAMIN, "维生素D", WRONG), (VITAMIN, "维生素A、B、C、D、E", WRONG), (ask(Kind.FILL, "恶性贫血是由于缺乏______。", "维生素B12"), "维生素B6", WRONG),
        (PEOPLE, "人民英雄", WRONG), (PEOPLE, "中国人民", CORRECT), (ask(Kind.FILL, "选出的是______。", "中央"), "中央纪律检查委员会", WRONG), (ask(Kind.FILL, "改革开放的总设计师是______。", "邓小平"), "邓小平爷爷", CORRECT), (TOUCH, "能，不能，都行", WRONG), (TOUCH, "不能，但隔着手套可以", PARTIAL),
        (LOOKS, "望诊、闻诊、问诊、切诊", CORRECT), (LOOKS, "望、闻、问、切、摸", PARTIAL), (TYPES, "A型、B型、AB型、O型、C型", PARTIAL), (TYPES, "O型、AB型、B型、A型", CORRECT),
        (ask(Kind.FILL, "运输氧气的是______。", "红细胞"), "红细胸", CORRECT), (ask(Kind.FILL, "抗疟新药是______。", "青蒿素"), "青嵩素", CORRECT), (ask(Kind.FILL, "每个人是自己健康的______。", "第一责任人"), "第一责仼人", CORRECT),
        (ask(Kind.FILL, "血液从右心室流入______。", "肺动脉"), "肝动脉", WRONG), (ask(Kind.FILL, "运输氧气的是______。", "红细胞"), "白细胞", WRONG), (ask(Kind.FILL, "枪杆子里面出______。", "政权"), "军权", WRONG),
    ],
)  # fmt: skip
def test_pairs_of_figures_letters_and_spoilt_words(task: Task, answer: str, verdict: Verdict) -> None:
    assert mark(task, answer).verdict is verdict, mark(task, answer)
