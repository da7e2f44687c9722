"""A Bot API that says yes as fast as it can, in a process of its own: `python -m bench.stub` prints its port.

It speaks just enough HTTP for aiogram on loopback. `GET /times` gives the moments (monotonic seconds) at which
messages arrived since the last asking.
"""

import asyncio
import json
from contextlib import suppress
from time import monotonic

SENT = (
    b'{"ok":true,"result":{"message_id":1,"date":1767225600,"chat":{"id":1,"type":"private","first_name":"a"},'
    b'"from":{"id":42,"is_bot":true,"first_name":"b"},"text":"c"}}'
)
ME = b'{"ok":true,"result":{"id":42,"is_bot":true,"first_name":"stub","username":"stub_bot"}}'
YES = b'{"ok":true,"result":true}'


def answer(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    return head + body


ANSWERS = {name: answer(SENT) for name in (b"sendMessage", b"editMessageText", b"sendPhoto")}
ANSWERS[b"getMe"] = answer(ME)
FALLBACK = answer(YES)


class Stub(asyncio.Protocol):
    """One connection; requests come with a Content-Length, as aiohttp's forms do."""

    times: list[float]

    def __init__(self, times: list[float]) -> None:
        self.times = times
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
            self.transport.write(self.reply(path))

    def reply(self, path: bytes) -> bytes:
        if path == b"/times":
            told = json.dumps(self.times).encode()
            self.times.clear()
            return answer(told)
        name = path.rpartition(b"/")[2]
        if name == b"sendMessage":
            self.times.append(monotonic())
        return ANSWERS.get(name, FALLBACK)


async def main() -> None:
    times: list[float] = []
    server = await asyncio.get_running_loop().create_server(lambda: Stub(times), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main())
