"""Reads the YAML files that ship with the program, or that a committee wrote: plain values alone."""

from pathlib import Path
from typing import Any

import yaml

# libyaml reads ten times as fast as Python; an installation may lack it.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(path: Path) -> Any:
    """What the file says; None when it is empty. Raises OSError, UnicodeDecodeError or yaml.YAMLError."""
    return yaml.load(path.read_text("utf-8"), Loader=Loader)
