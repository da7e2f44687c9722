"""The people's side: what a person does in the app, as JSON over HTTP. README.md documents it."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote, unquote

from aiohttp import web

from sandbox import membership, people_view
from sandbox.errors import PeopleError
from sandbox.http_json import asked, number, told
from sandbox.people import People, Sheet
from sandbox.state import Chat, Json, Person
from sandbox.world import World

PRESS_SECONDS = 15.0


class PeopleApi:
    """Serves the people API of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people = People(world)

    def routes(self) -> list[web.RouteDef]:
        chat = "/sandbox/chats/{chat}"
        return [
            web.get("/sandbox/people", self.list_people),
            web.post("/sandbox/people", self.add_people),
            web.get("/sandbox/chats", self.chats),
            web.get(f"{chat}/messages", self.messages),
            web.post(f"{chat}/messages", self.say),
            web.post(f"{chat}/messages/{{message}}/edit", self.edit),
            web.post(f"{chat}/messages/{{message}}/delete", self.delete),
            web.post(f"{chat}/messages/{{message}}/react", self.react),
            web.post(f"{chat}/read", self.read),
            web.post(f"{chat}/press", self.press),
            web.post(f"{chat}/block", self.block),
            web.post(f"{chat}/unblock", self.unblock),
            web.post("/sandbox/groups", self.found_group),
            web.get(f"{chat}/members", self.members),
            web.post(f"{chat}/members", self.change_members),
            web.post(f"{chat}/migrate", self.migrate),
            web.post(f"{chat}/admins", self.appoint),
            web.get("/sandbox/files/{file_id}", self.file),
            web.post("/sandbox/start", self.start),
        ]

    # --- looking

    async def list_people(self, request: web.Request) -> web.Response:
        query = request.query
        ids = [number(one, "ids") for one in query.get("ids", "").split(",") if one]
        return told(
            people_view.people(
                self.world,
                words=query.get("q", ""),
                ids=ids or None,
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

    async def file(self, request: web.Request) -> web.Response:
        """A file as the app shows or saves it; any size."""
        file = self.world.files.known.get(request.match_info["file_id"])
        content = None if file is None else self.world.files.content(file)
        if file is None or content is None:
            raise PeopleError(404, "no_such_file", "that file is not here any more")
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=31536000, immutable",
        }
        if file.kind != "photo":
            # Whatever it claims to be, a document is saved and never run on the sandbox's page.
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        return web.Response(body=content, content_type=file.mime_type.split(";")[0], headers=headers)

    # --- doing

    async def add_people(self, request: web.Request) -> web.Response:
        body = await asked(request)
        added = self.people.add(body.get("people", [body]))
        return told({"people": [people_view.person(self.world, person) for person in added]}, status=201)

    async def say(self, request: web.Request) -> web.Response:
        if request.content_type == "multipart/form-data":
            return await self._send_files(request)
        body = await asked(request)
        person = self.people.person(body.get("as"))
        chat = self.people.chat(request.match_info["chat"], person)
        message = self.people.say(
            chat,
            person,
            str(body.get("text", "")),
            entities=body.get("entities"),
            reply_to=body.get("reply_to"),
        )
        return told({"message_id": message.message_id}, status=201)

    async def _send_files(self, request: web.Request) -> web.Response:
        """One file, or several as an album; the first caption is the first file's, and so on."""
        form = await request.post()
        person = self.people.person(form.get("as"))
        chat = self.people.chat(request.match_info["chat"], person)
        files = [one for one in form.getall("file", []) if isinstance(one, web.FileField)]
        if not files:
            raise PeopleError(400, "no_file", "the form needs a file")
        captions = [str(one) for one in form.getall("caption", [])]
        entities = [_listed(str(one)) for one in form.getall("caption_entities", [])]
        sheets = [
            Sheet(
                content=file.file.read(),
                # Some clients write a name percent-encoded where others write UTF-8.
                name=unquote(file.filename),
                mime_type=file.content_type,
                kind=str(form.get("kind", "")),
                caption=captions[place] if place < len(captions) else "",
                entities=entities[place] if place < len(entities) else None,
            )
            for place, file in enumerate(files)
        ]
        reply_to = form.get("reply_to")
        if len(sheets) == 1:
            message = self.people.send_file(chat, person, sheets[0], reply_to=reply_to)
            return told({"message_id": message.message_id}, status=201)
        album = self.people.send_album(chat, person, sheets, reply_to=reply_to)
        numbers = [message.message_id for message in album]
        return told({"message_id": numbers[0], "message_ids": numbers}, status=201)

    async def _in_chat(self, request: web.Request) -> tuple[Json, Person, Chat]:
        """What most requests say: the body, who asks and where."""
        body = await asked(request)
        person = self.people.person(body.get("as"))
        return body, person, self.people.chat(request.match_info["chat"], person)

    async def edit(self, request: web.Request) -> web.Response:
        body, person, chat = await self._in_chat(request)
        message = self.people.edit(
            chat,
            person,
            request.match_info["message"],
            str(body.get("text", "")),
            entities=body.get("entities"),
        )
        return told({"message_id": message.message_id})

    async def delete(self, request: web.Request) -> web.Response:
        _, person, chat = await self._in_chat(request)
        self.people.delete(chat, person, request.match_info["message"])
        return told({"deleted": True})

    async def react(self, request: web.Request) -> web.Response:
        body, person, chat = await self._in_chat(request)
        self.people.react(chat, person, request.match_info["message"], str(body.get("emoji") or ""))
        return told({"reacted": True})

    async def read(self, request: web.Request) -> web.Response:
        _, person, chat = await self._in_chat(request)
        self.world.read(chat, person.id)
        return told({"unread": 0})

    async def block(self, request: web.Request) -> web.Response:
        _, person, _ = await self._in_chat(request)
        self.people.block(person)
        return told(people_view.person(self.world, person))

    async def unblock(self, request: web.Request) -> web.Response:
        _, person, _ = await self._in_chat(request)
        self.people.unblock(person)
        return told(people_view.person(self.world, person))

    async def found_group(self, request: web.Request) -> web.Response:
        body = await asked(request)
        chat = self.people.found_group(
            title=str(body.get("title", "")),
            members=body.get("members"),
            kind=str(body.get("type", "supergroup")),
        )
        return told(people_view.group(self.world, chat), status=201)

    async def members(self, request: web.Request) -> web.Response:
        return told(people_view.group(self.world, self.people.group(request.match_info["chat"])))

    async def change_members(self, request: web.Request) -> web.Response:
        body = await asked(request)
        chat = self.people.group(request.match_info["chat"])
        add, remove = body.get("add", []), body.get("remove", [])
        self.people.change_members(chat, add=add, remove=remove, actor=body.get("as"))
        return told(people_view.group(self.world, chat))

    async def migrate(self, request: web.Request) -> web.Response:
        chat = self.people.group(request.match_info["chat"])
        if chat.type == "supergroup":
            raise PeopleError(409, "migrated", "it is a supergroup already")
        return told(people_view.group(self.world, membership.migrate(self.world, chat)), status=201)

    async def appoint(self, request: web.Request) -> web.Response:
        body = await asked(request)
        chat = self.people.group(request.match_info["chat"])
        actor_id = membership.creator(self.world, chat)
        membership.appoint(self.world, chat, self.people.users(body.get("ids")), actor_id=actor_id)
        return told(people_view.group(self.world, chat))

    async def start(self, request: web.Request) -> web.Response:
        body = await asked(request)
        person = self.people.person(body.get("as"))
        message = self.people.start(person, str(body.get("payload") or ""))
        return told({"message_id": message.message_id}, status=201)

    async def press(self, request: web.Request) -> web.Response:
        body, person, chat = await self._in_chat(request)
        began = self.world.clock.monotonic()
        query = self.people.press(
            chat, person, body.get("message_id"), str(body.get("data", "")), stale=bool(body.get("stale"))
        )
        try:
            await asyncio.wait_for(self.world.answered[query.id].wait(), PRESS_SECONDS)
        except TimeoutError:
            # The spinner ends for whoever looks.
            self.world.changed("edit", chat, query.message_id)
        answer = query.answer or {"text": "", "show_alert": False, "url": ""}
        milliseconds = round((self.world.clock.monotonic() - began) * 1000, 1)
        return told({"answered": query.answer is not None, **answer, "milliseconds": milliseconds})


def _listed(text: str) -> Any:
    """A list that a form carries as JSON; None for an empty field."""
    try:
        return json.loads(text or "null")
    except ValueError as problem:
        raise PeopleError(400, "bad_entities", "caption_entities must be a JSON list") from problem
