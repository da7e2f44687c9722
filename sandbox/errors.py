"""The two kinds of "no": to the bot in Telegram's words, to the people's side in the sandbox's own."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any


class ApiError(Exception):
    """A Bot API method failed: `code` and `description` as Telegram gives them."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON that tells the bot."""
        told: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            told["parameters"] = self.parameters
        return told


def bad_request(text: str, **parameters: Any) -> ApiError:
    return ApiError(HTTPStatus.BAD_REQUEST, f"Bad Request: {text}", **parameters)


def forbidden(text: str) -> ApiError:
    return ApiError(HTTPStatus.FORBIDDEN, f"Forbidden: {text}")


def conflict(text: str) -> ApiError:
    return ApiError(HTTPStatus.CONFLICT, f"Conflict: {text}")


def too_many_requests(seconds: int) -> ApiError:
    return ApiError(
        HTTPStatus.TOO_MANY_REQUESTS, f"Too Many Requests: retry after {seconds}", retry_after=seconds
    )


class PeopleError(Exception):
    """A call of the people API failed: HTTP `status`, a stable `code` word and a sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
