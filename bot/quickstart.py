"""A quick start: what the libraries prepare for everybody is prepared when somebody needs it.

aiogram has a class for each of Telegram's types and methods, and builds the validators of all of them as it is imported;
a bot uses a few, and the others cost seconds and a hundred megabytes.
"""

import gc
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_WORD = re.compile(r"\w+")


@contextmanager
def importing() -> Iterator[None]:
    """What is imported in this block builds its Pydantic models at their first use, and no garbage is looked for."""
    from pydantic import BaseModel

    config, rebuild = BaseModel.model_config, BaseModel.__dict__["model_rebuild"]
    BaseModel.model_config = {**config, "defer_build": True}
    BaseModel.model_rebuild = classmethod(_explain)  # type: ignore[assignment,method-assign]
    collecting = gc.isenabled()
    # Modules live until the end: looking through them again and again finds nothing.
    gc.disable()
    try:
        yield
    finally:
        BaseModel.model_config = config
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
        settle_memory()
        if collecting:
            gc.enable()


def settle_memory() -> None:
    """What is there now lives until the end, and need not be looked through again and again: nearly twice the updates
    a second."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _explain(
    model: type[Any], /, *, _types_namespace: Mapping[str, object] | None = None, **_options: object
) -> None:
    """Instead of building the model now, tell its module what the names in its annotations are.

    aiogram knows them at this moment only, and Pydantic looks for them in the module when it builds the model.
    """
    known, told = vars(sys.modules[model.__module__]), _types_namespace or {}
    for base in model.__mro__:
        for annotation in vars(base).get("__annotations__", {}).values():
            for name in _WORD.findall(str(annotation)):
                if name in told:
                    known.setdefault(name, told[name])
