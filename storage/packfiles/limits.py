"""How much of a pack is read; beyond it nobody writes by hand, and memory stays bounded."""

MOST_FILES = 2_000
LARGEST_FILE = 5_000_000
"""Bytes."""
LARGEST_PACK = 20_000_000
"""Bytes, of all files together and unpacked; a zip may not be larger either."""
MOST_VALUES = 600_000
"""Of all YAML files together: every text, list and table counts."""
DEEPEST = 12
"""Lists and tables within each other; the format needs seven."""
