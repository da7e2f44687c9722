"""Faults on order: errors, lost answers, delays. The same seed and the same calls give the same faults."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field
from http import HTTPStatus

from sandbox.errors import ApiError, PeopleError, bad_request, forbidden, too_many_requests
from sandbox.state import Json

ERRORS = ("429", "500", "400", "403")
BEFORE = ("timeout_before", "drop_before")
AFTER = ("timeout_after", "drop_after")
KINDS = (*ERRORS, *BEFORE, *AFTER, "slow")
# A timeout holds the line this long unless told otherwise; clients give up sooner.
HELD_SECONDS = 120.0
FAULTS_KEPT = 200


@dataclass(slots=True)
class Fault:
    """What goes wrong, where, how often. `times` None means until removed."""

    id: int
    method: str
    kind: str
    chat: int | None = None
    times: int | None = None
    probability: float = 1.0
    retry_after: int = 1
    seconds: float | None = None
    description: str = ""
    fired: int = 0
    dice: random.Random = field(default_factory=random.Random, repr=False)

    def told(self) -> Json:
        view = asdict(self)
        del view["dice"]
        return view

    def meets(self, method: str, chat_id: int | None) -> bool:
        # "*" leaves getUpdates alone: how often a bot polls is chance, and the dice must not depend on it.
        right_method = self.method.lower() == method.lower() or (
            self.method == "*" and method != "getUpdates"
        )
        return right_method and (self.chat is None or self.chat == chat_id) and self.times != 0

    def error(self) -> ApiError:
        match self.kind:
            case "429":
                return too_many_requests(self.retry_after)
            case "400":
                return bad_request(self.description or "the sandbox was told to refuse this")
            case "403":
                return forbidden(self.description or "bot was blocked by the user")
        return ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, self.description or "Internal Server Error")


class Faults:
    """The faults on order, in the order they were placed; the first that meets a call and its dice fires."""

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed
        self._next_id = 1
        self._placed: list[Fault] = []

    def place(self, order: Json) -> Fault:
        """Takes an order as the people API gives it. Raises PeopleError."""
        kind, method = str(order.get("kind", "")), str(order.get("method", "*"))
        if kind not in KINDS:
            raise PeopleError(400, "bad_fault", f"kind must be one of {', '.join(KINDS)}")
        try:
            fault = Fault(
                id=self._next_id,
                method=method,
                kind=kind,
                chat=None if order.get("chat") is None else int(order["chat"]),
                times=None if order.get("times") is None else int(order["times"]),
                probability=float(order.get("probability", 1.0)),
                retry_after=int(order.get("retry_after", 1)),
                seconds=None if order.get("seconds") is None else float(order["seconds"]),
                description=str(order.get("description", "")),
                dice=random.Random(f"{self.seed}:{self._next_id}"),
            )
        except (TypeError, ValueError) as problem:
            raise PeopleError(400, "bad_fault", str(problem)) from problem
        if len(self._placed) >= FAULTS_KEPT:
            raise PeopleError(400, "too_many_faults", f"at most {FAULTS_KEPT} faults at a time")
        self._next_id += 1
        self._placed.append(fault)
        return fault

    def draw(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that strikes this call, counted as fired."""
        for fault in self._placed:
            if not fault.meets(method, chat_id):
                continue
            if fault.probability < 1.0 and fault.dice.random() >= fault.probability:
                continue
            fault.fired += 1
            if fault.times is not None:
                fault.times -= 1
            return fault
        return None

    def told(self) -> list[Json]:
        return [fault.told() for fault in self._placed]

    def clear(self, fault_id: int | None = None) -> int:
        """Removes one fault or all; returns how many."""
        before = len(self._placed)
        self._placed = [fault for fault in self._placed if fault_id is not None and fault.id != fault_id]
        return before - len(self._placed)
