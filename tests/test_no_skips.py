"""CI may not pass by leaving tests out."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(folder: Path, test: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(f"import pytest\n{test}\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-p", "no:cacheprovider", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "test",
    [
        "@pytest.mark.skip\ndef test_a(): pass",
        "def test_a(): pytest.skip('no')",
        "@pytest.mark.xfail\ndef test_a(): assert False",
        "@pytest.mark.xfail\ndef test_a(): pass",
        "pytest.importorskip('no_such_module')",
        "@pytest.fixture\ndef no(): pytest.skip('no')\ndef test_a(no): pass",
    ],
)
def test_a_test_that_is_left_out_fails_the_run(test: str, tmp_path: Path) -> None:
    done = run(tmp_path, test + "\ndef test_b(): pass" if "importorskip" not in test else test)
    assert done.returncode == 1, done.stdout
    assert "left out, which is not allowed here" in done.stdout


def test_a_run_with_everything_passes(tmp_path: Path) -> None:
    done = run(tmp_path, "def test_a(): pass")
    assert done.returncode == 0, done.stdout
    assert "left out" not in done.stdout
