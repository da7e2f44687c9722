"""A Bot API that says yes as fast as it can, in a process of its own: `python -m bench.stub` prints its port.

It speaks just enough HTTP for aiogram on loopback. `GET /times` gives the moments (monotonic seconds) at which
messages arrived since the last asking. With `faults` as an argument it stumbles, over texts alone: of a thousand, 30 are
answered 500, 20 late, 20 with a closed connection, and 1 with 429 and a second to wait, which holds for everything.
"""

import asyncio
import json
import sys
from contextlib import suppress
from random import Random
from time import monotonic

SENT = (
    b'{"ok":true,"result":{"message_id":1,"date":1767225600,"chat":{"id":1,"type":"private","first_name":"a"},'
    b'"from":{"id":42,"is_bot":true,"first_name":"b"},"text":"c"}}'
)
ME = b'{"ok":true,"result":{"id":42,"is_bot":true,"first_name":"stub","username":"stub_bot"}}'
YES = b'{"ok":true,"result":true}'


def answer(body: bytes, status: bytes = b"200 OK") -> bytes:
    head = (
        b"HTTP/1.1 "
        + status
        + b"\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    return head + body


ANSWERS = {name: answer(SENT) for name in (b"sendMessage", b"editMessageText", b"sendPhoto")}
ANSWERS[b"getMe"] = answer(ME)
FALLBACK = answer(YES)
BROKEN = answer(
    b'{"ok":false,"error_code":500,"description":"Internal Server Error"}', b"500 Internal Server Error"
)
WAIT = answer(
    b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}',
    b"429 Too Many Requests",
)
LATE_SECONDS = 0.3


class Stub(asyncio.Protocol):
    """One connection; requests come with a Content-Length, as aiohttp's forms do."""

    times: list[float]

    def __init__(self, times: list[float], dice: Random | None) -> None:
        self.times = times
        self.dice = dice
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0].strip()
            whole = end + 4 + int(length or 0)
            if len(self.buffer) < whole:
                return
            self.buffer = self.buffer[whole:]
            path = head.split(b" ", 2)[1]
            said = self.reply(path)
            if self.dice and path.endswith(b"/sendMessage"):
                self.stumble(self.dice.random() * 1000, said)
            else:
                self.transport.write(said)

    def stumble(self, lot: float, said: bytes) -> None:
        if lot < 30:
            self.transport.write(BROKEN)
        elif lot < 50:
            asyncio.get_running_loop().call_later(LATE_SECONDS, self.transport.write, said)
        elif lot < 70:
            self.transport.abort()
        else:
            self.transport.write(WAIT if lot < 71 else said)

    def reply(self, path: bytes) -> bytes:
        if path == b"/times":
            told = json.dumps(self.times).encode()
            self.times.clear()
            return answer(told)
        name = path.rpartition(b"/")[2]
        if name == b"sendMessage":
            self.times.append(monotonic())
        return ANSWERS.get(name, FALLBACK)


async def main(faults: bool) -> None:
    times: list[float] = []
    dice = Random(7) if faults else None
    server = await asyncio.get_running_loop().create_server(lambda: Stub(times, dice), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(sys.argv[1:] == ["faults"]))
