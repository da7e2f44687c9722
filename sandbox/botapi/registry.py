"""Which function answers which method."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sandbox.botapi.arguments import Arguments
from sandbox.world import World

Method = Callable[[World, Arguments], Awaitable[Any]]

METHODS: dict[str, tuple[str, Method]] = {}


@dataclass(frozen=True, slots=True)
class Remarked:
    """A result that comes with a description beside it, as setWebhook's does."""

    result: Any
    description: str


def method(name: str) -> Callable[[Method], Method]:
    """Registers a function as the Bot API method `name`; callers may write it in any case."""

    def register(function: Method) -> Method:
        METHODS[name.lower()] = name, function
        return function

    return register
