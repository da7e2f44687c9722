"""A small pack with one item of each kind, for tests that want to know every answer."""

from datetime import date

from study.items import Item, Kind, Lesson, Month, Pack, Point, Source

SOURCE = Source("中国共产党支部工作条例（试行）", article="第十一条", date=date(2018, 10, 28))


def item(id_: str, kind: Kind, question: str, **more: object) -> Item:
    return Item(
        id=id_,
        kind=kind,
        question=question,
        explanation=f"{question}的说明。",
        source=SOURCE,
        lesson="dahui",
        tags=("三会一课", id_),
        **more,  # type: ignore[arg-type]
    )


SINGLE = item(
    "dahui-1", Kind.SINGLE, "党员大会一般多久开一次？", options=("每周", "每月", "每季度", "每年"), right=(2,)
)
MULTIPLE = item(
    "dahui-2",
    Kind.MULTIPLE,
    "三会一课中的三会有哪些？",
    options=("党员大会", "职工大会", "支委会", "党小组会"),
    right=(0, 2, 3),
)
TRUTH = item("dahui-3", Kind.TRUEFALSE, "请假的党员不计入应到人数。", options=("对", "错"), right=(1,))
FILL = item("dahui-4", Kind.FILL, "发展党员必须把______放在首位。", points=(Point("政治标准"),))
LIST = item(
    "dahui-5",
    Kind.LIST,
    "四大考验是什么？",
    points=(
        Point("执政考验"),
        Point("改革开放考验", aliases=("改革开放",)),
        Point("市场经济考验"),
        Point("外部环境考验"),
    ),
)
NUMBER = item("dahui-6", Kind.NUMBER, "党员每年集中学习一般不少于多少学时？", points=(Point("32学时"),))
SHORT = item("dahui-7", Kind.SHORT, "党的根本宗旨是什么？", points=(Point("全心全意为人民服务"),))

ITEMS = (SINGLE, MULTIPLE, TRUTH, FILL, LIST, NUMBER, SHORT)

DAHUI = Lesson(
    id="dahui",
    title="党员大会多久开一次",
    question="夜班没赶上，算不算缺席？",
    body="党员大会一般每季度召开一次。\n\n" + "来不了可以请假，请假不是缺席。" * 30,
    key_points=("一般每季度一次", "表决要过半数", "来不了先请假"),
    source=SOURCE,
    ward_link="排班时先看开会日。",
    tags=("三会一课",),
)
LONG = Lesson(
    id="long",
    title="很长的一课",
    body="\n\n".join(f"第{n}段。" + "很长很长的话。" * 60 for n in range(1, 9)),
    key_points=("一", "二", "三"),
    source=SOURCE,
)
PACK = Pack(
    id="sample",
    title="样例",
    lessons=(DAHUI,),
    items=ITEMS,
    months=(Month(3, "三会一课", lessons=("dahui",)),),
)
