"""``chanfix targets``, and targets of ``chanfix lint`` and ``chanfix audit`` as the shell sees them."""

import json
import subprocess
import sys

import jsonschema
import pytest

from chanfix import resources
from chanfix.cli import main
from chanfix.domain.targets import target_named, targets

# libvirt up to 9.6 takes any path that has this ending for one that it made, and drops it; later ones keep it.
PATH = "/srv/domain-x/org.qemu.guest_agent.0"
DOMAIN = f"""\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='unix'>
      <source mode='bind' path='{PATH}'/>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.xml").write_text(DOMAIN)
    return tmp_path


def lint(capfd, *arguments):
    status = main(["lint", "--output-format", "json", *arguments])
    out, error = capfd.readouterr()
    findings = [finding for file in json.loads(out)["files"] for finding in file["findings"]] if out else []
    return status, [(finding["rule"], finding["message"].partition("; on ")[2]) for finding in findings], error


def test_list_has_a_line_for_each_target(capfd):
    assert main(["targets"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [target.name for target in targets()]


def test_page_has_versions_paths_what_is_missing_and_sources(capfd):
    assert main(["targets", "trixie"]) == 0
    page = capfd.readouterr().out
    for part in (
        "debian-13: Debian 13 (trixie)",
        "libvirt:\n  11.3.0\n    (run: ",
        "QEMU:\n  10.0.",
        "x86_64: /usr/bin/qemu-system-x86_64",
        "/usr/share/OVMF/OVMF_CODE_4M.fd",
        "in packages of their own:\n  graphics: spice: qemu-system-modules-spice",
    ):
        assert part in page
    assert page.count("    (run: ") + page.count("    (read: ") == len(target_named("debian-13").facts)
    assert max(map(len, (line for line in page.splitlines() if not line.startswith("    (")))) <= 100


@pytest.mark.parametrize("name", [[], ["debian-12"]])
def test_json_is_as_the_schema_says(name, capfd):
    assert main(["targets", *name, "--output-format", "json"]) == 0
    content = json.loads(capfd.readouterr().out)
    assert content["version"] == "targets-v1"
    jsonschema.validate(content, json.loads(resources.read("schemas/targets-v1.schema.json")))
    schema = json.loads(resources.read("schemas/target.schema.json"))
    for target in content["targets"]:
        jsonschema.validate(target, schema, jsonschema.Draft202012Validator)
    assert len(content["targets"]) == (1 if name else len(targets()))


@pytest.mark.parametrize("arguments", [["targets", "debian-99"], ["lint", "--target", "debian-99"]])
def test_unknown_target_is_wrong_usage(arguments, folder, capfd):
    assert main(arguments) == 2
    assert "there is no target 'debian-99'\n  hint: did you mean 'debian-" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "debian-13", "--libvirt-version", "9.0"], "has libvirt 11.3.0, and not 9.0.0"),
        (["--target", "debian-13", "--qemu-version", "7.2"], "and not 7.2.0"),
        (["--qemu-version", "x"], "'x' is no QEMU version"),
    ],
)
def test_contradiction_is_one_sentence_and_wrong_usage(arguments, message, folder, capfd):
    status, findings, error = lint(capfd, *arguments)
    assert (status, findings) == (2, [])
    assert message in error
    assert error.count("\n") == 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], [("path-hardcoded", "")]),
        (["--target", "debian-13"], [("path-hardcoded", "")]),
        (["--target", "debian-12"], [("path-in-libvirt-dir", "debian-12")]),
        (["--target", "debian-12", "--libvirt-version", "9.0"], [("path-in-libvirt-dir", "debian-12")]),
        (
            ["--target", "debian-13", "--target", "debian-12", "--target", "debian-11"],
            [("path-hardcoded", "debian-13"), ("path-in-libvirt-dir", "debian-12, debian-11")],
        ),
        (["--libvirt-version", "9.0", "--qemu-version", "7.2"], [("path-in-libvirt-dir", "")]),
    ],
)
def test_findings_name_the_targets_that_they_depend_on(arguments, expected, folder, capfd):
    _, findings, _ = lint(capfd, *arguments)
    assert sorted(findings) == sorted(expected)


def test_names_of_targets_are_no_part_of_a_baseline(folder, capfd):
    assert main(["lint", "--target", "debian-12", "--write-baseline", "known.json"]) == 0
    arguments = ["--target", "debian-12", "--target", "debian-11", "--baseline", "known.json"]
    assert lint(capfd, *arguments)[:2] == (0, [])


def test_command_line_goes_before_the_configuration(folder, capfd):
    (folder / "chanfix.toml").write_text("target = ['debian-12']\n")
    assert lint(capfd)[1] == [("path-in-libvirt-dir", "debian-12")]
    assert lint(capfd, "--target", "debian-13")[1] == [("path-hardcoded", "")]
    assert lint(capfd, "--libvirt-version", "11.3")[1] == [("path-hardcoded", "")]
    (folder / "chanfix.toml").write_text("target = 'debian-12'\nlibvirt-version = '11.3'\n")
    assert lint(capfd)[0] == 2


def test_shell_is_offered_targets(folder):
    code = (
        "from chanfix.cli.target_options import complete_targets; "
        "print(complete_targets(None, None, 'debian-1'), complete_targets(None, None, 'tri'))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "['debian-11', 'debian-12', 'debian-13'] ['trixie']\n"


def test_run_without_a_target_reads_no_data_about_targets(folder):
    code = "import sys; from chanfix.cli import main; main(['lint', '-q', 'web.xml']); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"chanfix.domain.targets", "chanfix.lint.on_targets"} & set(run.stdout.split())


def test_on_a_connection_its_own_versions_count_unless_a_target_is_named(tmp_path, monkeypatch, capfd):
    pytest.importorskip("libvirt", reason="libvirt-python is not installed: pip install 'chanfix[libvirt]'")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chanfix.toml").write_text("target = ['debian-11']\n")
    path = tmp_path / "node.xml"
    stored = DOMAIN.replace("'kvm'", "'test'").replace(
        "<devices>", "<memory>65536</memory><os><type>hvm</type></os><devices>"
    )
    path.write_text(f"<node>{stored}</node>")
    uri = f"test://{path}"
    assert "debian" not in str(lint(capfd, "-c", uri, "--select", "path-*")[1])
    assert lint(capfd, "-c", uri, "--select", "path-*", "--target", "debian-12")[1] == [
        ("path-in-libvirt-dir", "debian-12")
    ]
    status = main(["audit", "-c", uri, "--target", "debian-12", "--output-format", "json"])
    assert status == 1
    assert "; on debian-12" in capfd.readouterr().out
