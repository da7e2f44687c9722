"""After a run with `--cov`: says how many lines and branches of the rules were tried, and fails below the mark.

Coverage's own `fail_under` counts lines and branches together, which hides branches behind the many lines.
"""

import json
import sys
import tempfile
from pathlib import Path

from coverage import Coverage

LEAST = 95.0  # per cent of the branches of study/ and actions/


def main() -> int:
    coverage = Coverage()
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "coverage.json")
        coverage.json_report(outfile=str(file))
        report = json.loads(file.read_text("utf-8"))
    totals = report["totals"]
    share = 100.0 * totals["covered_branches"] / totals["num_branches"]
    print(
        f"study/ and actions/: {share:.1f}% of {totals['num_branches']} branches were tried ({LEAST}% needed)"
    )
    missing = {
        name: [*found["missing_lines"], *(f"{start}->{end}" for start, end in found["missing_branches"])]
        for name, found in report["files"].items()
    }
    for name, places in sorted(missing.items(), key=lambda one: -len(one[1]))[:10]:
        if places:
            print(f"  {name}: {', '.join(str(place) for place in places[:12])}")
    return int(share < LEAST)


if __name__ == "__main__":
    sys.exit(main())
