"""`python -m bench` lists the benches; `python -m bench NAME [--json] [--option value]` runs one."""

import argparse
import asyncio
import inspect
import json
import pkgutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

NO_BENCHES = {"__main__", "stub"}


def benches() -> dict[str, ModuleType]:
    """Every module here with a `run`, by name."""
    names = [found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)])]
    modules = {
        name: import_module(f"bench.{name}") for name in names if name not in NO_BENCHES and name[0] != "_"
    }
    return {name: module for name, module in modules.items() if hasattr(module, "run")}


def measure(run: Callable[..., Any], options: dict[str, Any]) -> dict[str, Any]:
    result = run(**options)
    figures: dict[str, Any] = asyncio.run(result) if inspect.iscoroutine(result) else result
    return figures


def main() -> None:
    found = benches()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = parser.add_subparsers(dest="name", metavar="NAME")
    for name, module in found.items():
        about = (module.__doc__ or "").strip().partition("\n")[0]
        one = names.add_parser(name, help=about, description=module.__doc__)
        one.add_argument("--json", action="store_true", help="print one JSON line")
        for parameter in inspect.signature(module.run).parameters.values():
            one.add_argument(
                f"--{parameter.name.replace('_', '-')}",
                type=type(parameter.default),
                default=parameter.default,
                help=f"(default {parameter.default})",
            )
    options = vars(parser.parse_args())
    name, as_json = options.pop("name"), options.pop("json", False)
    if name is None:
        parser.print_help()
        return
    figures = {"bench": name, **measure(found[name].run, options)}
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        for key, value in figures.items():
            print(f"{key:>24}  {value}")


if __name__ == "__main__":
    main()
