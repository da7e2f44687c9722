"""How many answers a second one core marks, beside plain fuzzy matching of the same rows in the same run."""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz import fuzz

from storage import lexicon
from study.grading import Grader, words
from study.grading.answer import prepared
from study.grading.report import Row, row

HOUSE = Path(__file__).parent.parent
ROUNDS = 5

# A mixed load: every kind, textbook and phone answers, right and wrong ones.
LOAD = (
    ("number", "党员每年集中学习培训时间一般不少于多少学时？", "32学时",
     ("三十二学时", "32", "我觉得是32个学时吧", "最多32学时", "23学时", "不知道", "每年32学时")),
    ("number", "国际护士节是每年的几月几日？", "5月12日", ("五月十二", "5.12", "5月", "5月8日", "每年5月12号啊", "不是5月8日，是5月12日")),
    ("number", "成人心肺复苏胸外按压的频率是每分钟多少次？", "100—120次", ("100到120次", "一百到一百二十", "100-120次/分", "100次", "60-80次")),
    ("fill", "中国共产党的根本宗旨是______。", "全心全意为人民服务",
     ("全心全意为人民服务", "全心全意爲人民服務", "全新全意为人民服务", "quanxinquanyi wei renmin fuwu", "不是全心全意为人民服务", "立党为公")),
    ("fill", "选拔干部坚持五湖四海、______。", "任人唯贤", ("任人唯贤", "任人唯亲", "任人为贤", "事业为上")),
    ("short", "党对军队的根本原则和制度是什么？", "党对人民军队的绝对领导",
     ("党对军队绝对领导", "人民军队对党的绝对领导", "嗯…就是党对人民军队的绝对领导", "军队自己管自己")),
    ("short", "医疗机构从业人员对患者隐私应当怎么做？", "尊重和保护患者隐私，不得泄露",
     ("要保密，不能把病人的隐私说出去", "尊重患者隐私", "可以公开患者隐私", "尊重、保护患者隐私不得泄露")),
    ("short", "预备党员有没有表决权？", "没有", ("没有", "预备党员无表决权", "有表决权", "转正以后才有，现在没有")),
    ("list", "“四个意识”是指什么？", ("政治意识", "大局意识", "核心意识", "看齐意识"),
     ("政治、大局、核心、看齐", "1.政治意识 2.大局意识 3.核心意识 4.看齐意识", "政治意识大局意识核心意识看齐意识", "政治意识、大局意识、责任意识")),
    ("list", "创伤急救四项技术是什么？", ("止血", "包扎", "固定", "搬运"),
     ("止血包扎固定搬运", "先止血，再包扎、固定，最后搬运", "止血、包札", "望闻问切", "止血、包扎、固定、搬运、输液")),
)  # fmt: skip


def load() -> list[Row]:
    """The rows of the mixed load."""
    return [
        row({"id": "", "kind": kind, "question": question, "answer": answer,
             "reference": reference if isinstance(reference, str) else list(reference)})
        for kind, question, reference, answers in LOAD
        for answer in answers
    ]  # fmt: skip


def per_second(work: Callable[[Row], object], rows: Sequence[Row], *, seconds: float) -> float:
    """Rows a second, median of some rounds."""
    rates = []
    for _ in range(ROUNDS):
        done, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < seconds / ROUNDS:
            prepared.cache_clear()
            for one in rows:
                work(one)
            done += len(rows)
        rates.append(done / spent)
    return statistics.median(rates)


def _in_a_fresh_process(code: str) -> float:
    """What `code` prints, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HOUSE)
    return float(done.stdout)


def run(*, seconds: float = 5.0) -> dict[str, float | int]:
    """Spends `seconds` on each method; answers are prepared anew each time, tasks once."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    grader = Grader(lexicon.read(HOUSE / "content"))
    ready = time.perf_counter() - start
    rows = load()
    for one in rows:
        grader.grade(one.task, one.answer)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    references = {one.task: words.plain("".join(point.text for point in one.task.points)) for one in rows}
    graded = per_second(lambda one: grader.grade(one.task, one.answer), rows, seconds=seconds)
    plain = per_second(
        lambda one: fuzz.ratio(references[one.task], words.plain(one.answer)), rows, seconds=seconds
    )
    slowest = 0.0
    for one in rows:
        answer = (one.answer + "、") * (4096 // (len(one.answer) + 1))
        prepared.cache_clear()
        start = time.perf_counter()
        grader.grade(one.task, answer)
        slowest = max(slowest, time.perf_counter() - start)
    timed = "import time; t = time.perf_counter(); import study.grading; print(time.perf_counter() - t)"
    return {
        "answers_per_second": round(graded),
        "rapidfuzz_per_second": round(plain),
        "ratio": round(graded / plain, 4),
        "rows": len(rows),
        "slowest_4096_ms": round(slowest * 1000, 1),
        "import_s": round(_in_a_fresh_process(timed), 3),
        "dictionaries_s": round(ready, 3),
        "memory_mb": round(memory / 1024, 1),
    }
