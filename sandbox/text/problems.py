"""What can be wrong with a text, in Telegram's words (without the "Bad Request: ")."""

from __future__ import annotations


class EntityProblem(ValueError):
    """The markup of a text cannot be read."""
