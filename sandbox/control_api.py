"""The sandbox itself over HTTP: its state, clock, faults, log of calls, settings, live events."""

from __future__ import annotations

import asyncio
import contextlib
import json
from datetime import datetime, timedelta

from aiohttp import web

from sandbox import people_view
from sandbox.clock import ClockRefused
from sandbox.errors import PeopleError
from sandbox.http_json import asked, number, told
from sandbox.people import People
from sandbox.state import Json
from sandbox.world import World

HEARTBEAT_SECONDS = 15.0


class ControlApi:
    """Serves what is about the world and not about one person in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people = People(world)
        self.closing = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/state", self.state),
            web.get("/sandbox/clock", self.clock),
            web.post("/sandbox/clock", self.set_clock),
            web.get("/sandbox/faults", self.faults),
            web.post("/sandbox/faults", self.place_fault),
            web.delete("/sandbox/faults", self.clear_faults),
            web.get("/sandbox/calls", self.calls),
            web.post("/sandbox/settings", self.settings),
            web.get("/sandbox/events", self.events),
        ]

    async def state(self, request: web.Request) -> web.Response:
        return told(people_view.state(self.world))

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
        self.world.mark("account")
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
        # A page that is closed or reloaded goes without a word; that is no fault of anybody's.
        with contextlib.suppress(ConnectionResetError), self.world.events.listening(person) as queue:
            await response.prepare(request)
            await response.write(b": listening\n\n")
            await self._tell(response, queue)
        return response

    async def _tell(self, response: web.StreamResponse, queue: asyncio.Queue[Json]) -> None:
        while not self.closing.is_set():
            try:
                event = dict(await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS))
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            kind = event.pop("event")
            data = json.dumps(event, ensure_ascii=False)
            await response.write(f"event: {kind}\ndata: {data}\n\n".encode())
