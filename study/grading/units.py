"""Units of measure and of counting: which compare with which, and by what factor.

Months and days are two scales (a month has no fixed number of days), joined only where `quantities` says so.
"""

_SCALES: dict[str, dict[str, float]] = {
    "seconds": {
        **dict.fromkeys(("秒", "秒钟", "s", "sec"), 1),
        **dict.fromkeys(("分钟", "min", "mins"), 60),
        **dict.fromkeys(("刻钟",), 900),
        **dict.fromkeys(("小时", "钟头", "h", "hour", "hours", "hr"), 3600),
        **dict.fromkeys(("天", "日", "昼夜", "d", "自然日", "日历日"), 86400),
        **dict.fromkeys(("周", "星期", "礼拜"), 7 * 86400),
    },
    "months": {
        **dict.fromkeys(("月", "月份"), 1),
        **dict.fromkeys(("季度", "季"), 3),
        **dict.fromkeys(("年", "周年", "载", "年度"), 12),
        "年代": 120,
        "世纪": 1200,
    },
    "metres": {
        **dict.fromkeys(("mm", "毫米"), 0.001),
        **dict.fromkeys(("cm", "厘米", "公分"), 0.01),
        **dict.fromkeys(("dm", "分米"), 0.1),
        **dict.fromkeys(("m", "米"), 1),
        **dict.fromkeys(("km", "公里", "千米"), 1000),
        "里": 500,
        "里路": 500,
        "丈": 10 / 3,
        "尺": 1 / 3,
        "寸": 1 / 30,
        "英寸": 0.0254,
    },
    "grams": {
        **dict.fromkeys(("ug", "μg", "微克"), 1e-6),
        **dict.fromkeys(("mg", "毫克"), 0.001),
        **dict.fromkeys(("g", "克"), 1),
        **dict.fromkeys(("kg", "千克", "公斤"), 1000),
        "斤": 500,
        "两": 50,
        **dict.fromkeys(("t", "吨"), 1e6),
    },
    "litres": {
        **dict.fromkeys(("ml", "毫升", "cc"), 0.001),
        **dict.fromkeys(("l", "升"), 1),
    },
    "degrees": dict.fromkeys(("度", "度c", "摄氏度"), 1),
    "fahrenheit": dict.fromkeys(("度f", "华氏度"), 1),
    "pascal": {
        **dict.fromkeys(("mmhg", "毫米汞柱"), 133.322),
        **dict.fromkeys(("kpa", "千帕"), 1000),
        **dict.fromkeys(("pa", "帕"), 1),
    },
    "square metres": {
        **dict.fromkeys(("平方米", "平米", "平方", "m2", "㎡"), 1),
        "亩": 666.67,
        "公顷": 10_000,
        **dict.fromkeys(("平方公里", "平方千米"), 1e6),
    },
    "yuan": {
        **dict.fromkeys(("元", "块", "块钱", "元钱", "圆", "rmb"), 1),
        **dict.fromkeys(("角", "毛", "毛钱"), 0.1),
    },
    "joules": dict.fromkeys(("j", "焦", "焦耳"), 1),
    "kilocalories": dict.fromkeys(("千卡", "大卡", "kcal"), 1),
    "millimoles": dict.fromkeys(("mmol", "毫摩尔", "mmol/l"), 1),
    "times": dict.fromkeys(("次", "回", "遍", "趟", "轮", "下", "下儿"), 1),
    "people": dict.fromkeys(("人", "名", "位", "口", "人次", "员"), 1),
    "lessons": dict.fromkeys(("学时", "课时"), 1),
    "workdays": dict.fromkeys(("工作日",), 1),
    "ages": dict.fromkeys(("岁", "周岁"), 1),
    "score": dict.fromkeys(("分",), 1),
    "votes": dict.fromkeys(("票",), 1),
    "terms": dict.fromkeys(("届",), 1),
    "breaths": dict.fromkeys(("口气",), 1),
    "things": dict.fromkeys(
        # What is merely counted: one measure word is as good as another.
        "个 条 项 点 种 类 方面 大 款 章 步 级 件 部 本 篇 句 字 组 支 家 所 座 层 套 份 张 台 辆 面 根 对 双 代 步骤 等级 批 "
        "阶段 环节 时期 原则 档 处 道 段 颗 门 场 期 号 倍 卷 编 节 届次 省 县 市 国 村 户 支队 党支部 支部 小组 关 坚持 必须 大 字 式".split(),
        1,
    ),
}

UNITS: dict[str, tuple[str, float]] = {
    unit: (scale, factor) for scale, units in _SCALES.items() for unit, factor in units.items()
}
"""Unit -> its scale and how many base units it is."""

PATTERN = "|".join(sorted((unit for unit in UNITS if unit != "个"), key=len, reverse=True))
"""A regular expression for any unit but the plain 个, longest first."""

_COUNTS = frozenset({"times", "people", "things", "votes", "terms", "lessons", "breaths", ""})


def comparable(one: str, other: str) -> bool:
    """Whether values of the two scales can be told apart as right and wrong figures of one thing."""
    if one == other:
        return True
    if "" in (one, other):
        return True
    if "things" in (one, other):
        return one in _COUNTS and other in _COUNTS
    return {one, other} in (
        {"seconds", "months"},
        {"score", "seconds"},
        {"ages", "months"},
        {"workdays", "seconds"},
    )
