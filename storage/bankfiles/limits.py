"""How much of a bank is read; beyond it nobody writes by hand, and memory stays bounded."""

MOST_ROWS = 25_000
"""Of all sheets together."""
MOST_BLANK = 2_000
"""Rows that are formatted and empty, one after the other."""
MOST_COLUMNS = 60
LONGEST_CELL = 8_000
"""Characters; what is longer is cut, and the checks of packs tell that it is too long."""
MOST_SHEETS = 30
MOST_PARTS = 500
LARGEST_UNPACKED = 120_000_000
"""Bytes of a workbook, of which each row is read and forgotten."""
