"""What a run says of the tests that it left out, and when it fails for them."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.left_out import EXPECTED, NO_SKIPS

TOOL = "no abacus is installed: sums are not tested"

TESTS = f"""
import pytest

@pytest.mark.skipif(True, reason="{TOOL}")
@pytest.mark.parametrize("sum", [1, 2])
def test_by_a_mark(sum): pass

def test_by_the_machine(): pytest.skip("{EXPECTED[0]}, which is its own")

@pytest.mark.xfail(reason="not yet")
def test_that_is_to_fail(): raise AssertionError

def test_that_runs(): pass
"""


def told(folder: Path, no_skips: str, *options: str, tests: str = TESTS) -> tuple[int, str]:
    """The status and the words of a run of these tests in a process of its own."""
    (folder / "test_these.py").write_text(tests, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        os.devnull,
        "--rootdir",
        folder,
        "-p",
        "tests.support.left_out",
    ]
    environ = {**os.environ, NO_SKIPS: no_skips}
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *options, folder],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2], env=environ,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_a_run_says_what_it_left_out_and_why(tmp_path: Path) -> None:
    status, said = told(tmp_path, "", "-n", "2")
    assert status == 0
    assert "left out on this machine" in said
    assert f"2 tests: {TOOL}\n1 test: {EXPECTED[0]}, which is its own\n" in said
    assert "not yet" not in said


def test_where_all_are_to_run_only_what_the_machine_forbids_is_left_out(tmp_path: Path) -> None:
    status, said = told(tmp_path, "1", "-n", "2")
    assert status == 1
    assert f"left out, though {NO_SKIPS} is set: {TOOL}" in said
    assert "1 passed, 1 skipped, 1 xfailed, 2 errors" in said


def test_a_file_that_leaves_itself_out_fails_as_well(tmp_path: Path) -> None:
    whole = f'import pytest\npytest.skip("{TOOL}", allow_module_level=True)\n'
    assert told(tmp_path, "", tests=whole)[0] == 5
    status, said = told(tmp_path, "1", tests=whole)
    assert status == 2
    assert f"left out, though {NO_SKIPS} is set: {TOOL}" in said


def test_a_run_that_leaves_nothing_out_says_nothing(tmp_path: Path) -> None:
    status, said = told(tmp_path, "1", tests="def test_that_runs(): pass\n")
    assert status == 0 and "left out" not in said
