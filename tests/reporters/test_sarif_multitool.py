"""SARIF of real runs read by Microsoft's SARIF Multitool, by its own rules and by those of GitHub's code scanning.

It is downloaded by npm at the first run (44 MB) and kept in ``~/.cache/chanfix-sarif-multitool``.
"""

import json
import os
import platform
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from sarif_runs import RUNS, write_files

from chanfix import links
from chanfix.cli import main

VERSION = "5.7.0"
# As long as no test has changed where home is.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chanfix-sarif-multitool" / VERSION


@pytest.fixture(scope="module")
def multitool(tmp_path_factory):
    """The program, or a skipped test where it cannot be had."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip("the SARIF Multitool of the registry is for Linux on x86_64")
    if not CACHE.is_dir():
        if shutil.which("npm") is None:
            pytest.skip("npm is missing, which the SARIF Multitool is downloaded with")
        folder = tmp_path_factory.mktemp("npm")
        package = f"@microsoft/sarif-multitool-linux@{VERSION}"
        packed = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, capture_output=True, text=True)
        if packed.returncode:
            pytest.skip(f"npm cannot download the SARIF Multitool: {packed.stderr.strip()}")
        [archive] = folder.glob("*.tgz")
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: the folders may be on two file systems.
        beside = CACHE.with_name(f"{VERSION}.{os.getpid()}")
        shutil.move(folder / "package", beside)
        beside.rename(CACHE)
    program = CACHE / "Sarif.Multitool"
    program.chmod(0o755)
    return program


def test_multitool_warns_of_no_run_and_of_one_that_is_broken(multitool, tmp_path, monkeypatch):
    monkeypatch.setattr(links, "DOCUMENTATION", "https://chanfix.example/docs")
    logs = []
    for number, run in enumerate(RUNS.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        write_files(folder, run)
        logs.append(tmp_path / f"{number}.sarif")
        assert main(["lint", "--output-format", f"sarif={logs[-1]}", *run.options]) == run.status
    broken = tmp_path / "broken.sarif"
    broken.write_text(logs[2].read_text().replace('"ruleIndex": 0', '"ruleIndex": 7'))

    warnings = tmp_path / "warnings.sarif"
    done = subprocess.run(
        [
            *(multitool, "validate", *logs, broken, "--output", warnings),
            *("--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"),
        ],
        # Without a network: it would ask for the page behind each address.
        env=os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HTTPS_PROXY": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
    )
    assert f"{len(logs) + 1} files scanned" in done.stdout
    [run] = json.loads(warnings.read_text(encoding="utf-8-sig"))["runs"]
    found = [(result["ruleId"], str(result["locations"])) for result in run["results"]]
    assert [(rule, "broken.sarif" in places) for rule, places in found] == [("SARIF1009", True)]
