"""The people's side: what a person does in the app, as JSON over HTTP. README.md documents it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox import people_view
from sandbox.clock import ClockRefused
from sandbox.errors import PeopleError
from sandbox.people import People
from sandbox.state import Json
from sandbox.world import World

PRESS_SECONDS = 15.0
HEARTBEAT_SECONDS = 15.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def told_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns refusals of the people API into its JSON."""
    try:
        return await handler(request)
    except PeopleError as problem:
        return told({"error": problem.code, "message": problem.message}, status=problem.status)


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


class PeopleApi:
    """Serves the people API of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people = People(world)
        self.closing = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        chat = "/sandbox/chats/{chat}"
        return [
            web.get("/sandbox/state", self.state),
            web.get("/sandbox/people", self.list_people),
            web.post("/sandbox/people", self.add_people),
            web.get("/sandbox/chats", self.chats),
            web.get(f"{chat}/messages", self.messages),
            web.post(f"{chat}/messages", self.say),
            web.post(f"{chat}/press", self.press),
            web.post("/sandbox/start", self.start),
            web.get("/sandbox/clock", self.clock),
            web.post("/sandbox/clock", self.set_clock),
            web.get("/sandbox/faults", self.faults),
            web.post("/sandbox/faults", self.place_fault),
            web.delete("/sandbox/faults", self.clear_faults),
            web.get("/sandbox/calls", self.calls),
            web.post("/sandbox/settings", self.settings),
            web.get("/sandbox/events", self.events),
        ]

    # --- looking

    async def state(self, request: web.Request) -> web.Response:
        return told(people_view.state(self.world))

    async def list_people(self, request: web.Request) -> web.Response:
        query = request.query
        ids = [number(one, "ids") for one in query.get("ids", "").split(",") if one]
        return told(
            people_view.people(
                self.world,
                words=query.get("q", ""),
                ids=frozenset(ids),
                limit=min(max(number(query.get("limit", 50), "limit"), 1), 2000),
                offset=max(number(query.get("offset", 0), "offset"), 0),
                featured=query.get("featured", "0") in ("1", "true"),
            )
        )

    async def chats(self, request: web.Request) -> web.Response:
        person = self.people.person(request.query.get("as"))
        return told(people_view.chats(self.world, person))

    async def messages(self, request: web.Request) -> web.Response:
        query = request.query
        person = self.people.person(query.get("as"))
        chat = self.people.chat(request.match_info["chat"], person)
        return told(
            people_view.messages(
                self.world,
                chat,
                person,
                after=number(query.get("after", 0), "after"),
                before=number(query["before"], "before") if "before" in query else None,
                limit=min(max(number(query.get("limit", 200), "limit"), 1), 2000),
            )
        )

    # --- doing

    async def add_people(self, request: web.Request) -> web.Response:
        body = await asked(request)
        added = self.people.add(body.get("people", [body]))
        return told({"people": [people_view.person(self.world, person) for person in added]}, status=201)

    async def say(self, request: web.Request) -> web.Response:
        body = await asked(request)
        person = self.people.person(body.get("as"))
        chat = self.people.chat(request.match_info["chat"], person)
        message = self.people.say(chat, person, str(body.get("text", "")), reply_to=body.get("reply_to"))
        return told({"message_id": message.message_id}, status=201)

    async def start(self, request: web.Request) -> web.Response:
        body = await asked(request)
        person = self.people.person(body.get("as"))
        message = self.people.start(person, str(body.get("payload") or ""))
        return told({"message_id": message.message_id}, status=201)

    async def press(self, request: web.Request) -> web.Response:
        body = await asked(request)
        person = self.people.person(body.get("as"))
        chat = self.people.chat(request.match_info["chat"], person)
        began = self.world.clock.monotonic()
        query = self.people.press(
            chat,
            person,
            number(body.get("message_id"), "message_id"),
            str(body.get("data", "")),
            stale=bool(body.get("stale")),
        )
        try:
            await asyncio.wait_for(self.world.answered[query.id].wait(), PRESS_SECONDS)
        except TimeoutError:
            self.world.changed("edit", chat, query.message_id)
        answer = query.answer or {"text": "", "show_alert": False, "url": ""}
        milliseconds = round((self.world.clock.monotonic() - began) * 1000, 1)
        return told({"answered": query.answer is not None, **answer, "milliseconds": milliseconds})

    # --- the sandbox itself

    async def clock(self, request: web.Request) -> web.Response:
        return told(people_view.clock(self.world))

    async def set_clock(self, request: web.Request) -> web.Response:
        body = await asked(request)
        clock = self.world.clock
        try:
            if "advance_minutes" in body:
                clock.advance(timedelta(minutes=float(body["advance_minutes"])))
            elif "to" in body:
                clock.move_to(datetime.fromisoformat(str(body["to"])))
            elif "next" in body:
                clock.next_morning(str(body["next"]))
            else:
                raise PeopleError(400, "bad_value", "give advance_minutes, to or next")
        except (ClockRefused, TypeError, ValueError, OverflowError) as problem:
            raise PeopleError(400, "bad_clock", str(problem)) from problem
        self.world.events.tell("clock", now=clock.now().isoformat())
        return told(people_view.clock(self.world))

    async def faults(self, request: web.Request) -> web.Response:
        return told({"faults": self.world.faults.told()})

    async def place_fault(self, request: web.Request) -> web.Response:
        return told({"id": self.world.faults.place(await asked(request)).id}, status=201)

    async def clear_faults(self, request: web.Request) -> web.Response:
        one = request.query.get("id")
        return told({"removed": self.world.faults.clear(None if one is None else number(one, "id"))})

    async def calls(self, request: web.Request) -> web.Response:
        since = number(request.query.get("since", 0), "since")
        calls = self.world.calls.since(since, request.query.get("method", ""))
        return told({"calls": calls, "next": self.world.calls.next})

    async def settings(self, request: web.Request) -> web.Response:
        body = await asked(request)
        world = self.world
        if "rate_limits" in body:
            world.limits.enabled = bool(body["rate_limits"])
        if "latency_ms" in body:
            world.latency_ms = max(0, number(body["latency_ms"], "latency_ms"))
        if "log_calls" in body:
            world.calls.enabled = bool(body["log_calls"])
        return told(
            {
                "rate_limits": world.limits.enabled,
                "latency_ms": world.latency_ms,
                "log_calls": world.calls.enabled,
            }
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        given = request.query.get("as")
        person = self.people.person(given).id if given else None
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream",
                "Cache-Control": "no-cache",
                "X-Accel-Buffering": "no",
            }
        )
        await response.prepare(request)
        await response.write(b": listening\n\n")
        with self.world.events.listening(person) as queue:
            while not self.closing.is_set():
                try:
                    event = dict(await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS))
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                kind = event.pop("event")
                data = json.dumps(event, ensure_ascii=False)
                await response.write(f"event: {kind}\ndata: {data}\n\n".encode())
        return response
