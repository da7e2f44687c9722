"""The door the bot knocks on: /bot{token}/{method}."""

from __future__ import annotations

import asyncio
import json
import re
from http import HTTPStatus
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.botapi import chats, editing, media, passing_on, profile, queries, receiving, sending
from sandbox.botapi.arguments import Arguments, Upload
from sandbox.botapi.registry import METHODS, Method, Remarked
from sandbox.errors import ApiError, bad_request
from sandbox.faults import AFTER, BEFORE, ERRORS, HELD_SECONDS, Fault
from sandbox.state import Json
from sandbox.world import World

# Importing them registers their methods.
SUBJECTS = (chats, editing, media, passing_on, profile, queries, receiving, sending)
TOKEN = re.compile(r"\d+:[\w-]+")
BODY_LIMIT = 60 * 1024 * 1024


class BotApi:
    """Serves the Bot API of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.closing = asyncio.Event()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One call: faults before, the method, faults after."""
        world = self.world
        name = request.match_info["method"]
        chat_id: int | None = None
        fault: Fault | None = None
        error: ApiError | None = None
        body: Json = {}
        try:
            name, function = self._method(request.match_info["token"], name)
            world.bot_called = True
            arguments = await read_arguments(request)
            chat_id = arguments.integer("chat_id") or None
            fault = world.faults.draw(name, chat_id)
            if name != "getUpdates" and world.latency_ms:
                await self._pause(world.latency_ms / 1000)
            if fault is not None:
                await self._before(fault, request)
            body = told(await self._done(function, arguments))
        except ApiError as problem:
            error = problem
            body = problem.body()
        self._log(name, chat_id, error)
        world.flush()
        if fault is not None and fault.kind in AFTER:
            await self._lose(fault, request)
        return web.Response(
            body=json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"),
            status=HTTPStatus.OK if error is None else error.code,
            content_type="application/json",
        )

    def _log(self, name: str, chat_id: int | None, error: ApiError | None) -> None:
        self.world.calls.add(
            at=self.world.clock.monotonic(),
            method=name,
            chat_id=chat_id,
            error_code=None if error is None else error.code,
        )

    def _method(self, token: str, name: str) -> tuple[str, Method]:
        """The method's own name and its function. Raises 401 and 404 as Telegram does."""
        self._check_token(token)
        if name.lower() not in METHODS:
            raise ApiError(HTTPStatus.NOT_FOUND, "Not Found")
        return METHODS[name.lower()]

    async def _done(self, function: Method, arguments: Arguments) -> object:
        try:
            return await function(self.world, arguments)
        except UnicodeEncodeError as problem:
            # JSON can write half of a surrogate pair; no text can hold one.
            raise bad_request("strings must be encoded in UTF-8") from problem

    def _check_token(self, token: str) -> None:
        if not TOKEN.fullmatch(token):
            raise ApiError(HTTPStatus.NOT_FOUND, "Not Found")
        if token != self.world.token:
            raise ApiError(HTTPStatus.UNAUTHORIZED, "Unauthorized")

    async def execute(self, name: str, arguments: Arguments) -> None:
        """Runs a method that came as the answer to a webhook; nobody hears how it went but the log of calls."""
        error: ApiError | None = None
        try:
            name, function = self._method(self.world.token, name)
            await self._done(function, arguments)
        except ApiError as problem:
            error = problem
        self._log(name, arguments.integer("chat_id") or None, error)
        self.world.flush()

    async def download(self, request: web.Request) -> web.Response:
        """A file by the path getFile told."""
        try:
            self._check_token(request.match_info["token"])
            file_id = self.world.files.by_path.get(request.match_info["path"])
            content = None if file_id is None else self.world.files.content(self.world.files.known[file_id])
            if content is None:
                raise ApiError(HTTPStatus.NOT_FOUND, "Not Found")
        except ApiError as problem:
            return web.json_response(problem.body(), status=problem.code)
        return web.Response(body=content, content_type="application/octet-stream")

    async def _before(self, fault: Fault, request: web.Request) -> None:
        if fault.kind in ERRORS:
            raise fault.error()
        if fault.kind == "slow":
            await self._pause(fault.seconds or 1.0)
        elif fault.kind in BEFORE:
            await self._lose(fault, request)

    async def _lose(self, fault: Fault, request: web.Request) -> None:
        """The bot never hears the answer: at once, or after a long silence."""
        if fault.kind.startswith("timeout"):
            await self._pause(HELD_SECONDS if fault.seconds is None else fault.seconds)
        if request.transport is not None:
            request.transport.abort()
        raise asyncio.CancelledError

    async def _pause(self, seconds: float) -> None:
        """Waits in real time, but not beyond the sandbox's own end."""
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return


def told(result: object) -> Json:
    """The body of an answer."""
    if isinstance(result, Remarked):
        return {"ok": True, "result": result.result, "description": result.description}
    return {"ok": True, "result": result}


async def read_arguments(request: web.Request) -> Arguments:
    """Arguments from the address and from the body in any of the four ways Telegram takes."""
    try:
        return await _read_arguments(request)
    except web.HTTPRequestEntityTooLarge as problem:
        raise ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large") from problem


async def _read_arguments(request: web.Request) -> Arguments:
    values: Json = dict(request.query)
    files: dict[str, Upload] = {}
    kind = request.content_type
    if request.method != "POST" or not request.can_read_body:
        return Arguments(values, files)
    if kind == "application/json":
        try:
            told = json.loads(await request.read() or b"{}")
        except ValueError as problem:
            raise ApiError(HTTPStatus.BAD_REQUEST, "Bad Request: can't parse JSON object") from problem
        if isinstance(told, dict):
            values.update(told)
    elif kind == "application/x-www-form-urlencoded":
        values.update(parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True))
    elif kind == "multipart/form-data":
        for name, field in (await request.post()).items():
            if isinstance(field, web.FileField):
                files[name] = Upload(field.filename, field.content_type, field.file.read())
            else:
                values[name] = field if isinstance(field, str) else bytes(field).decode("utf-8", "replace")
    return Arguments(values, files)
