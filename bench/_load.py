"""The load of benches, in a process of its own: `python -m bench._load PORT FILE CONNECTIONS WARM [SECONDS]`.

Each line of the file is one person's updates as a JSON list, sent one after the other; connections share the people, who
come as fast as they are served, or spread evenly over SECONDS (then an answer is as late as the person had to wait).
Prints one JSON line: seconds from the first request to the last answer, and how long each answer took; the first WARM
people are sent before and not counted.
"""

import asyncio
import json
import sys
from pathlib import Path
from time import perf_counter

HEAD = (
    "POST /in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Telegram-Bot-Api-Secret-Token: secret\r\n"
    "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n"
)


async def main(port: int, lines: list[str], connections: int, warm: int, seconds: float) -> None:
    people = [[_request(update) for update in json.loads(line)] for line in lines]
    await _converse(port, people[:warm], connections)
    began = perf_counter()
    took = await _converse(port, people[warm:], connections, seconds)
    print(json.dumps({"seconds": perf_counter() - began, "took": took}), flush=True)


async def _converse(
    port: int, people: list[list[bytes]], connections: int, seconds: float = 0.0
) -> list[float]:
    """Send everybody's updates; seconds that each answer took."""
    waiting = enumerate(people)
    took: list[float] = []
    opened = perf_counter()

    async def talk() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for place, requests in waiting:
            due = opened + place * seconds / len(people)
            await asyncio.sleep(due - perf_counter())
            for request in requests:
                began = due if seconds else perf_counter()
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                if not head.startswith(b"HTTP/1.1 200"):
                    raise RuntimeError(head.decode())
                length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
                await reader.readexactly(int(length))
                took.append(perf_counter() - began)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(talk() for _ in range(connections)))
    return took


def _request(update: object) -> bytes:
    body = json.dumps(update, ensure_ascii=False).encode()
    return HEAD.format(len(body)).encode() + body


if __name__ == "__main__":
    port, file, connections, warm, *spread = sys.argv[1:]
    lines = Path(file).read_text().splitlines()
    asyncio.run(main(int(port), lines, int(connections), int(warm), float(*spread)))
