"""The jobs for GitLab: their script lines run as the script that a runner makes of them."""

import json
import os
import sys
import venv
from pathlib import Path
from xml.etree import ElementTree

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML is missing: pip install pyyaml")

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    """The ``bin`` folder of a Python with nothing in it, as in the jobs' image."""
    folder = tmp_path_factory.mktemp("image")
    venv.create(folder, with_pip=True, symlinks=True)
    return folder / "bin"


@pytest.fixture(scope="session")
def wheel(run, tmp_path_factory):
    """What the variable CHANFIX says."""
    folder = tmp_path_factory.mktemp("wheel")
    status, output = run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, CHECKOUT, cwd=folder
    )
    assert status == 0, output
    return next(folder.glob("*.whl"))


@pytest.fixture
def run_job(run, snippets, image, wheel, tmp_path):
    """Run one of the page's jobs, and return its status, its log, and the report that it declares."""

    def start(number):
        [job] = yaml.safe_load(snippets("gitlab-ci.md", "yaml")[number]).values()
        assert job["artifacts"]["when"] == "always"
        [report] = job["artifacts"]["reports"].values()
        script = tmp_path.parent / f"{tmp_path.name}.sh"
        script.write_text("\n".join(job["script"]))
        path = f"{image}:{os.environ['PATH']}"
        status, log = run("bash", "-eo", "pipefail", script, cwd=tmp_path, PATH=path, CHANFIX=wheel)
        return status, log, (tmp_path / report).read_text()

    return start


def test_job_fails_for_a_finding_and_reports_it_as_code_quality(run_job, texts, tmp_path):
    (tmp_path / "vms").mkdir()
    (tmp_path / "vms" / "bad.xml").write_text(texts["pty"])
    (tmp_path / "good.xml").write_text(texts["good"])
    status, log, report = run_job(0)
    assert status == 1
    assert "vms/bad.xml:4:20: error[agent-not-unix] " in log
    assert [(one["check_name"], one["location"]["path"]) for one in json.loads(report)] == [
        ("agent-not-unix", "vms/bad.xml")
    ]


def test_job_without_findings_passes_with_an_empty_report(run_job, texts, tmp_path):
    (tmp_path / "good.xml").write_text(texts["good"])
    status, _, report = run_job(0)
    assert (status, json.loads(report)) == (0, [])


def test_job_with_junit_reports_findings_as_failures(run_job, texts, tmp_path):
    (tmp_path / "bad.xml").write_text(texts["pty"])
    status, _, report = run_job(1)
    assert status == 1
    assert len(ElementTree.fromstring(report).findall(".//failure")) == 1
