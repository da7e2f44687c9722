"""Every bench runs and tells what it promises; how fast is not a test's business."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


async def bench(*arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    told = (await process.stdout.read()).decode()
    assert await process.wait() == 0
    return told


async def figures(*arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(await bench(*arguments, "--json"))
    return told


async def test_the_benches_are_listed() -> None:
    told = await bench()
    for name in ("answers", "broadcast", "courier", "push"):
        assert name in told


async def test_courier() -> None:
    told = await figures("courier", "--messages", "300", "--rounds", "1", "--seconds", "2")
    assert told["ratio"] > 0 and 0 < told["share_of_30"] <= 1.1
    assert told["worst_sliding_second"] > 0


async def test_broadcast() -> None:
    sizes = ("--recipients", "300", "--rounds", "1", "--seconds", "2", "--queued", "500")
    told = await figures("broadcast", *sizes)
    assert told["ratio"] > 0 and 0 < told["share_of_30"] <= 1.1
    assert told["queueing"]["recipients"] == 500 and told["queueing"]["seconds"] > 0


async def test_push_queues_everybody_it_should() -> None:
    told = await figures("push", "--sizes", "100,1000")
    assert [size["queued"] for size in told["sizes"]] == [98, 980]
    assert len(told["growth"]) == 1


async def test_answers() -> None:
    told = await figures("answers", "--people", "6", "--rounds", "1", "--connections", "3")
    assert told["answers"] == 30
    assert told["ratio"] > 0 and told["p99_ms"] >= told["p50_ms"] > 0


async def test_figures_are_readable_without_json() -> None:
    assert "queued" in await bench("push", "--sizes", "20")


@pytest.mark.parametrize("values", [[1.0], [3.0, 1.0, 2.0]])
def test_percentiles(values: list[float]) -> None:
    from bench._tools import percentile

    assert percentile(values, 1.0) == max(values)
    assert percentile(values, 0.0) == min(values)


async def test_checkin_records_everybody_once() -> None:
    sizes = ("--people", "12", "--crowd", "20", "--seconds", "0.5", "--connections", "4", "--rounds", "1")
    told = await figures("checkin", *sizes)
    assert told["recorded_once"] is True
    assert told["at_once"]["ratio"] > 0 and told["crowd"]["p99_ms"] >= told["crowd"]["p50_ms"] > 0
