"""Notices of the fictional hospital's last weeks, filed in their columns, with who has seen them. All made up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from study.audience import Audience
from study.calendar import DEFAULT_ZONE, day_of, moment
from study.columns import searched
from study.notices import Fate, State, title


@dataclass(frozen=True)
class Past:
    """A notice sent so many days ago, by the committee or by the first branch."""

    days: int
    committee: bool
    column: str
    body: str
    receipt: bool = False


PAST = (
    Past(
        34,
        True,
        "rules",
        "<b>组织生活请假怎么请</b>\n\n会前点一下“请假”就行，不算缺席；会后补学一课、答三道题。值夜班、抢救走不开的，先救人，事后补说明。",
    ),
    Past(
        30,
        False,
        "news",
        "<b>主题党日走进社区</b>\n\n上周六义诊，量血压、测血糖一百多人次。谢谢下了夜班还赶来的同志。",
    ),
    Past(
        25,
        True,
        "openness",
        "<b>上季度党费收缴公示</b>\n\n应交党员均已交齐，明细可到党政办查阅，有疑问随时来问。",
    ),
    Past(
        20,
        True,
        "integrity",
        "【廉政微课堂】<b>学术讲座的讲课费，能拿吗？</b>\n\n先报备、看协议、走单位账目，说不清的就不要接。",
    ),
    Past(
        16,
        False,
        "notices",
        "{姓名}同志：本周五 17:30 在示教室开支部党员大会，议题是讨论接收预备党员。当班的请提前请假。",
        receipt=True,
    ),
    Past(
        13,
        True,
        "vanguard",
        "<b>本月先锋：急诊夜班小组</b>\n\n连续三个通宵，没有一位病人等过十分钟。他们说：轮到谁都一样。",
    ),
    Past(
        9,
        False,
        "branches",
        "<b>支部工作角搬新家了</b>\n\n在医生办公室东墙，有书、有茶、有意见本，欢迎坐坐。",
    ),
    Past(
        6,
        True,
        "united",
        "<b>民主党派同志座谈会</b>\n\n下月初召开，想听听大家对门诊流程的建议，可先在 /feedback 写给我们。",
    ),
    Past(
        4,
        True,
        "news",
        "<b>冬季义诊队招募</b>\n\n每周末去一个乡镇卫生院，往返有车。愿意去的向本支部报名，自愿参加。",
    ),
    Past(
        1, False, "notices", "{姓名}同志：流感疫苗到了，明后两天在体检中心接种，带工作证就行。", receipt=True
    ),
)


def rows(
    rng: Random,
    members: Sequence[tuple[dict[str, Any], str]],
    *,
    committee: tuple[int, int],
    branch: tuple[int, int],
    home: str,
    now: datetime,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of notices and of recipients. `members` come with the path of their unit; `committee` and `branch` are the
    unit and the member that sends, `home` the path of the branch."""
    notices: list[dict[str, Any]] = []
    recipients: list[dict[str, Any]] = []
    for notice_id, past in enumerate(PAST, start=1):
        unit_id, author_id = committee if past.committee else branch
        at = moment(day_of(now, DEFAULT_ZONE) - timedelta(days=past.days), 10 * 60, DEFAULT_ZONE)
        notices.append(
            {
                "id": notice_id,
                "unit_id": unit_id,
                "author_id": author_id,
                "state": State.SENT.value,
                "title": title(past.body, ()),
                "body": past.body,
                "words": searched(title(past.body, ()), past.body),
                "media": [],
                "audience": Audience(units=(unit_id,)).stored(),
                "receipt": past.receipt,
                "column": past.column,
                "revision": 0,
                "created_at": at - timedelta(minutes=5),
                "announced_at": at,
                "finished_at": at + timedelta(minutes=1),
            }
        )
        meant = (row for row, path in members if past.committee or path == home)
        recipients += _recipients(rng, notice_id, past, meant, at)
    return notices, recipients


def _recipients(
    rng: Random, notice_id: int, past: Past, meant: Iterator[dict[str, Any]], at: datetime
) -> Iterator[dict[str, Any]]:
    for row in meant:
        joined = row["telegram_id"] is not None
        seen = past.receipt and joined and rng.random() < 0.8
        yield {
            "notice_id": notice_id,
            "member_id": row["id"],
            "chat_id": row["telegram_id"],
            "fate": (Fate.SENT if joined else Fate.NOT_JOINED).value,
            "settled_at": at,
            "seen_at": at + timedelta(minutes=rng.randint(1, 600)) if seen else None,
        }
