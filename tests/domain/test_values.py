"""Values as libvirt reads them, and what mypy says of one that nobody has asked for."""

import subprocess
import sys

import pytest

from chanfix.domain.values import Known, Unknown, cpu_set, flag, kibibytes, may_be, must_be, number, or_default, text


@pytest.mark.parametrize(
    ("written", "base", "expected"),
    [
        ("16", 10, 16),
        (" 16", 10, 16),
        ("+16", 10, 16),
        ("016", 10, 16),
        ("016", 0, 14),
        ("0x1F", 0, 31),
        ("0", 0, 0),
    ],
)
def test_number_is_read_as_c_reads_it(written, base, expected):
    assert number(Known(written), base) == Known(expected)


@pytest.mark.parametrize(
    ("written", "base"), [("0x10", 10), ("08", 0), ("-1", 10), ("1 ", 10), ("", 0), ("\u0661", 10)]
)
def test_number_that_libvirt_refuses_is_unknown(written, base):
    assert number(Known(written), base) == Unknown(written)


@pytest.mark.parametrize(
    ("size", "unit", "expected"),
    [
        ("2048", None, 2048),
        ("1", "b", 1),
        ("2048", "bytes", 2),
        ("1", "KB", 1),
        ("1", "k", 1),
        ("1", "MB", 977),
        ("1", "MiB", 1024),
        ("1", "m", 1024),
        ("2", "GiB", 2097152),
        ("1", "TiB", 1 << 30),
    ],
)
def test_memory_is_in_kibibytes(size, unit, expected):
    assert kibibytes(Known(size), None if unit is None else Known(unit)) == Known(expected)


def test_memory_in_a_unit_that_libvirt_refuses_is_unknown():
    assert kibibytes(Known("1"), Known("MiBi")) == Unknown("MiBi")
    assert kibibytes(Known("1"), Unknown("{{ unit }}")) == Unknown("{{ unit }}")


@pytest.mark.parametrize(
    ("written", "expected"), [("0", {0}), ("0-2", {0, 1, 2}), ("0-3,^2", {0, 1, 3}), ("1, 3", {1, 3})]
)
def test_set_of_cpus_is_read(written, expected):
    assert cpu_set(Known(written)) == Known(frozenset(expected))


@pytest.mark.parametrize("written", ["a", "1-", "99999", "0-16384", ""])
def test_set_of_cpus_that_libvirt_refuses_is_unknown(written):
    assert cpu_set(Known(written)) == Unknown(written)


def test_question_about_an_unknown_value_has_two_answers():
    unknown = text("{{ cache }}")
    assert isinstance(unknown, Unknown)
    assert may_be(unknown, "none")
    assert not must_be(unknown, "none")
    assert must_be(text("none"), "none", "directsync")
    assert not may_be(text("writeback"), "none")
    assert not may_be(None, "none")
    assert or_default(None, "raw") == Known("raw")
    assert or_default(unknown, "raw") == unknown
    assert flag(text("perhaps")) == Unknown("perhaps")


ASKED = """\
from chanfix.domain.disk import Disk
from chanfix.domain.memory import Memory
from chanfix.domain.values import Known, Unknown, may_be, must_be

def asked(disk: Disk, memory: Memory) -> bool:
    if must_be(disk.io, "native") and not may_be(disk.cache, "none"):
        return True
    if isinstance(disk.boot_order, Unknown):
        return False
    match memory.current, memory.total:
        case Known(current), Known(total) if current > total:
            return True
    return disk.boot_order is not None and disk.boot_order.value > 1
"""
UNASKED = """\
from chanfix.domain.disk import Disk
from chanfix.domain.memory import Memory

def unasked(disk: Disk, memory: Memory) -> None:
    print(disk.cache == "none")
    print(disk.cache != "none")
    print(disk.cache in ("none", "directsync"))
    print(disk.boot_order == 1)
    print(memory.total > 1)
    print(disk.target.startswith("vd"))
    print(must_be_text(disk.format))

def must_be_text(value: str) -> str:
    return value
"""


def errors_of_mypy(folder, code):
    pytest.importorskip("mypy", reason="mypy is missing: pip install mypy")
    (folder / "rule.py").write_text(code)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file=", str(folder / "rule.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error: " in line and "rule.py:" in line}


def test_mypy_refuses_to_compare_a_value_before_somebody_asks_whether_it_is_known(tmp_path):
    assert errors_of_mypy(tmp_path, UNASKED) == set(range(5, 12))


def test_mypy_accepts_a_comparison_of_a_known_value(tmp_path):
    assert errors_of_mypy(tmp_path, ASKED) == set()
