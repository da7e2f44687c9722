"""JSON over HTTP as all of /sandbox/ speaks it: bodies in, answers and refusals out."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.errors import PeopleError
from sandbox.state import Json

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns refusals of the people API into its JSON, and refuses other sites that reach for this machine."""
    try:
        if request.path.startswith("/sandbox/"):
            _check_origin(request)
        return await handler(request)
    except PeopleError as problem:
        return told({"error": problem.code, "message": problem.message}, status=problem.status)
    except web.HTTPRequestEntityTooLarge:
        return told({"error": "too_large", "message": "at most 50 MB"}, status=413)


def _check_origin(request: web.Request) -> None:
    """A page from elsewhere must not talk to the sandbox through the visitor's browser."""
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    origin = request.headers.get("Origin")
    from_elsewhere = origin is not None and origin not in (
        f"http://{request.host}",
        f"https://{request.host}",
    )
    if host not in LOOPBACK_NAMES or from_elsewhere:
        raise PeopleError(403, "not_from_here", "the sandbox only talks to this machine")


def told(body: Json, *, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False))


async def asked(request: web.Request) -> Json:
    """The JSON object of a request's body; {} for none."""
    raw = await request.read()
    try:
        body = json.loads(raw or b"{}")
    except ValueError as problem:
        raise PeopleError(400, "bad_json", "the body must be a JSON object") from problem
    if not isinstance(body, dict):
        raise PeopleError(400, "bad_json", "the body must be a JSON object")
    return body


def number(value: Any, name: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as problem:
        raise PeopleError(400, "bad_value", f"{name} must be a number") from problem
