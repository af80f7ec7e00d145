"""The GitHub Action: its steps run as the scripts that they are, in the environment that a runner gives them."""

import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML is missing: pip install pyyaml")

CHECKOUT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((CHECKOUT / "action.yml").read_text())
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"] if "run" in step}
EXPRESSION = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")


@dataclass
class Linted:
    """What the step that lints left behind."""

    status: int
    outputs: str
    lines: list[str]

    @property
    def files(self):
        return [re.match(r"::\w+ file=([^,]*)", line)[1] for line in self.lines]


@pytest.fixture(scope="session")
def start_step(run, tmp_path_factory):
    """Run a step as the runner does, and return its status and what it printed."""
    scripts = tmp_path_factory.mktemp("scripts")
    runner_temp = tmp_path_factory.mktemp("runner")

    def start(name, workspace, **environment):
        script = scripts / f"{name}.sh"
        script.write_text(STEPS[name]["run"])
        return run(
            *("bash", "--noprofile", "--norc", "-eo", "pipefail", script),
            cwd=workspace,
            GITHUB_ACTION_PATH=CHECKOUT,
            RUNNER_TEMP=runner_temp,
            PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # as actions/setup-python leaves it
            **environment,
        )

    return start


@pytest.fixture(scope="session")
def installed(start_step, tmp_path_factory):
    """chanfix, as the first step leaves it behind."""
    status, said = start_step("install", tmp_path_factory.mktemp("workspace"))
    assert status == 0, said  # pip may warn


@pytest.fixture
def lint(installed, start_step, tmp_path):
    """Run the step that lints with some inputs."""

    def start(**inputs):
        values = {name: given.get("default", "") for name, given in ACTION["inputs"].items()}
        values |= {name.replace("_", "-"): value for name, value in inputs.items()}
        environment = {
            name: EXPRESSION.sub(lambda match: values[match[1]], value) for name, value in STEPS["lint"]["env"].items()
        }
        outputs = tmp_path.parent / f"{tmp_path.name}.outputs"
        outputs.write_text("")
        status, printed = start_step("lint", tmp_path, GITHUB_OUTPUT=outputs, **environment)
        return Linted(status, outputs.read_text(), printed.splitlines())

    return start


@pytest.fixture
def workspace(tmp_path, texts):
    """A repository with a good domain, one with an error, and one with a warning."""
    for name, text in texts.items():
        (tmp_path / f"{name}.xml").write_text(text)
    return tmp_path


def test_findings_are_annotations_and_fail_the_step(lint, workspace):
    linted = lint()
    assert (linted.status, linted.outputs) == (1, "status=1\n")
    assert linted.files == ["blank.xml", "pty.xml"]
    assert all(line.startswith("::error file=") for line in linted.lines)


def test_a_step_without_findings_is_silent(lint, workspace):
    assert lint(paths="good.xml") == Linted(0, "status=0\n", [])


def test_paths_are_one_on_each_line(lint, workspace):
    (workspace / "with blanks.xml").write_text((workspace / "pty.xml").read_text())
    assert lint(paths="good.xml\n\nwith blanks.xml\n").files == ["with blanks.xml"]


def test_args_are_words(lint, workspace):
    assert lint(args="--select agent-not-unix\n  --ignore path-*  ").files == ["pty.xml"]


def test_fail_on_is_the_level_that_fails(lint, workspace):
    exposed = "<source mode='bind' path='/tmp/x.sock'/><target"
    (workspace / "exposed.xml").write_text((workspace / "good.xml").read_text().replace("<target", exposed))
    assert lint(paths="exposed.xml").status == 1
    assert lint(paths="exposed.xml", fail_on="error").status == 0


def test_a_step_that_never_fails_for_findings_tells_of_them_in_its_output(lint, workspace):
    linted = lint(fail_on="never")
    assert (linted.status, linted.outputs) == (0, "status=1\n")


@pytest.mark.parametrize(("inputs", "status"), [({"paths": "missing.xml"}, 3), ({"args": "--select nonsense"}, 2)])
def test_what_cannot_be_done_fails_the_step_in_any_case(lint, workspace, inputs, status):
    linted = lint(fail_on="never", **inputs)
    assert (linted.status, linted.outputs) == (status, f"status={status}\n")


def test_sarif_is_written_beside_the_annotations(lint, workspace):
    assert lint(sarif_file="out.sarif").files == ["blank.xml", "pty.xml"]
    [run] = json.loads((workspace / "out.sarif").read_text())["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["agent-name-whitespace", "agent-not-unix"]


def test_sarif_that_cannot_be_written_fails_the_step(lint, workspace):
    assert lint(fail_on="never", sarif_file="missing/out.sarif").status == 3


@pytest.mark.embed
def test_installed_libvirt_is_asked_when_the_input_says_true(lint, workspace, installed_driver):
    (workspace / "good.xml").write_text(
        "<domain type='qemu'><name>web</name><memory>65536</memory><os><type>hvm</type></os>"
        "<devices><sevice/></devices></domain>"
    )
    asks = {"paths": "good.xml", "args": "--select libvirt-drops"}
    assert lint(**asks).status == 2
    assert lint(**asks, ask_libvirt="yes").status == 2
    assert lint(**asks, ask_libvirt="true").files == ["good.xml"]


def test_libvirt_is_installed_only_when_the_input_says_true():
    assert STEPS["libvirt"]["if"] == "inputs.ask-libvirt == 'true'"


@pytest.mark.parametrize(
    "value", ["$(touch x)", "`touch x`", "; touch x", "' ; touch x '", '" ; touch x "', "good.xml\ntouch x"]
)
def test_no_input_is_taken_for_a_command(lint, workspace, value):
    for name in ACTION["inputs"]:
        lint(**{name.replace("-", "_"): value})
    assert not (workspace / "x").exists()


def test_a_path_is_no_option(lint, workspace):
    linted = lint(paths="--exit-zero\npty.xml")
    assert (linted.status, linted.files) == (3, ["--exit-zero", "pty.xml"])


def test_scripts_hold_no_expression(workspace):
    assert [name for name, step in STEPS.items() if "${{" in step["run"]] == []


def test_every_input_is_used_and_described():
    used = set(EXPRESSION.findall((CHECKOUT / "action.yml").read_text()))
    assert used == set(ACTION["inputs"])
    assert all(given["description"] for given in ACTION["inputs"].values())


def test_page_names_every_input(snippets):
    page = (CHECKOUT / "docs/integrations/github-actions.md").read_text()
    assert re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE) == list(ACTION["inputs"])


@pytest.mark.parametrize("number", [0, 1])
def test_workflow_of_the_page_runs_the_action_with_inputs_that_there_are(lint, snippets, workspace, number):
    [job] = yaml.safe_load(snippets("github-actions.md", "yaml")[number])["jobs"].values()
    [step] = [step for step in job["steps"] if step["uses"].endswith("/chanfix@main")]
    for folder in ("vms", "templates"):
        (workspace / folder).mkdir()
    assert set(step["with"]) <= set(ACTION["inputs"])
    assert lint(**{name.replace("-", "_"): value for name, value in step["with"].items()}).status == 0
